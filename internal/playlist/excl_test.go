package playlist

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/point"
)

// What of an excl is played, in order, as the timing model says. The wall says
// 2000-01-01 00:00 UTC.
func TestExcl(t *testing.T) {
	tests := []struct{ name, list, want string }{
		{"no begin", `<excl><media src="a5"/></excl><media src="b5"/>`, "b5 ."},
		{"one after the other", `<excl><media src="b5" begin="10s"/><media src="a5" begin="0s"/></excl><media src="c5"/>`, "a5 b5 c5 ."},
		{"peers stop", `<excl><media src="a30" begin="0s"/><media src="b5" begin="10s"/></excl><media src="c5"/>`, "a30[0s+10s] b5 c5 ."},
		{"peers pause", `<excl><priorityClass peers="pause"><media src="a30" begin="0s"/><media src="b5" begin="10s"/></priorityClass></excl>`,
			"a30[0s+10s] b5 a30[10s] ."},
		{"peers defer", `<excl><priorityClass peers="defer"><media src="a30" begin="0s"/><media src="b5" begin="10s"/></priorityClass></excl>`, "a30 b5 ."},
		{"peers never", `<excl><priorityClass peers="never"><media src="a30" begin="0s"/><media src="b5" begin="10s"/></priorityClass></excl>`, "a30 ."},
		{"advertisements", `<excl><priorityClass><media src="x1" begin="5s"/><media src="b5" begin="10s;20s"/></priorityClass>
			<priorityClass><media src="a30" begin="0s"/></priorityClass></excl><media src="c5"/>`, "a30[0s+5s] a30[5s+5s] b5 a30[10s+5s] b5 a30[15s] c5 ."},
		{"higher stops", `<excl><priorityClass><media src="b5" begin="10s"/></priorityClass>
			<priorityClass higher="stop"><media src="a30" begin="0s"/></priorityClass></excl>`, "a30[0s+10s] b5 ."},
		{"lower deferred", `<excl><priorityClass><media src="a30" begin="0s"/></priorityClass>
			<priorityClass><media src="b5" begin="10s"/></priorityClass></excl>`, "a30 b5 ."},
		{"lower never", `<excl><priorityClass lower="never"><media src="a30" begin="0s"/></priorityClass>
			<priorityClass><media src="b5" begin="10s"/></priorityClass></excl>`, "a30 ."},
		{"paused before deferred", `<excl><priorityClass peers="stop"><media src="b9" begin="10s"/></priorityClass>
			<priorityClass peers="defer"><media src="a30" begin="0s"/><media src="c5" begin="5s"/></priorityClass></excl>`, "a30[0s+10s] b9 a30[10s] c5 ."},
		{"edges", `<excl><media id="one" src="a5" begin="0s"/><media id="two" src="b5" begin="one.end"/><media src="c5" begin="two.begin+2s"/></excl>`,
			"a5 b5[0s+2s] c5 ."},
		{"previous", `<excl><media src="a5" begin="0s"/><media src="b5" begin="prev.end"/><media src="c5" begin="prev.end+10s"/></excl>`, "a5 b5 c5 ."},
		{"marker", `<excl><priorityClass><media src="b5" begin="film.marker(two)"/></priorityClass>
			<priorityClass><media id="film" src="m60" begin="0s"/></priorityClass></excl>`, "m60[0s+20s] b5 m60[20s] ."},
		{"wallclock", `<excl><priorityClass><media src="b5" begin="wallclock(2000-01-01T00:00:20Z)"/></priorityClass>
			<priorityClass><media src="a30" begin="0s"/></priorityClass></excl>`, "a30[0s+20s] b5 a30[20s] ."},
		{"an interrupted group", `<excl><priorityClass><media src="b5" begin="12s"/></priorityClass>
			<priorityClass><seq begin="0s"><media src="a10"/><media src="c10"/></seq></priorityClass></excl>`, "a10 c10[0s+2s] b5 c10[2s] ."},
		{"an interrupted folder", `<excl><priorityClass><media src="b5" begin="1500ms"/></priorityClass>
			<priorityClass><media src="films/" begin="0s"/></priorityClass></excl>`, "f1 f2[0s+0.5s] b5 f2[0.5s] f3 ."},
		{"time does not count while paused", `<excl><priorityClass><media src="b5" begin="2s"/></priorityClass>
			<priorityClass><media src="a30" dur="6s" begin="0s"/></priorityClass></excl>`, "a30[0s+2s] b5 a30[2s+4s] ."},
		{"repeated", `<excl repeatCount="2"><media src="a30" begin="0s"/><media src="b5" begin="10s"/></excl>`, "a30[0s+10s] b5 a30[0s+10s] b5 ."},
		{"dur", `<excl dur="12s"><media src="a30" begin="0s"/><media src="b5" begin="10s"/></excl><media src="c5"/>`, "a30[0s+10s] b5[0s+2s] c5 ."},
		{"endSync", `<excl endSync="one"><media id="one" src="a5" begin="0s"/><media src="b5" begin="9s"/></excl><media src="c5"/>`, "a5 c5 ."},
		{"end by an edge", `<excl><media id="one" src="a30" begin="0s" end="two.begin"/><media id="two" src="b5" begin="9s"/></excl>`, "a30[0s+9s] b5 ."},
		{"within another", `<excl><priorityClass><media src="b5" begin="12s"/></priorityClass><priorityClass><excl begin="0s">
			<media src="a30" begin="0s"/><media src="c9" begin="9s"/></excl></priorityClass></excl>`, "a30[0s+9s] c9[0s+3s] b5 c9[3s] ."},
		{"again and again", `<excl><media id="one" src="a5" begin="0s;two.end"/><media id="two" src="b5" begin="one.end"/></excl>`,
			"a5 b5 a5 b5 a5 b5 a5 b5 a5 b5 a5 b5"},
		{"nothing again and again", `<excl><media id="one" src="x1" begin="0s;two.end"/><media id="two" src="x2" begin="one.end"/></excl>`, "."},
		{"jumping for ever", `<excl><media id="one" src="x1" begin="0s;two.end+1s"/><media id="two" src="x2" begin="one.end+1s"/></excl><media src="c5"/>`, "c5 ."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore()
				s.folders["films/"] = []string{"f1", "f2", "f3"}
				got, _ := walk(t, s.list(t, test.list).Way(), point.Outside, 12)
				if got := strings.Join(got, " "); got != test.want {
					t.Errorf("it plays %s\nnot      %s", got, test.want)
				}
			})
		})
	}
}

