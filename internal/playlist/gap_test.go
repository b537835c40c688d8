package playlist

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/point"
)

// gaps are the items of a way with the silence before each, "5s~a10", "." at the end.
func gaps(t *testing.T, w *Way, place, n int) string {
	t.Helper()
	var list []string
	for range n {
		item, err := w.Open(t.Context(), place, 1)
		if err != nil {
			list = append(list, ".")
			break
		}
		text := show(item)
		if item.Gap > 0 {
			text = fmt.Sprintf("%gs~%s", item.Gap.Seconds(), text)
		}
		list, place = append(list, text), item.Place
		item.Entry.Close()
	}
	return strings.Join(list, " ")
}

// What begins some time behind what is before it leaves a gap, for as long as what it
// is in lasts; what is missing takes no time.
func TestGaps(t *testing.T) {
	tests := []struct{ name, list, want string }{
		{"first", `<media src="a9" begin="2s"/><media src="b9"/>`, "2s~a9 b9 ."},
		{"behind another", `<media src="a9"/><media src="b9" begin="5s"/><media src="c9" begin="0s"/>`, "a9 5s~b9 c9 ."},
		{"of a group", `<media src="a9"/><seq begin="3s"><media src="b9" begin="2s"/><media src="c9"/></seq>`, "a9 5s~b9 c9 ."},
		{"of all", `<smil begin="4s"><media src="a9"/></smil>`, "4s~a9 ."},
		{"each time", `<seq repeatCount="2"><media src="a9" begin="1s"/></seq>`, "1s~a9 1s~a9 ."},
		{"once", `<media src="a9" begin="1s" repeatCount="2"/>`, "1s~a9 a9 ."},
		{"the first of a folder", `<media src="films/" begin="1s"/>`, "1s~f1 f2 ."},
		{"the earliest", `<media src="a9" begin="9s;2s"/>`, "2s~a9 ."},
		{"with an end", `<media src="a9" begin="2s" end="5s"/><media src="b9"/>`, "2s~a9[0s+3s] b9 ."},
		{"end before it", `<media src="a9" begin="5s" end="2s"/><media src="b9"/>`, "5s~a9 b9 ."},
		{"with dur", `<media src="a9" begin="2s" dur="3s"/>`, "2s~a9[0s+3s] ."},
		{"in what lasts less", `<seq dur="12s"><media src="a9"/><media src="b9" begin="5s"/></seq><media src="c9"/>`, "a9 3s~c9 ."},
		{"in what lasts as long", `<seq dur="15s"><media src="a9"/><media src="b9" begin="5s"/></seq><media src="c9"/>`, "a9 5s~b9[0s+1s] c9 ."},
		{"at the end", `<seq end="12s"><media src="a9"/><media src="b9" begin="5s"/></seq>`, "a9 ."},
		{"missing", `<media src="x" begin="5s"/><media src="a9" begin="2s"/>`, "2s~a9 ."},
		{"missing in a choice", `<switch><media src="x" begin="5s"/><media src="a9" begin="2s"/></switch>`, "2s~a9 ."},
		{"no times", `<media src="a9" id="a"/><media src="b9" begin="a.end+5s"/><media src="c9" begin="indefinite"/><media src="d9" begin="wallclock(12:00)"/>`, "a9 b9 c9 d9 ."},
		{"in an excl", `<excl><media src="a9" begin="0s"/><seq begin="20s"><media src="b9" begin="1s"/></seq></excl>`, "a9 12s~b9 ."},
		{"between those of an excl", `<excl><media src="b5" begin="15s"/><media src="a9" begin="2s"/></excl><media src="c9"/>`, "2s~a9 4s~b5 c9 ."},
		{"behind those of an excl", `<excl><media id="a" src="a9" begin="0s"/><media src="b5" begin="a.end+3s"/></excl>`, "a9 3s~b5 ."},
		{"of a class", `<excl><priorityClass><media src="b5" begin="20s"/></priorityClass><priorityClass><media src="a9" begin="0s"/></priorityClass></excl>`, "a9 11s~b5 ."},
		{"until it is that late", `<excl><media src="a9" begin="wallclock(2000-01-01T00:00:30Z)"/></excl>`, "30s~a9 ."},
		{"of an excl that lasts less", `<excl dur="12s"><media src="a9" begin="0s"/><media src="b5" begin="20s"/></excl><media src="c9"/>`, "a9 3s~c9 ."},
		{"of an excl each time", `<excl repeatCount="2"><media src="a9" begin="1s"/></excl>`, "1s~a9 1s~a9 ."},
		{"of an excl in what lasts less", `<seq end="12s"><excl><media src="a9" begin="0s"/><media src="b5" begin="20s"/></excl></seq><media src="c9"/>`, "a9 3s~c9 ."},
		{"missing in an excl", `<excl><media src="x" begin="5s"/><media src="b5" begin="8s"/></excl><media src="c9"/>`, "8s~b5 c9 ."},
		{"all missing in an excl", `<excl><media src="x" begin="5s"/><media src="x1" begin="8s"/></excl><media src="c9"/>`, "c9 ."},
		{"interrupted in an excl", `<excl><priorityClass><media src="b1" begin="11s"/></priorityClass><priorityClass><excl begin="0s"><media src="a9" begin="0s"/><media src="c9" begin="15s"/></excl></priorityClass></excl>`,
			"a9 2s~b1 c9 ."},
		{"interrupted", `<excl><priorityClass><media src="b1" begin="11s"/></priorityClass><priorityClass><seq begin="0s"><media src="a9"/><media src="c9" begin="5s"/></seq></priorityClass></excl>`,
			"a9 2s~b1 c9 ."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore()
				s.folders["films/"] = []string{"f1", "f2"}
				w := s.list(t, test.list).Way()
				if got := gaps(t, w, point.Outside, 12); got != test.want {
					t.Errorf("it plays %s\nnot      %s", got, test.want)
				}
				if again := gaps(t, w, point.Outside, 12); again != test.want {
					t.Errorf("and then %s", again)
				}
			})
		})
	}
}

// The clock of a list counts its gaps, so that what begins at a time does so then.
func TestGapsCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		w := s.list(t, `<seq repeatDur="30s"><media src="a9" begin="5s"/></seq><media src="live" begin="1s"/><media src="b9"/>`).Way()
		if got := gaps(t, w, point.Outside, 4); got != "5s~a9 5s~a9 3s~live b9" {
			t.Error(got)
		}
		item, err := w.Open(t.Context(), 1, 1)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(item.Gap + 7*time.Second)
		if v, _ := w.visited(item.Place); v.after().clock != 38*time.Second {
			t.Errorf("behind a broadcast of 7 s it is %v", v.after().clock)
		}
	})
}
