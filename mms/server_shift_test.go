package mms_test

import (
	"testing"
	"time"

	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/mms"
)

// A player that asks for a place in the past of a broadcast gets it; one that
// starts again without a place goes on where it is, and one that names the end
// of time gets the present.
func TestTimeShift(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		t := s.T
		l := s.Live("live", point.Options{Batch: 150 * time.Millisecond, Unpaced: true, MaxSpeed: 1}, point.BroadcastOptions{Span: time.Millisecond})
		past := fronttest.NewPast(t, l.Broadcast)
		l.Start(longClip())
		for range l.Clip.Count() - 10 {
			l.Bring(1)
			past.Take()
		}
		p := s.watch(player9, overTCP)
		p.start(mms.Position{Position: 10, ASFOffset: mms.NoPosition, LocationID: mms.NoPosition}, 5)
		got := p.some(50)
		first := int(got[0].LocationID)
		check(t, got, l.Clip, first, 5, got[0].AFFlags)
		if first < 100 || first > 300 {
			t.Errorf("10 s are packet %d", first)
		}
		p.start(beginning, 6)
		again := p.some(50)
		if n := int(again[0].LocationID); n < first+50 || n > first+60 {
			t.Errorf("starts again with packet %d, after %d", n, first+49)
		}
		check(t, again, l.Clip, int(again[0].LocationID), 6, again[0].AFFlags)
		p.start(mms.Position{Position: 10_000, ASFOffset: mms.NoPosition, LocationID: mms.NoPosition}, 7)
		l.Bring(10)
		if n := int(p.some(1)[0].LocationID); n < l.Clip.Count()-20 {
			t.Errorf("the present is packet %d of %d", n, l.Clip.Count())
		}
	})
}