// What waits for an event begins with the item that follows it, for one player or for
// all; who comes later does not hear it.
func TestEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		l := s.list(t, `<excl><priorityClass><media src="b5" begin="break"/></priorityClass>
			<priorityClass><seq begin="0s" repeatCount="indefinite"><media src="a9"/><media src="c9"/></seq></priorityClass></excl>`)
		one, two := l.Way(), l.Way()
		first, at := walk(t, one, point.Outside, 2)
		walk(t, one, at, 1) // what follows has been looked for already
		walk(t, two, point.Outside, 1)
		l.Event("nothing that anybody knows")
		l.Event("break")
		behind, _ := walk(t, one, at, 3)
		if got := strings.Join(append(first, behind...), " "); got != "a9 c9 b5 a9 c9" {
			t.Error("one plays", got)
		}
		if got, _ := walk(t, two, 0, 3); strings.Join(got, " ") != "b5 c9 a9" {
			t.Error("two plays", got)
		}
		three := l.Way()
		three.Event("break")
		if got, _ := walk(t, three, point.Outside, 3); strings.Join(got, " ") != "b5 a9 c9" {
			t.Error("three plays", got)
		}
		if got, _ := walk(t, l.Way(), point.Outside, 3); strings.Join(got, " ") != "a9 c9 a9" {
			t.Error("four plays", got)
		}
	})
}

// An event cuts what it may interrupt, which goes on where it was.
func TestEventCuts(t *testing.T) {
	tests := []struct{ name, list, want string }{
		{"paused", `<excl><priorityClass><media src="b5" begin="break"/></priorityClass><priorityClass><media src="a9" begin="0s"/></priorityClass></excl>`, "b5 a9[3s] ."},
		{"stopped", `<excl><media src="b5" begin="break"/><media src="a9" begin="0s"/></excl><media src="c5"/>`, "b5 c5 ."},
		{"ended", `<media src="a9" end="break"/><media src="c5"/>`, "c5 ."},
		{"deferred", `<excl><priorityClass peers="defer"><media src="b5" begin="break"/><media src="a9" begin="0s"/></priorityClass></excl>`, ""},
		{"not meant", `<excl><media src="b5" begin="other"/><media src="a9" begin="0s"/></excl>`, ""},
	}
	for _, test := range tests {
		w := newStore().list(t, test.list).Way()
		item, err := w.Open(t.Context(), point.Outside, 1)
		if err != nil || item.Cut(0) || item.Cut(time.Second) {
			t.Fatalf("%s: without an event it is cut (%v)", test.name, err)
		}
		walk(t, w, 0, 1) // what follows has been looked for
		w.list.Event("break")
		if item.Cut(3*time.Second) != (test.want != "") {
			t.Errorf("%s: it is cut: %v", test.name, test.want == "")
		}
		if got, _ := walk(t, w, 0, 3); test.want != "" && strings.Join(got, " ") != test.want {
			t.Errorf("%s: then comes %v", test.name, got)
		}
	}
}

// A broadcast takes as long as it really plays.
func TestBroadcastTakesItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newStore().list(t, `<seq dur="30s"><media src="live"/><media src="a60"/></seq>`).Way()
		item, err := w.Open(context.Background(), point.Outside, 1)
		if err != nil || show(item) != "live[0s+30s]" {
			t.Fatal(show(item), err)
		}
		time.Sleep(10 * time.Second) // it drops
		if got, _ := walk(t, w, 0, 1); got[0] != "." {
			t.Error("behind its whole time plays", got)
		}
		w = newStore().list(t, `<seq repeatCount="indefinite"><media src="live"/></seq>`).Way()
		if got, _ := walk(t, w, point.Outside, 2); strings.Join(got, " ") != "live live" {
			t.Error(got)
		}
	})
}
