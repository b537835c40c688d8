package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// The run that the tests make: 20 clients, one each 100 ms; the last comes at
// 1.9 s, the window is from 4.9 s to 14.9 s.
func testOptions(f *fake, kindName string) *options {
	return &options{
		asked: kindName, kind: kinds[kindName], target: f.target(), n: 20,
		ramp: 2 * time.Second, settle: 3 * time.Second, dur: 10 * time.Second,
	}
}

// expect names fields of a result as they are printed; only those count.
func expect(t *testing.T, r *result, want string) {
	t.Helper()
	got := fmt.Sprintf("connected=%d errors=%d packets=%d gaps=%d lost=%d late=%d jumps=%d bad=%d ended=%d stalled=%d "+
		"mbit=%.3f kbit=%.2f p1=%.2f p99=%.2f reply50=%.0f reply99=%.0f first50=%.0f first99=%.0f firstmax=%.0f "+
		"pause50=%.0f pause99=%.0f storm=%d failed=%d storm50=%.0f storm99=%.0f window=%.0f ",
		r.Connected, r.Errors, r.Packets, r.Gaps, r.Lost, r.Late, r.LocJumps, r.Bad, r.Ended, r.Stalled,
		r.MbitDelivered, r.KbitPerClient, r.KbitP1, r.KbitP99, r.HeadMs50, r.HeadMs99, r.FirstMs50, r.FirstMs99, r.FirstMsMax,
		r.SilenceMs50, r.SilenceMs99, r.StormConnects, r.StormFailed, r.StormMs50, r.StormMs99, r.WindowS)
	for _, field := range strings.Fields(want) {
		if !strings.Contains(got, field+" ") {
			t.Errorf("want %s, have %s", field, got)
		}
	}
}

