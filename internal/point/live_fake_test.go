package point

import (
	"bytes"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/pace"
)

// liveSource brings the packets of the fake to a broadcast.
type liveSource struct {
	*Feed
	t    testing.TB
	e    *fakeEntry
	next int64
}

// broadcast starts a broadcast of the fake, whose header is a file's.
func broadcast(t testing.TB, o BroadcastOptions) (*Broadcast, *liveSource) {
	t.Helper()
	b := NewBroadcast(o)
	return b, feed(t, b)
}

func feed(t testing.TB, b *Broadcast) *liveSource {
	t.Helper()
	s := &liveSource{t: t, e: newFake(t)}
	var err error
	if s.Feed, err = b.Start(liveFakeHeader()); err != nil {
		t.Fatal(err)
	}
	return s
}

// liveFakeHeader is the header that the fake would have as a file.
func liveFakeHeader() []byte {
	h := fakeHeader()
	h.Objects = append(h.Objects, &asf.FileProperties{
		FileSize: 1 << 20, DataPackets: 99, PlayDuration: 1e9, Preroll: fakePreroll, Flags: asf.FileSeekable,
		MinPacketSize: fakeSize, MaxPacketSize: fakeSize, MaxBitRate: 40_000,
	})
	return h.Append(nil)
}

// bring adds n packets; after the last of the fake comes its first.
func (s *liveSource) bring(n int) {
	s.t.Helper()
	for range n {
		if err := s.Add(s.packet(s.next)); err != nil {
			s.t.Fatal(err)
		}
		s.next++
	}
}

func (s *liveSource) packet(n int64) []byte { return s.e.packet(n % s.e.info.Packets) }

// watcher is a player of a broadcast.
type watcher struct {
	*Play
	t   testing.TB
	mem pace.Scratch
	got []int64
}

func watch(t testing.TB, b *Broadcast, o Options) *watcher {
	t.Helper()
	e, err := b.Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	start, err := Prepare(e, o, Request{Selection: only()})
	if err != nil {
		t.Fatal(err)
	}
	w := &watcher{Play: NewPlay(e, 150*time.Millisecond, nil), t: t}
	w.Begin(start, liveNow)
	return w
}

var liveNow = time.Unix(1000, 0)

// run takes what there is, and compares it with what was brought.
func (w *watcher) run(now time.Time, s *liveSource) (last Step) {
	w.t.Helper()
	for {
		_, last = w.Run(now, &w.mem, MaxRunBytes, func(it *Step) int {
			if !bytes.Equal(it.Data, s.packet(it.Number)) {
				w.t.Errorf("packet %d differs", it.Number)
			}
			w.got = append(w.got, it.Number)
			return len(it.Data)
		})
		if last.Kind != Wait || !last.At.Equal(now) {
			return last
		}
	}
}

// followed checks that the packets that came follow each other from first on.
func (w *watcher) followed(first, count int64) {
	w.t.Helper()
	for i, n := range w.got {
		if n != first+int64(i) {
			w.t.Fatalf("packet %d is number %d, after %d", i, n, first)
		}
	}
	if int64(len(w.got)) != count {
		w.t.Errorf("%d packets from %d on, want %d", len(w.got), first, count)
	}
}
