package playlist

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"caracal/internal/event"
	"caracal/internal/point"
)

// at opens the item by places from one and closes it.
func at(t *testing.T, w *Way, place, by int) string {
	t.Helper()
	item, err := w.Open(t.Context(), place, by)
	if errors.Is(err, io.EOF) {
		return "."
	}
	if err != nil {
		t.Fatal(err)
	}
	item.Entry.Close()
	return show(item)
}

// Going back leads to what was played, also in a folder in another order each time,
// and forward again the same way.
func TestBackInAShuffle(t *testing.T) {
	s := newStore()
	s.folders["films/"] = strings.Fields("a1 b1 c1 d1 e1 f1 g1 h1")
	l := s.list(t, `<seq repeatCount="indefinite"><media src="films/" shuffle="true"/></seq>`)
	w := l.Way()
	played, last := walk(t, w, point.Outside, 40)
	for i := last; i >= 0; i-- {
		if got := at(t, w, i, 0); got != played[i] {
			t.Errorf("item %d was %s and is %s", i, played[i], got)
		}
		if i > 0 && at(t, w, i, -1) != played[i-1] {
			t.Errorf("before item %d is %s, not %s", i, at(t, w, i, -1), played[i-1])
		}
	}
	if again, _ := walk(t, w, point.Outside, 40); !slices.Equal(again, played) {
		t.Errorf("played %v\nand then %v", played, again)
	}
	if at(t, w, 0, -1) != "." || at(t, w, 2, 5) != played[7] || at(t, w, 7, -5) != played[2] {
		t.Error("further ways lead elsewhere")
	}
	first, second := slices.Clone(played[:8]), slices.Clone(played[8:16])
	if slices.Equal(first, second) && slices.Equal(first, played[16:24]) {
		t.Error("the order is always", first)
	}
	for _, round := range [][]string{first, second} {
		if slices.Sort(round); !slices.Equal(round, s.folders["films/"]) {
			t.Error("a round has", round)
		}
	}
}

// A player that goes on for ever remembers the last items only.
func TestHistoryIsBounded(t *testing.T) {
	s := newStore()
	w := s.list(t, `<seq repeatCount="indefinite"><media src="a1"/><media src="b1"/></seq>`).Way()
	_, last := walk(t, w, point.Outside, 3*MaxHistory+1)
	if len(w.history) != MaxHistory || cap(w.history) > 4*MaxHistory {
		t.Errorf("%d items, room for %d", len(w.history), cap(w.history))
	}
	if at(t, w, last, 1-MaxHistory) != "b1" || at(t, w, last, -MaxHistory) != "." {
		t.Error("another place is the first")
	}
	if item, _ := w.Open(t.Context(), last, 1-MaxHistory); item.Skips.Backward || !item.Skips.Forward {
		t.Errorf("%+v", item.Skips)
	}
}

// What cannot be opened any more is passed over, in both directions.
func TestGoneIsPassedOver(t *testing.T) {
	s := newStore()
	w := s.list(t, `<media src="a5"/><media src="b5"/><media src="c5"/><media src="d5"/>`).Way()
	walk(t, w, point.Outside, 4)
	s.gone["b5"] = true
	if got := at(t, w, 2, -1); got != "a5" {
		t.Error("back leads to", got)
	}
	if got := at(t, w, 0, 1); got != "c5" {
		t.Error("forward leads to", got)
	}
	if _, err := w.Open(t.Context(), 0, 0); err != nil {
		t.Error(err)
	}
}

