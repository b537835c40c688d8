package point

import (
	"testing"
	"testing/synctest"
	"time"
)

// An entry that its list ends is left where it is, also if what was to follow it has
// been opened.
func TestListCuts(t *testing.T) {
	for _, at := range []time.Duration{5 * time.Second, fakeSeconds*time.Second - time.Second} {
		synctest.Test(t, func(t *testing.T) {
			w := listOf(t, ListItem{Entry: newFake(t)}, ListItem{Entry: newFake(t)})
			asked := 0
			w.items[0].Cut = func(now time.Duration) bool { asked++; return now >= at }
			legs, why := travel(t, w, Options{Batch: 100 * time.Millisecond, Speed: 1}, Request{})
			if why != EndNatural || len(legs) != 2 {
				t.Fatalf("%d entries, then %v", len(legs), why)
			}
			if legs[0].packets >= asked || legs[0].last > at || legs[0].last < at-time.Second {
				t.Errorf("cut after %v, %d packets, asked %d times", legs[0].last, legs[0].packets, asked)
			}
			if w.inUse() != 0 {
				t.Errorf("%d entries are open", w.inUse())
			}
		})
	}
}

// An entry whose storage fails is left for the next one; a list of nothing else ends.
func TestListPassesOverFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []error
		broken := func() ListItem {
			e := newFake(t)
			e.failing = true
			return ListItem{Entry: e, Failed: func(err error) { told = append(told, err) }}
		}
		w := listOf(t, ListItem{Entry: newFake(t)}, broken(), broken(), ListItem{Entry: newFake(t)})
		legs, why := travel(t, w, Options{Batch: time.Second, Speed: 1}, Request{})
		if why != EndNatural || len(legs) != 4 || legs[1].packets+legs[2].packets > 0 || legs[3].packets != legs[0].packets || len(told) != 2 {
			t.Errorf("%+v, %v, %d failures", legs, why, len(told))
		}
		var all []ListItem
		for range 3 * maxBroken {
			all = append(all, broken())
		}
		legs, why = travel(t, listOf(t, all...), Options{Batch: time.Second, Speed: 1}, Request{})
		if why != EndError || len(legs) != maxBroken+1 {
			t.Errorf("%d entries, then %v", len(legs), why)
		}
	})
}
