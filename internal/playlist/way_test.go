package playlist

import (
	"strings"
	"testing"
	"testing/synctest"

	"caracal/internal/point"
)

// What is played of a list, in order; "." is its end. What does not end is cut after
// twelve items.
func TestOrder(t *testing.T) {
	tests := []struct{ name, list, want string }{
		{"sequence", `<media src="a5"/><seq><media src="b5"/><media src="c5"/></seq><media src="d5"/>`, "a5 b5 c5 d5 ."},
		{"nothing", ``, "."},
		{"missing", `<media src="x1"/><media src="a5"/><media src="x2"/><media/><media src="b5"/><media src="x3"/>`, "a5 b5 ."},
		{"empty", `<media src="empty"/><media src="a5"/>`, "a5 ."},
		{"hangs", `<media src="hang"/><media src="hang"/><media src="a5"/>`, "a5 ."},
		{"unknown elements", `<par><media src="a5"/></par><media src="b5"/>`, "b5 ."},
		{"switch", `<switch><media src="x"/><media src="a5"/><media src="b5"/></switch><media src="c5"/>`, "a5 c5 ."},
		{"switch of groups", `<switch><seq><media src="x"/></seq><seq><media src="x"/><media src="a5"/><media src="b5"/></seq><media src="c5"/></switch>`, "a5 b5 ."},
		{"switch of nothing", `<switch><media src="x"/></switch><media src="c5"/>`, "c5 ."},

		{"repeated", `<seq repeatCount="2"><media src="a5"/><media src="b5" repeatCount="2"/></seq><media src="c5"/>`, "a5 b5 b5 a5 b5 b5 c5 ."},
		{"for ever", `<seq repeatCount="indefinite"><media src="a5"/><media src="x"/><media src="b5"/></seq><media src="c5"/>`,
			"a5 b5 a5 b5 a5 b5 a5 b5 a5 b5 a5 b5"},
		{"nothing for ever", `<seq repeatCount="indefinite"><media src="x" repeatCount="indefinite"/><seq repeatCount="indefinite"/></seq><media src="c5"/>`, "c5 ."},
		{"repeated root", `<smil repeatCount="2"><media src="a5"/></smil>`, "a5 a5 ."},
		{"repeatDur", `<seq repeatDur="12s"><media src="a5"/></seq><media src="b5"/>`, "a5 a5 a5[0s+2s] b5 ."},
		{"repeatDur for ever", `<seq repeatDur="indefinite"><media src="a5"/></seq><media src="b5"/>`, strings.TrimSpace(strings.Repeat("a5 ", 12))},
		{"indefinite times", `<media src="a5" dur="indefinite"/><media src="b5" end="indefinite"/><seq dur="indefinite"><media src="c5"/></seq>`, "a5 b5 c5 ."},
		{"the last repetition ends", `<seq end="7s" repeatCount="indefinite"><media src="a5"/></seq><media src="b5"/>`, "a5 a5[0s+2s] b5 ."},
		{"repeatDur and count", `<seq repeatDur="12s" repeatCount="2"><media src="a5"/></seq><media src="b5"/>`, "a5 a5 b5 ."},
		{"repeatDur of a file", `<media src="a5" repeatDur="7s"/><media src="b5"/>`, "a5 a5[0s+2s] b5 ."},

		{"dur", `<media src="a9" dur="3s"/><media src="b9" dur="30s"/><media src="c5" dur="0s"/><media src="d5"/>`, "a9[0s+3s] b9 d5 ."},
		{"dur repeated", `<media src="a9" dur="3s" repeatCount="2"/><media src="b5"/>`, "a9[0s+3s] a9[0s+3s] b5 ."},
		{"dur of a group", `<seq dur="7s"><media src="a5" repeatCount="indefinite"/></seq><media src="b5"/>`, "a5 a5[0s+2s] b5 ."},
		{"end", `<media src="a9" end="3s"/><media src="b9" begin="1s" end="3s"/><seq end="7s"><media src="c5"/><media src="d5"/></seq>`,
			"a9[0s+3s] b9[0s+2s] c5 d5[0s+2s] ."},
		{"dur of a broadcast", `<media src="live" dur="30s"/><media src="a5"/>`, "live[0s+30s] a5 ."},
		{"clips", `<media src="a30" clipBegin="10s" clipEnd="15s"/><media src="b30" clipBegin="npt=20s"/><media src="c30" clipEnd="5s"/>`,
			"a30[10s+5s] b30[20s] c30[0s+5s] ."},
		{"clips and dur", `<media src="a30" clipBegin="10s" clipEnd="20s" dur="3s"/><media src="b30" clipBegin="10s" clipEnd="12s" dur="1min"/>`,
			"a30[10s+3s] b30[10s+2s] ."},
		{"clip behind the end", `<media src="a30" clipBegin="40s"/><media src="b30" clipBegin="9s" clipEnd="5s"/><media src="c5"/>`, "a30 c5 ."},
		{"markers", `<media src="m60" clipBegin="marker=one" clipEnd="marker=two"/><media src="m60" clipBegin="marker=2"/><media src="m60" clipBegin="marker=three"/>`,
			"m60[10s+10s] m60[20s] m60 ."},

		{"folder", `<media src="films/"/><media src="a5"/>`, "f1 f2 f3 a5 ."},
		{"folder repeated", `<media src="films/*" repeatCount="2"/>`, "f1 f2 f3 f1 f2 f3 ."},
		{"folder in a switch", `<switch><media src="none/"/><media src="films/"/><media src="a5"/></switch>`, "f1 f2 f3 ."},
		{"folder for a time", `<media src="films/" dur="2s" repeatCount="2"/>`, "f1 f2[0s+1s] f1 f2[0s+1s] ."},

		{"list in a list", `<media src="inner" repeatCount="2"/><media src="a5"/>`, "i1 i2 i1 i2 a5 ."},
		{"circle", `<media src="loop"/><media src="a5"/>`, "l1 l2 a5 ."},
		{"circle of two", `<media src="one"/><media src="a5"/>`, "o1 o2 a5 ."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore()
				s.folders["films/"] = []string{"f1", "f2", "f3"}
				s.add(t, "inner", `<media src="i1"/><media src="i2"/>`)
				s.add(t, "loop", `<media src="l1"/><media src="loop" repeatCount="indefinite"/><media src="l2"/>`)
				s.add(t, "one", `<media src="o1"/><media src="two"/>`)
				s.add(t, "two", `<media src="one"/><media src="o2"/>`)
				got, _ := walk(t, s.list(t, test.list).Way(), point.Outside, 12)
				if got := strings.Join(got, " "); got != test.want {
					t.Errorf("it plays %s\nnot      %s", got, test.want)
				}
				if s.open != 0 {
					t.Errorf("%d entries are open", s.open)
				}
			})
		})
	}
}
