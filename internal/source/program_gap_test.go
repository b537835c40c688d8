package source

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/point"
)

// gapWay leaves gaps before the items of another way.
type gapWay struct {
	point.Way
	gaps map[int]time.Duration // by place
}

func (w gapWay) Open(ctx context.Context, place, by int) (point.ListItem, error) {
	item, err := w.Way.Open(ctx, place, by)
	item.Gap = w.gaps[item.Place]
	return item, err
}

// A gap in a list is one of the broadcast's clock: what is behind it comes so much
// later, in the same entry for its players, and by no less when it is long.
func TestProgramGaps(t *testing.T) {
	for _, gap := range []time.Duration{5 * time.Second, time.Hour} {
		files := filesOf(t, 4, 4, 4)
		synctest.Test(t, func(t *testing.T) {
			way := gapWay{files.Once(), map[int]time.Duration{0: 2 * time.Second, 1: gap}}
			r := runProgram(t, ProgramOptions{Way: func() point.Way { return way }})
			time.Sleep(1900 * time.Millisecond)
			if _, err := r.to.Open(t.Context(), ""); err == nil {
				t.Error("something is broadcast in the gap before the first item")
			}
			time.Sleep(3100 * time.Millisecond)
			e := r.entry(t)
			time.Sleep(gap + 4*time.Second)
			if r.entry(t) != e {
				t.Error("players have another entry")
			}
			time.Sleep(20 * time.Second)
			list := objects(t, e)
			if len(list) != 12 {
				t.Fatalf("%d objects, not 12", len(list))
			}
			for i, want := range []int64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11} {
				at := time.Duration(want) * time.Second
				if i >= 4 {
					at += gap
				}
				if got := time.Duration(list[i].time-list[0].time) * time.Millisecond; got != at {
					t.Errorf("object %d is at %v, not %v", i, got, at)
				}
			}
			r.end(t)
		})
	}
}

// An order ends a gap.
func TestProgramGapIsSkipped(t *testing.T) {
	files := filesOf(t, 4, 4)
	synctest.Test(t, func(t *testing.T) {
		way := gapWay{files.Once(), map[int]time.Duration{1: time.Hour}}
		r := runProgram(t, ProgramOptions{Way: func() point.Way { return way }})
		e := r.entry(t)
		time.Sleep(10 * time.Minute)
		if err := r.Skip(-1); err != nil {
			t.Error(err)
		}
		time.Sleep(10 * time.Second)
		if list := objects(t, e); len(list) != 8 || list[4].time-list[0].time < 599_000 || list[4].time-list[0].time > 601_000 {
			t.Errorf("of %d objects the fifth is at %d", len(list), list[min(4, len(list)-1)].time)
		}
		r.end(t)
	})
}
