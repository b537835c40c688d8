package main

import (
	"fmt"
	"strings"
	"testing"

	"caracal/mms"
)

func TestPlayMMS(t *testing.T) {
	tests := []struct {
		name, kind string
		fake       fake
		mms        fakeMMS
		want       [7]int64 // packets, bytes, gaps, lost, late, jumps, bad
	}{
		{"TCP", "mmst", fake{last: 300, lose: 100}, fakeMMS{}, [7]int64{299, 29900, 1, 1, 0, 0, 0}},
		{"UDP", "mmsu", fake{last: 300, lose: 100}, fakeMMS{}, [7]int64{299, 29900, 1, 1, 0, 0, 0}},
		{"turned round", "mmsu", fake{last: 300}, fakeMMS{swap: 200}, [7]int64{300, 30000, 1, 0, 2, 0, 0}},
		{"a playlist", "mmst", fake{last: 300}, fakeMMS{change: 100}, [7]int64{300, 30000, 0, 0, 0, 0, 0}},
	}
	for i := range tests {
		tt := &tests[i]
		f := &tt.fake
		f.noDelay, f.mms = true, &tt.mms
		c := &client{target: f.listen(t)}
		c.run(t.Context(), kinds[tt.kind].play)
		got := [...]int64{c.packets.Load(), c.bytes.Load(), c.gaps.Load(), c.lost.Load(), c.late.Load(), c.jumps.Load(), c.bad.Load()}
		if c.err != nil || got != tt.want || c.ended.Load() != 1 {
			t.Errorf("%s: %v, %v, want %v, ended %d", tt.name, c.err, got, tt.want, c.ended.Load())
		}
	}
}

func TestMMSIsRefused(t *testing.T) {
	tests := []struct {
		fake fake
		mms  fakeMMS
		err  string
	}{
		{fake{}, fakeMMS{hr: mms.EMaxClients}, "ReportOpenFile: 0xC00D0049"},
		{fake{}, fakeMMS{strange: true}, "ReportOpenFile: the server says SecurityChallenge"},
		{fake{garbageAt: 5, last: 10}, fakeMMS{}, "mms: invalid value"},
	}
	for i := range tests {
		tt := &tests[i]
		f := &tt.fake
		f.noDelay, f.mms = true, &tt.mms
		c := &client{target: f.listen(t)}
		c.run(t.Context(), kinds["mmst"].play)
		if c.err == nil || !strings.Contains(c.err.Error(), tt.err) {
			t.Errorf("%v, want %s", c.err, tt.err)
		}
	}
}

// However a client comes to leave, the server is told before others get its
// port.
func TestMMSULeaves(t *testing.T) {
	eachLeaves(t, "mmsu", func() *fake { return &fake{mms: &fakeMMS{}} }, func(f *fake) string {
		return fmt.Sprintf("CloseFile %d, Pong %d", f.mms.closed.Load(), f.mms.pongs.Load())
	}, "CloseFile 1, Pong 1")
}