func TestRun(t *testing.T) {
	tests := []struct {
		name   string
		fake   *fake // nil: without faults
		kind   string
		change func(*options)
		want   string
		err    string // part of the first error
	}{
		// 10 packets of 100 bytes a second; 2 ms for Describe, 2 for Play.
		{name: "steady", kind: "mmsh",
			want: "connected=20 errors=0 packets=2000 gaps=0 lost=0 jumps=0 bad=0 ended=0 mbit=1.600 kbit=8.00 " +
				"p1=8.00 p99=8.00 reply50=2 reply99=2 first50=4 first99=4 firstmax=4 pause50=100 pause99=100 window=10"},
		{name: "pipelined", kind: "mmsh", change: func(o *options) { o.pipelined = true },
			want: "connected=20 errors=0 packets=2000 gaps=0 bad=0 reply50=2 first50=8 pause99=100"},
		{name: "pipelined mode refused", kind: "mmsh", fake: &fake{noPipeline: true}, change: func(o *options) { o.pipelined = true },
			want: "connected=0 errors=20", err: "no pipelined mode"},
		{name: "a lost packet", kind: "mmsh", fake: &fake{lose: 40},
			want: "connected=20 errors=0 gaps=20 lost=20 jumps=20 bad=0 pause99=200"},
		{name: "lost before the first", kind: "mmsh", fake: &fake{startSeq: 3}, want: "gaps=20 lost=60 jumps=0"},
		{name: "a sequence that stands still", kind: "mmsh", fake: &fake{constantSeq: true, last: 4},
			want: "gaps=60 lost=15300 jumps=0 ended=20"},
		{name: "a pause", kind: "mmsh", fake: &fake{stallAt: 60, stallFor: 3 * time.Second},
			want: "connected=20 gaps=0 ended=0 pause50=3100 pause99=3100 kbit=5.60"},
		{name: "a pause that does not end", kind: "mmsh", fake: &fake{stallAt: 10},
			want: "connected=20 packets=0 errors=0 ended=0 pause50=12996 pause99=13996"},
		{name: "the stream ends", kind: "mmsh", fake: &fake{last: 30}, want: "connected=20 errors=0 ended=20 packets=0 pause99=100"},
		{name: "it ends in pipelined mode", kind: "mmsh", fake: &fake{last: 30}, change: func(o *options) { o.pipelined = true },
			want: "connected=20 errors=0 ended=20"},
		{name: "the stream is opened again", kind: "mmsh", fake: &fake{last: 91}, change: func(o *options) { o.loop = true },
			want: "connected=20 errors=0 gaps=0 jumps=0 ended=20 packets=2020 pause50=100"},
		{name: "refused", kind: "mmsh", fake: &fake{status: 503}, want: "connected=0 errors=20 packets=0 reply50=2", err: "describe: 503 Busy"},
		{name: "no packet", kind: "mmsh", fake: &fake{garbageAt: 7}, want: "connected=20 errors=20 bad=20 gaps=0", err: "a packet begins with"},
		{name: "wrong sizes", kind: "mmsh", fake: &fake{brokenSize: true, last: 5}, want: "connected=20 errors=0 bad=100 ended=20"},
		{name: "two stall", kind: "mmsh", change: func(o *options) { o.stall = 10 },
			want: "connected=20 errors=0 stalled=2 packets=1800 kbit=8.00 p1=8.00 pause50=100 pause99=100"},
		{name: "storm", kind: "mmsh", change: func(o *options) { o.storm = 5 },
			want: "connected=20 errors=0 packets=2000 storm=45 failed=0 storm50=4 storm99=4 pause99=100"},
		{name: "a storm alone", kind: "mmsh", change: func(o *options) { o.storm, o.n, o.ramp = 20, 0, 0 },
			want: "connected=0 errors=0 packets=0 storm=180 failed=0 storm99=4"},
		{name: "a refused storm", kind: "mmsh", fake: &fake{status: 500}, change: func(o *options) { o.storm, o.n = 5, 0 },
			want: "storm=45 failed=45 errors=0", err: "describe: 500"},
		{name: "http", kind: "http",
			want: "connected=20 errors=0 packets=0 gaps=0 mbit=1.600 kbit=8.00 reply50=2 first50=2 pause99=100 ended=0"},
		{name: "http to the end", kind: "http", fake: &fake{last: 20}, want: "connected=20 errors=0 ended=20"},
		// 2 ms for Options, Describe, two times Setup and Play each.
		{name: "rtsp", kind: "rtsp", fake: &fake{rtsp: &fakeRTSP{}},
			want: "connected=20 errors=0 packets=2000 gaps=0 lost=0 late=0 bad=0 ended=0 mbit=1.600 kbit=8.00 " +
				"reply50=2 reply99=2 first50=10 first99=10 pause50=100 pause99=100"},
		{name: "rtsp, a lost packet", kind: "rtsp", fake: &fake{lose: 40, rtsp: &fakeRTSP{}},
			want: "connected=20 errors=0 gaps=20 lost=20 late=0 bad=0 pause99=200"},
		{name: "rtsp, lost before the first", kind: "rtsp", fake: &fake{startSeq: 3, rtsp: &fakeRTSP{}}, want: "gaps=40 lost=120"},
		{name: "rtsp without RTP-Info", kind: "rtsp", fake: &fake{startSeq: 3, rtsp: &fakeRTSP{noInfo: true}}, want: "gaps=0 lost=0"},
		{name: "rtsp, two packets in the wrong order", kind: "rtsp", fake: &fake{rtsp: &fakeRTSP{swap: 40}}, want: "gaps=20 lost=0 late=20"},
		{name: "rtsp to the end", kind: "rtsp", fake: &fake{last: 30, rtsp: &fakeRTSP{}}, want: "connected=20 errors=0 bad=0 ended=20"},
		{name: "rtsp to the end as Windows Media tells it", kind: "rtsp", fake: &fake{last: 30, rtsp: &fakeRTSP{windows: true}},
			want: "connected=20 errors=0 bad=0 ended=20"},
		{name: "rtsp, opened again", kind: "rtsp", fake: &fake{last: 91, rtsp: &fakeRTSP{}}, change: func(o *options) { o.loop = true },
			want: "connected=20 errors=0 gaps=0 bad=0 ended=20"},
		{name: "rtsp refused", kind: "rtsp", fake: &fake{status: 503, rtsp: &fakeRTSP{}}, want: "connected=0 errors=20", err: "describe: 503 Busy"},
		{name: "rtsp, no frame", kind: "rtsp", fake: &fake{garbageAt: 7, rtsp: &fakeRTSP{}}, want: "connected=20 errors=20 bad=20", err: "rtsp: "},
		{name: "rtsp, two stall", kind: "rtsp", fake: &fake{rtsp: &fakeRTSP{}}, change: func(o *options) { o.stall = 10 },
			want: "connected=20 errors=0 stalled=2 packets=1800 pause99=100"},
		{name: "rtsp storm", kind: "rtsp", fake: &fake{rtsp: &fakeRTSP{}}, change: func(o *options) { o.storm = 5 },
			want: "connected=20 errors=0 packets=2000 storm=45 failed=0 storm50=10"},
		{name: "idle", kind: "idle", want: "connected=20 errors=0 ended=0 reply50=0 first50=0 mbit=0.000"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := tt.fake
				if f == nil {
					f = &fake{}
				}
				o := testOptions(f, tt.kind)
				if tt.change != nil {
					tt.change(o)
				}
				r := run(context.Background(), o)
				f.served.Wait()
				expect(t, r, tt.want)
				if !strings.Contains(r.FirstError, tt.err) || tt.err == "" && r.FirstError != "" {
					t.Errorf("first error %q, want %q", r.FirstError, tt.err)
				}
			})
		})
	}
}