// A list that is replaced goes on behind what is played, wherever that is now.
func TestReplace(t *testing.T) {
	tests := []struct {
		name, before string
		items        int // that were played
		after, want  string
	}{
		{"appended", `<media src="a5"/><media src="b5"/>`, 2, `<media src="a5"/><media src="b5"/><media src="c5"/>`, "c5 ."},
		{"inserted before", `<media src="a5"/><media src="b5"/><media src="c5"/>`, 2, `<media src="x"/><media src="n5"/><media src="a5"/><media src="b5"/><media src="c5"/>`, "c5 ."},
		{"inserted behind", `<media src="a5"/><media src="b5"/>`, 1, `<media src="a5"/><media src="n5"/><media src="b5"/>`, "n5 b5 ."},
		{"turned round", `<media src="a5"/><media src="b5"/><media src="c5"/>`, 2, `<media src="c5"/><media src="b5"/><media src="a5"/>`, "a5 ."},
		{"the same thrice", `<media src="a5"/><media src="a5"/><media src="a5"/>`, 2, `<media src="a5"/><media src="a5"/><media src="a5"/><media src="b5"/>`, "a5 b5 ."},
		{"played is gone", `<media src="a5"/><media src="b5"/><media src="c5"/>`, 2, `<media src="a5"/><media src="c5"/>`, "c5 ."},
		{"all is gone", `<media src="a5"/><media src="b5"/>`, 2, `<media src="n5"/><media src="m5"/>`, "n5 m5 ."},
		{"nothing is left", `<media src="a5"/><media src="b5"/>`, 1, ``, "."},
		{"by its id", `<media id="one" src="a5"/><media src="b5"/>`, 1, `<media src="n5"/><media id="one" src="a9"/><media src="c5"/>`, "c5 ."},
		{"in groups", `<seq><media src="a5"/><media src="b5"/></seq><media src="c5"/>`, 1, `<media src="n5"/><seq><media src="a5"/><media src="d5"/></seq><media src="c5"/>`, "d5 c5 ."},
		{"group is gone", `<media src="n5"/><seq><media src="a5"/><media src="b5"/></seq><media src="c5"/>`, 2, `<media src="n5"/><media src="c5"/>`, "c5 ."},
		{"repeated less often", `<seq repeatCount="indefinite"><media src="a5"/></seq>`, 4, `<seq repeatCount="5"><media src="a5"/></seq><media src="b5"/>`, "a5 b5 ."},
		{"in a folder", `<media src="films/"/>`, 2, `<media src="n5"/><media src="films/"/><media src="b5"/>`, "f3 b5 ."},
		{"another folder", `<media id="f" src="films/"/><media src="b5"/>`, 2, `<media id="f" src="none/"/><media src="b5"/>`, "b5 ."},
		{"an advertisement more", `<excl><priorityClass><media src="b5" begin="5s"/></priorityClass><priorityClass><media src="a30" begin="0s"/></priorityClass></excl>`, 2,
			`<excl><priorityClass><media src="n5" begin="9s"/><media src="b5" begin="5s"/></priorityClass><priorityClass><media src="a30" begin="0s"/></priorityClass></excl>`, "n5 a30[5s] ."},
		{"no advertisement", `<excl><priorityClass><media src="b5" begin="5s"/></priorityClass><priorityClass><media src="a30" begin="0s"/></priorityClass></excl>`, 1,
			`<excl><priorityClass><media src="a30" begin="0s"/></priorityClass></excl>`, "a30[5s] ."},
		{"a list within", `<media src="inner"/><media src="a5"/>`, 1, `<media src="inner"/><media src="b5"/>`, "i2 b5 ."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newStore()
			s.folders["films/"] = []string{"f1", "f2", "f3"}
			s.add(t, "inner", `<media src="i1"/><media src="i2"/>`)
			l := s.list(t, test.before)
			w := l.Way()
			played, last := walk(t, w, point.Outside, test.items)
			at(t, w, last, 1) // the next one has been looked for
			l.Replace(parse(t, test.after))
			if got, _ := walk(t, w, last, 12); strings.Join(got, " ") != test.want {
				t.Errorf("behind %s plays %s, not %s", played[last], strings.Join(got, " "), test.want)
			}
			if got := at(t, w, last, 0); got != played[last] {
				t.Errorf("%s has become %s", played[last], got)
			}
		})
	}
}

// Where a player may go from an item.
func TestSkips(t *testing.T) {
	s := newStore()
	w := s.list(t, `<media src="a5"/><media src="b5" noSkip="true" role="Advertisement"/><media src="c5" noRecede="true"/><media src="d5"/>`).Way()
	want := []point.Skips{
		{Forward: true, Seek: true}, {Backward: true}, {Forward: true}, {Backward: true, Seek: true, Last: true},
	}
	for i := range want {
		item, err := w.Open(t.Context(), i-1, 1)
		if err != nil || item.Skips != want[i] {
			t.Errorf("item %d: %+v, want %+v (%v)", i, item.Skips, want[i], err)
		}
		if item.Role != map[int]string{1: "Advertisement"}[i] {
			t.Errorf("item %d has the role %q", i, item.Role)
		}
	}
}

