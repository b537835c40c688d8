package point

import (
	"bytes"
	"testing"
	"time"

	"caracal/asf"
)

// round is how much later the fake's times are, so that they count round in the
// middle of it, as those of a broadcast do after 49 days.
const round = 1<<32 - 10_000 - fakePreroll

// shifted is a packet of the fake, later.
func (s *liveSource) shifted(n int64, by uint32) []byte {
	s.t.Helper()
	b := bytes.Clone(s.packet(n))
	shift := asf.Shift{Time: by}
	if err := shift.Apply(b); err != nil {
		s.t.Fatal(err)
	}
	return b
}

// arrivals are when a paced player gets the fake's packets that are by later.
func arrivals(t *testing.T, by uint32) (at []time.Duration) {
	b, s := broadcast(t, BroadcastOptions{})
	for n := range s.e.info.Packets {
		if err := s.Add(s.shifted(n, by)); err != nil {
			t.Fatal(err)
		}
	}
	w := watch(t, b, Options{Speed: 1, MaxSpeed: 1, Burst: time.Hour})
	for now := liveNow; now.Before(liveNow.Add(fakeSeconds * time.Second)); now = now.Add(10 * time.Millisecond) {
		w.Run(now, &w.mem, MaxRunBytes, func(it *Step) int {
			at = append(at, now.Sub(liveNow))
			return len(it.Data)
		})
	}
	return at
}

// Nothing happens when send times count round: packets go at their pace, who
// joins begins as far back as ever, and as much as ever is kept.
func TestBroadcastOf49Days(t *testing.T) {
	want, got := arrivals(t, 0), arrivals(t, round)
	if len(got) != len(want) || len(got) < 200 {
		t.Fatalf("%d packets, want %d", len(got), len(want))
	}
	for n := range got {
		if got[n] != want[n] {
			t.Fatalf("packet %d comes after %v, want %v", n, got[n], want[n])
		}
	}

	plain, s := broadcast(t, BroadcastOptions{Span: 5 * time.Second})
	late, l := broadcast(t, BroadcastOptions{Span: 5 * time.Second})
	for n := range s.e.info.Packets {
		if err := s.Add(s.packet(n)); err != nil {
			t.Fatal(err)
		}
		if err := l.Add(l.shifted(n, round)); err != nil {
			t.Fatal(err)
		}
		a, b := plain.current, late.current
		if len(a.blocks) != len(b.blocks) || a.blocks[0].first != b.blocks[0].first {
			t.Fatalf("at packet %d %d blocks are kept, want %d", n, len(b.blocks), len(a.blocks))
		}
		if x, y := a.join(fakeVideo, 3*time.Second), b.join(fakeVideo, 3*time.Second); x != y {
			t.Fatalf("at packet %d who joins begins at %d, want %d", n, y, x)
		}
	}
}

// Opaque data has no send time: it is that of what was before it, also where a
// block begins, and nothing that is kept goes because of it.
func TestOpaquePacketsOfBroadcast(t *testing.T) {
	b, s := broadcast(t, BroadcastOptions{Span: 5 * time.Second})
	opaque := append([]byte{0x92, 0x11, 0}, make([]byte, fakeSize-3)...)
	per := liveBlockBytes / fakeSize
	for n := range per * 3 / 2 {
		pkt := s.shifted(int64(n)%100, 100_000)
		if n == 0 || n == per || n == per+1 {
			pkt = opaque
		}
		if err := s.Add(pkt); err != nil {
			t.Fatal(err)
		}
	}
	l := b.current
	if len(l.blocks) != 2 {
		t.Fatalf("%d blocks are kept", len(l.blocks))
	}
	before := l.blocks[0].send[per-1]
	if first := l.blocks[0].send[0]; first != 0 || before < 100_000 {
		t.Errorf("from %d to %d ms", first, before)
	}
	if got := l.blocks[1].send; got[0] != before || got[1] != before {
		t.Errorf("at %d and %d ms, want %d", got[0], got[1], before)
	}
}
