package point

import (
	"bytes"
	"errors"
	"slices"
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

// A player that joins gets a clean point with as much before the present as
// makes its reserve, and from then on every packet.
func TestJoinBroadcast(t *testing.T) {
	b, s := broadcast(t, BroadcastOptions{})
	s.bring(100)
	newest, err := asf.SendTime(s.packet(99))
	if err != nil {
		t.Fatal(err)
	}
	for _, burst := range []time.Duration{0, 3 * time.Second, time.Hour} {
		want := s.e.clean[0].Packet
		for _, c := range s.e.clean {
			at, _ := asf.SendTime(s.packet(c.Packet))
			if c.Packet < 100 && time.Duration(newest-at)*time.Millisecond >= burst {
				want = c.Packet
			}
		}
		w := watch(t, b, Options{Unpaced: true, Burst: burst})
		last := w.run(liveNow, s)
		w.followed(want, 100-want)
		if last.Kind != Wait || !last.At.Equal(liveNow.Add(150*time.Millisecond*(pace.Grains-1)/pace.Grains)) {
			t.Errorf("burst of %v: %+v", burst, last)
		}
		s.bring(7)
		w.run(last.At, s)
		w.followed(want, 107-want)
		// For the next one there are 100 again.
		s.Feed.Close()
		s = feed(t, b)
		s.bring(100)
	}
}

// A player looks for more in equal intervals, even if its shard is late for some; not
// so late that there is another interval's worth.
func TestLooksInEqualIntervals(t *testing.T) {
	b, s := broadcast(t, BroadcastOptions{})
	s.bring(10)
	w := watch(t, b, Options{Unpaced: true})
	first := w.run(liveNow, s).At
	at := first
	for i, late := range []time.Duration{0, 20, 140, 0, 149} {
		next := w.run(at.Add(late*time.Millisecond), s).At
		if at = at.Add(150 * time.Millisecond); !next.Equal(at) {
			t.Errorf("look %d, %d ms late: the next is %v after the first, want %v", i, late, next.Sub(first), at.Sub(first))
		}
	}
	early := at.Add(-10 * time.Millisecond)
	if next := w.run(early, s).At; !next.Equal(at) {
		t.Errorf("woken 10 ms early it looks %v later", next.Sub(early))
	}
	late := at.Add(time.Second)
	if next := w.run(late, s).At; !next.After(late) || next.After(late.Add(150*time.Millisecond)) {
		t.Errorf("a second late it looks %v later", next.Sub(late))
	}
}

// A point that gathers nothing looks for what comes no more often than a shard
// wakes.
func TestBroadcastWithoutBatch(t *testing.T) {
	b, s := broadcast(t, BroadcastOptions{})
	s.bring(20)
	w := watch(t, b, Options{Unpaced: true})
	w.batch = 0
	if last := w.run(liveNow, s); last.Kind != Wait || !last.At.Equal(liveNow.Add(pace.Tick)) {
		t.Errorf("%+v", last)
	}
}

// Sound begins anywhere, whatever its encoder calls its objects.
func TestJoinSoundWithoutKeys(t *testing.T) {
	h := fakeHeader()
	h.Objects = append(h.Objects[:1:1], h.Objects[2]) // the sound alone
	b := NewBroadcast(BroadcastOptions{})
	f, err := b.Start(h.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	p, err := asf.NewPacketizer(asf.PacketizerOptions{PacketSize: fakeSize, Preroll: fakePreroll})
	if err != nil {
		t.Fatal(err)
	}
	for n := range uint32(50) {
		if err := p.Add(asf.MediaObject{Stream: fakeAudio, Number: n, Time: fakePreroll + 100*n, Data: make([]byte, 300)}, f.Add); err != nil {
			t.Fatal(err)
		}
	}
	if l := b.current; l.join(fakeAudio, 0) >= l.last().first+l.last().count.Load() || l.join(fakeAudio, time.Second) < 20 {
		t.Errorf("joined at packet %d, or %d", l.join(fakeAudio, 0), l.join(fakeAudio, time.Second))
	}
}

// What is kept is bounded, and who is too slow for it goes on at a clean point
// while others lose nothing.
func TestSlowPlayerOfBroadcast(t *testing.T) {
	b, s := broadcast(t, BroadcastOptions{Bytes: 4 * liveBlockBytes})
	s.bring(50)
	slow, fast := watch(t, b, Options{Unpaced: true}), watch(t, b, Options{Unpaced: true})
	now := liveNow
	slow.run(now, s)
	before := len(slow.got)
	for range 40 {
		s.bring(50)
		now = now.Add(time.Second)
		fast.run(now, s)
	}
	slow.run(now, s)
	after := slow.got[before:]
	if fast.Skipped != 0 || int64(len(fast.got)) != s.next-fast.got[0] {
		t.Errorf("the fast player lost %d", fast.Skipped)
	}
	if slow.Skipped == 0 || int64(slow.Skipped) != after[0]-slow.got[before-1]-1 {
		t.Errorf("%d skipped between %d and %d", slow.Skipped, slow.got[before-1], after[0])
	}
	if n := after[0] % s.e.info.Packets; !slices.ContainsFunc(s.e.clean, func(c asf.CleanPoint) bool { return c.Packet == n }) {
		t.Errorf("goes on at packet %d, which is no clean point", n)
	}
	if kept := len(b.current.blocks); kept > 5 {
		t.Errorf("%d blocks are kept", kept)
	}
}

// Blocks go when they are older than the span, though there would be room.
func TestBroadcastKeepsItsSpan(t *testing.T) {
	b, s := broadcast(t, BroadcastOptions{Span: 5 * time.Second})
	s.bring(int(s.e.info.Packets) - 1)
	l := b.current
	oldest, _ := asf.SendTime(l.blocks[0].Packet(l.blocks[0].first))
	second := l.blocks[min(1, len(l.blocks)-1)].send[0]
	last := l.last()
	newest := last.send[last.count.Load()-1]
	if newest-oldest < 5000 || newest-second > 5000+uint32(last.count.Load())*100 {
		t.Errorf("from %d and %d to %d ms is kept", oldest, second, newest)
	}
}

// Without bounds of its own a broadcast keeps half a minute, and some memory.
func TestBroadcastKeepsEnough(t *testing.T) {
	b, s := broadcast(t, BroadcastOptions{})
	s.bring(int(s.e.info.Packets))
	if l := b.current; len(l.blocks) < 2 || l.blocks[0].first != 0 {
		t.Errorf("%d blocks, from packet %d on, of %d", len(l.blocks), l.blocks[0].first, s.next)
	}
}

// The end of a source is the end for its players when no other one comes in
// time; if one does, they are told what follows.
func TestBroadcastChangesItsSource(t *testing.T) {
	b, s := broadcast(t, BroadcastOptions{})
	s.bring(60)
	w, left := watch(t, b, Options{Unpaced: true}), watch(t, b, Options{Unpaced: true})
	w.run(liveNow, s)
	if items, err := b.List(); err != nil || len(items) != 1 || !items[0].Live {
		t.Errorf("listed as %+v, %v", items, err)
	}
	s.Feed.Close()
	ended := b.current.ended
	if items, err := b.List(); err != nil || len(items) > 0 {
		t.Errorf("without a source: listed as %+v, %v", items, err)
	}
	if _, err := b.Open(t.Context(), ""); !errors.Is(err, ErrNotLive) {
		t.Errorf("without a source: %v", err)
	}
	if last := w.run(ended.Add(9*time.Second), s); last.Kind != Wait {
		t.Errorf("before the time is over: %+v", last)
	}
	second := feed(t, b)
	if _, err := b.Start(liveFakeHeader()); !errors.Is(err, ErrSource) {
		t.Errorf("two sources: %v", err)
	}
	last := w.run(ended.Add(9*time.Second), s)
	if last.Kind != End || last.Reason != EndChange || last.Next != b.current {
		t.Errorf("%+v", last)
	}
	second.Feed.Close()
	if last = left.run(ended.Add(time.Minute), s); last.Reason != EndChange {
		t.Errorf("the first entry has a successor: %+v", last)
	}
	w = &watcher{Play: NewPlay(last.Next, 0, nil), t: t}
	w.Begin(Start{sel: only()}, liveNow)
	if last = w.run(b.current.ended.Add(10*time.Second), second); last.Kind != End || last.Reason != EndNatural {
		t.Errorf("nobody followed: %+v", last)
	}
}

// An entry's packets go when a second one has followed: encoders that come and go
// take no memory for players that are stuck, which are told what they have missed.
func TestOldEntriesAreDropped(t *testing.T) {
	b, s := broadcast(t, BroadcastOptions{})
	s.bring(60)
	w := watch(t, b, Options{Unpaced: true, Burst: time.Hour})
	_, last := w.Run(liveNow, &w.mem, 10*fakeSize, func(it *Step) int { return len(it.Data) })
	tap := b.Tap()
	if got, ok := tap.Next(); !ok || got.Entry == nil {
		t.Fatalf("%+v, %v", got, ok)
	}
	first := b.current
	for range 2 {
		if err := s.Header(liveFakeHeader()); err != nil {
			t.Fatal(err)
		}
	}
	if first.blocks != nil {
		t.Errorf("%d blocks are kept", len(first.blocks))
	}
	if last = w.run(liveNow, s); last.Reason != EndChange || w.Skipped != 60-uint64(w.Position()) {
		t.Errorf("%+v, %d skipped from %d on", last, w.Skipped, w.Position())
	}
	if got, ok := tap.Next(); !ok || got.Lost != 60 {
		t.Errorf("%+v, %v", got, ok)
	}
	if got, ok := tap.Next(); !ok || got.Entry == nil {
		t.Errorf("%+v, %v", got, ok)
	}
}

// What the source brings is judged before any player sees it.
func TestBroadcastRefuses(t *testing.T) {
	b, s := broadcast(t, BroadcastOptions{})
	for name, pkt := range map[string][]byte{
		"nothing": nil, "no packet": bytes.Repeat([]byte{0xE1}, fakeSize), "too long": append(s.packet(0), 0),
	} {
		if err := s.Add(bytes.Clone(pkt)); err == nil {
			t.Error(name)
		}
	}
	if st := b.current.state(0); st.block != nil {
		t.Error("a packet that was refused is there")
	}
	s.Feed.Close()
	for name, header := range map[string][]byte{"nothing": nil, "no header": make([]byte, 100), "no streams": (&asf.Header{}).Append(nil)} {
		if _, err := b.Start(header); err == nil {
			t.Error(name)
		}
	}
	h := b.current.Info().Header
	if f := h.File(); !f.Broadcast() || f.Seekable() || f.DataPackets != 0 || f.PlayDuration != 0 {
		t.Errorf("%+v", f)
	}
}

// A packet that has lost its padding is filled up again.
func TestBroadcastFillsUp(t *testing.T) {
	b, s := broadcast(t, BroadcastOptions{})
	n := int64(0)
	for ; n < s.e.info.Packets; n++ {
		if _, padding, err := asf.PaddingSpan(s.packet(n)); err == nil && padding > 10 {
			break
		}
	}
	off, _, err := asf.PaddingSpan(s.packet(n))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Add(bytes.Clone(s.packet(n)[:off])); err != nil {
		t.Fatal(err)
	}
	if got := b.current.state(0).block.Packet(0); !bytes.Equal(got, s.packet(n)) {
		t.Error("the packet differs")
	}
}

// From the source to the last player nothing is allocated for a packet.
func TestBroadcastAllocatesNothing(t *testing.T) {
	b, s := broadcast(t, BroadcastOptions{Span: time.Second})
	s.bring(200)
	w := watch(t, b, Options{Unpaced: true})
	per := liveBlockBytes / fakeSize
	carry := func(it *Step) int { return len(it.Data) }
	if n := testing.AllocsPerRun(20, func() {
		s.bring(per)
		w.Run(liveNow, &w.mem, 1<<30, carry)
		w.mem.Reset()
	}); n > 6 { // those of a block
		t.Errorf("%v allocations for %d packets", n, per)
	}
}
