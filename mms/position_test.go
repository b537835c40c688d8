package mms

import (
	"fmt"
	"math"
	"testing"
)

func TestPositions(t *testing.T) {
	const none = NoPosition
	tests := []struct {
		name string
		p    Position
		want string
	}{
		{"the beginning", Position{0, none, none, 0}, "start=0 0 0 stop=0 false false"},
		{"all 0, MPlayer", Position{}, "start=0 0 0 stop=0 false false"},
		{"a time", Position{4.5, none, none, 0}, "start=0 4.5 0 stop=0 false false"},
		{"a time goes before a packet", Position{4.5, 3, 2, 0}, "start=0 4.5 0 stop=0 false false"},
		{"a packet", Position{math.MaxFloat64, none, 77, 0}, "start=1 0 77 stop=0 false false"},
		{"a packet, libmms", Position{0, none, 77, stopNever}, "start=1 0 77 stop=0 false false"},
		{"an offset", Position{math.MaxFloat64, 5000, none, 0}, "start=2 0 5000 stop=0 false false"},
		{"an offset and packet 0", Position{math.MaxFloat64, 5000, 0, 0}, "start=2 0 5000 stop=0 false false"},
		{"none of the three", Position{math.MaxFloat64, none, none, 0}, "start=0 0 0 stop=0 false false"},
		{"until a time", Position{0, none, none, 3000}, "start=0 0 0 stop=3000 false true"},
		{"for a time", Position{2, none, none, 1<<31 | 3000}, "start=0 2 0 stop=3000 true true"},
		{"until FFFFFFFF", Position{0, none, none, none}, "start=0 0 0 stop=0 false false"},
		{"no number", Position{math.NaN(), none, none, 0}, "refused"},
		{"before the beginning", Position{-1, none, none, 0}, "refused"},
		{"infinity", Position{math.Inf(1), none, none, 0}, "refused"},
	}
	for _, test := range tests {
		got := "refused"
		if start, err := test.p.Start(); err == nil {
			ms, relative, ok := test.p.Stop()
			got = fmt.Sprintf("start=%d %g %d stop=%d %t %t", start.Unit, start.Seconds, start.Number, ms, relative, ok)
		}
		if got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestRates(t *testing.T) {
	for rate, ok := range map[float64]bool{5: true, -5: true, 0.5: true, 0: false, 5.1: false, -6: false, math.NaN(): false, math.Inf(-1): false} {
		if err := (&StartStriding{Rate: rate}).CheckRate(); (err == nil) != ok {
			t.Errorf("%v: %v", rate, err)
		}
	}
}

func TestBlocks(t *testing.T) {
	for seconds, want := range map[float64]uint32{0: 0, 2: 2, 2.01: 3, -1: 0, math.NaN(): 0, math.Inf(1): math.MaxUint32} {
		if got := Blocks(seconds); got != want {
			t.Errorf("%v s are %d blocks, want %d", seconds, got, want)
		}
	}
}

func TestResults(t *testing.T) {
	if EFileNotFound.String() != "0xC00D001A" || SFalse.Failed() || !EAccessDenied.Failed() {
		t.Error(EFileNotFound, SFalse.Failed(), EAccessDenied.Failed())
	}
}