// What clientData tells of an item: the innermost counts.
func TestTexts(t *testing.T) {
	s := newStore()
	w := s.list(t, `<clientData title="Evening" author="Attic"/><media src="a5" mediaName="first"/><seq><clientData album="Two"/>
		<media src="b5"><clientData title="B" id="x"/></media></seq>`).Way()
	want := []string{"[{title Evening} {author Attic}] first", "[{title B} {author Attic} {album Two}] "}
	for i := range want {
		item, err := w.Open(t.Context(), i-1, 1)
		if got := fmt.Sprint(item.Texts, item.Name); err != nil || strings.ReplaceAll(got, "] ", "]") != strings.ReplaceAll(want[i], "] ", "]") {
			t.Errorf("of item %d is told %s (%v)", i, got, err)
		}
	}
}

// What is passed over is told, once each, and what was reached only costs.
func TestPassedOverIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		told := s.bus.Subscribe(100)
		s.add(t, "self", `<media src="self"/>`)
		l := s.list(t, `<media src="hang"/><media src="x1"/><media src="self"/><media src="empty"/><media src="none/"/><media src="a5" clipBegin="4s" clipEnd="3s"/><media src="a5"/><media src="b5"/>`)
		if got := at(t, l.Way(), point.Outside, 1); got != "a5" {
			t.Fatal(got)
		}
		want := []struct {
			src string
			err error
		}{{"hang", ErrHangs}, {"x1", errMissing}, {"self", ErrCircle}, {"empty", ErrEmpty}, {"none/*", ErrEmpty}, {"a5", ErrClip}}
		for _, want := range want {
			e := (<-told.C()).Event.(event.EntrySkipped)
			if e.Source != want.src || !errors.Is(e.Err, want.err) {
				t.Errorf("%s: %v, want %s: %v", e.Source, e.Err, want.src, want.err)
			}
		}
		if len(told.C()) > 0 {
			t.Error("more is told")
		}
	})
}

// A long list is opened item by item, and broken items in it keep nobody.
func TestLongList(t *testing.T) {
	for _, count := range []int{500, 10_000} {
		var b strings.Builder
		for i := range count {
			name := "a1"
			if i%3 == 1 {
				name = "x1"
			}
			fmt.Fprintf(&b, `<media src="%s"/>`, name)
		}
		s := newStore()
		w := s.list(t, b.String()).Way()
		if s.opened != 0 {
			t.Errorf("%d items are opened before anybody plays", s.opened)
		}
		walk(t, w, point.Outside, 2)
		if s.opened != 3 {
			t.Errorf("for two items %d were opened", s.opened)
		}
		if got, _ := walk(t, w, 1, count); len(got) != count-(count+1)/3-2+1 {
			t.Errorf("%d of %d items follow the first two", len(got)-1, count)
		}
		s = newStore()
		if got := at(t, s.list(t, strings.ReplaceAll(b.String(), "a1", "x1")).Way(), point.Outside, 1); got != "." || s.opened != count {
			t.Errorf("%d items of %d were tried, then came %s", s.opened, count, got)
		}
	}
}

// A way and its list are used from anywhere at once.
func TestWayIsShared(t *testing.T) {
	s := newStore()
	s.folders["films/"] = strings.Fields("a1 b1 c1 d1")
	l := s.list(t, `<seq repeatCount="indefinite"><media src="films/" shuffle="true"/></seq>`)
	w := l.Way()
	walk(t, w, point.Outside, 3)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for place := range 50 {
				item, err := w.Open(context.Background(), place%3, i%3-1)
				if err == nil {
					item.Entry.Close()
				} else if !errors.Is(err, io.EOF) {
					t.Error(err)
				}
				l.Event("any")
				if place%10 == 0 {
					l.Replace(parse(t, `<media src="films/"/><media src="e1"/>`))
				}
			}
		})
	}
	all.Wait()
	if s.open != 0 {
		t.Errorf("%d entries are open", s.open)
	}
}
