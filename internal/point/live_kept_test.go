package point

import (
	"slices"
	"testing"
	"time"

	"caracal/asf"
)

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
