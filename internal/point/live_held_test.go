package point

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"caracal/asf"
)

// heldOptions keep four blocks, and nothing for the sake of its age.
var heldOptions = BroadcastOptions{Bytes: 4 * liveBlockBytes}

const perLiveBlock = liveBlockBytes / fakeSize

// clean says whether a packet that was brought has a key frame's beginning.
func (s *liveSource) clean(n int64) bool {
	return slices.ContainsFunc(s.e.clean, func(c asf.CleanPoint) bool { return c.Packet == n%s.e.info.Packets })
}

// hold brings packets, of which others get every one while w is held up.
func (w *watcher) hold(s *liveSource, packets int, others ...*watcher) {
	w.t.Helper()
	at := w.Position()
	for end := s.next + int64(packets); s.next < end; {
		s.bring(int(min(end-s.next, 40)))
		for _, o := range others {
			if o.run(liveNow, s); o.Position() != s.next || o.Skipped != 0 {
				w.t.Fatalf("while another one is held: at packet %d of %d, %d skipped", o.Position(), s.next, o.Skipped)
			}
		}
		if w.Position() != at {
			w.t.Fatalf("held at packet %d, moved to %d", at, w.Position())
		}
	}
}

// Who is held up goes on where it was as long as that is kept, and otherwise at the
// first clean point that is: it alone, whatever the others do.
func TestHeldPlayer(t *testing.T) {
	for _, packets := range []int{1, perLiveBlock, 2 * perLiveBlock, 6 * perLiveBlock, 40 * perLiveBlock} {
		b, s := broadcast(t, heldOptions)
		s.bring(50)
		held, other := watch(t, b, Options{Unpaced: true}), watch(t, b, Options{Unpaced: true})
		held.run(liveNow, s)
		at, already := held.Position(), len(held.got)
		held.hold(s, packets, other)

		oldest, there := b.current.first().first, other.Position()
		held.run(liveNow, s)
		first := held.got[already]
		switch {
		case at >= oldest:
			if first != at || held.Skipped != 0 {
				t.Errorf("held for %d packets at %d, goes on at %d, %d skipped", packets, at, first, held.Skipped)
			}
		case first < oldest || !s.clean(first) || held.Skipped != uint64(first-at):
			t.Errorf("held for %d packets at %d, goes on at %d of those from %d on, %d skipped", packets, at, first, oldest, held.Skipped)
		default:
			for n := oldest; n < first; n++ {
				if s.clean(n) {
					t.Errorf("goes on at %d, though %d is clean", first, n)
				}
			}
		}
		if held.Position() != s.next || other.Position() != there || b.current.first().first != oldest {
			t.Errorf("at %d of %d; another one at %d, was at %d", held.Position(), s.next, other.Position(), there)
		}
	}
}

// Who joins anew after it was held up goes back at most to what is kept, whatever
// reserve it is to have, and alone.
func TestHeldPlayerRejoins(t *testing.T) {
	for _, burst := range []time.Duration{0, time.Second, time.Hour} {
		b, s := broadcast(t, heldOptions)
		s.bring(50)
		held, other := watch(t, b, Options{Unpaced: true}), watch(t, b, Options{Unpaced: true})
		held.run(liveNow, s)
		held.hold(s, 6*perLiveBlock, other)
		oldest, there := b.current.first().first, other.Position()
		for range 3 { // again is no further back
			held.Rejoin(Options{Burst: burst})
			if at := held.Position(); at < oldest || at >= s.next || !s.clean(at) {
				t.Fatalf("burst of %v: at packet %d of %d to %d", burst, at, oldest, s.next)
			}
			held.got = nil
			at := held.Position()
			held.run(liveNow, s)
			held.followed(at, s.next-at)
		}
		if held.Skipped != 0 || other.Position() != there {
			t.Errorf("burst of %v: %d skipped; another one at %d, was at %d", burst, held.Skipped, other.Position(), there)
		}
	}
}

// The source waits for no player: not even for one that is in the midst of a packet,
// which stays as it is though everything around it has been let go of.
func TestSourceWaitsForNobody(t *testing.T) {
	b, s := broadcast(t, heldOptions)
	s.bring(50)
	held, other := watch(t, b, Options{Unpaced: true}), watch(t, b, Options{Unpaced: true})
	held.Run(liveNow, &held.mem, 1, func(it *Step) int {
		for range 20 {
			s.bring(perLiveBlock)
			other.run(liveNow, s)
		}
		if b.current.first().Holds(it.Number) || !bytes.Equal(it.Data, s.packet(it.Number)) {
			t.Errorf("packet %d is not what it was", it.Number)
		}
		return len(it.Data)
	})
	if kept := len(b.current.blocks); kept > 5 {
		t.Errorf("%d blocks are kept for who is held", kept)
	}
	if other.Skipped != 0 || other.Position() != s.next {
		t.Errorf("another one is at %d of %d, %d skipped", other.Position(), s.next, other.Skipped)
	}
	if held.run(liveNow, s); held.got[0] < b.current.first().first || held.Position() != s.next {
		t.Errorf("goes on at %d, up to %d of %d", held.got[0], held.Position(), s.next)
	}
}

// Behind the present nothing is lost to who is held up: it goes on in the past, and
// from there into the present.
func TestHeldPlayerBehind(t *testing.T) {
	past := &fakePast{}
	l, s, request := behind(t, past)
	past.block = func(n int64, _ func()) (*Block, error) { return NewBlock(n, fakeSize, s.packet(n)), nil }
	start, err := Prepare(l, Options{}, request)
	if err != nil {
		t.Fatal(err)
	}
	start.Schedule.Rate = 0
	held := &watcher{Play: NewPlay(l, 0, func() {}), t: t}
	held.Begin(start, liveNow)
	other := watch(t, s.b, Options{Unpaced: true})
	held.run(liveNow, s)
	held.hold(s, 20*perLiveBlock, other)
	there := other.Position()
	held.run(liveNow, s)
	held.followed(7, s.next-7)
	if held.Skipped != 0 || other.Position() != there {
		t.Errorf("%d skipped; another one at %d, was at %d", held.Skipped, other.Position(), there)
	}
}

// A pace that was held up for a while is later by that while, and no packet else.
func TestPostpone(t *testing.T) {
	const held = 5 * time.Second
	b, s := broadcast(t, BroadcastOptions{})
	s.bring(int(s.e.info.Packets))
	p, other := watch(t, b, Options{Speed: 1, Burst: time.Hour}), watch(t, b, Options{Speed: 1, Burst: time.Hour})
	due := p.run(liveNow, s).At
	if again := other.run(liveNow, s).At; !again.Equal(due) {
		t.Fatalf("due at %v, and %v", due, again)
	}
	at := p.Position()
	p.Postpone(held)
	if last := p.run(due, s); last.Kind != Wait || !last.At.Equal(due.Add(held)) || p.Position() != at {
		t.Errorf("%+v at packet %d, was at %d", last, p.Position(), at)
	}
	if other.run(due, s); other.Position() == at {
		t.Error("another one is held up too")
	}
	if p.run(due.Add(held), s); p.Position() != other.Position() {
		t.Errorf("at packet %d, want %d", p.Position(), other.Position())
	}
}