// A storm that nobody answers must not become more than maxAtOnce players.
func TestStormIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		o := testOptions(f, "idle") // its players wait for media in vain
		o.n, o.storm = 0, 1000
		r := run(context.Background(), o)
		f.served.Wait()
		expect(t, r, "storm=9000 failed=9000")
		if r.FirstError != errTooMany.Error() && r.FirstError != errLate.Error() {
			t.Errorf("first error %q", r.FirstError)
		}
	})
}

// The same over TCP, where reads are made another way.
func TestPlayOverTCP(t *testing.T) {
	tests := []struct {
		kind               string
		pipelined          bool
		packets, gaps      int64
		bytes, ended, lost int64
	}{
		{kind: "mmsh", packets: 299, gaps: 1, lost: 1, bytes: 29900, ended: 1},
		{kind: "mmsh", pipelined: true, packets: 299, gaps: 1, lost: 1, bytes: 29900, ended: 1},
		{kind: "http", bytes: 29900, ended: 1},
	}
	to := (&fake{last: 300, lose: 100, noDelay: true}).listen(t)
	for _, tt := range tests {
		c := &client{target: to, pipelined: tt.pipelined}
		c.run(t.Context(), kinds[tt.kind].play)
		got := [...]int64{c.packets.Load(), c.gaps.Load(), c.bytes.Load(), c.ended.Load(), c.lost.Load()}
		want := [...]int64{tt.packets, tt.gaps, tt.bytes, tt.ended, tt.lost}
		if c.err != nil || got != want {
			t.Errorf("%s, pipelined %v: %v, %v, want %v", tt.kind, tt.pipelined, c.err, got, want)
		}
	}
}

// Clients that read, stall or wait must all end with the run.
func TestClientsEndOverTCP(t *testing.T) {
	tests := []struct {
		kind   string
		stalls bool
		sent   int // packets that the server has sent at the end of the run
	}{
		{kind: "mmsh", sent: 50}, {kind: "mmsh", sent: 50, stalls: true}, {kind: "http", sent: 50}, {kind: "idle"},
	}
	for _, tt := range tests {
		ctx, cancel := context.WithCancel(t.Context())
		f := &fake{noDelay: true, sent: tt.sent, reached: cancel}
		c := &client{target: f.listen(t), stalls: tt.stalls}
		c.run(ctx, kinds[tt.kind].play)
		if c.err != nil || c.ended.Load() != 0 || ctx.Err() == nil {
			t.Errorf("%s, stalls %v: %v, ended %d, %v", tt.kind, tt.stalls, c.err, c.ended.Load(), ctx.Err())
		}
	}
}
