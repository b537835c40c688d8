package main

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// How a server writes its description must not matter; nor does the agent, but
// for what is set up.
func TestPlayRTSP(t *testing.T) {
	tests := []struct {
		kind, agent string
		fake        fakeRTSP
		setUps      int64
	}{
		{kind: "rtsp", setUps: 2},
		{kind: "rtsp", fake: fakeRTSP{control: "*"}, setUps: 2},
		{kind: "rtsp", fake: fakeRTSP{control: "base"}, setUps: 2},
		{kind: "rtsp", agent: "WMPlayer/12.0", fake: fakeRTSP{windows: true}, setUps: 2},
		{kind: "rtspu", setUps: 2},
		{kind: "rtspu", fake: fakeRTSP{control: "base", noInfo: true}, setUps: 2},
		{kind: "rtspu", fake: fakeRTSP{windows: true}, setUps: 2},
		{kind: "rtspu", agent: "WMPlayer/12.0", fake: fakeRTSP{windows: true}, setUps: 3},
	}
	for i := range tests {
		tt := &tests[i]
		f := &fake{last: 300, lose: 100, noDelay: true, rtsp: &tt.fake}
		c := &client{target: f.listen(t), agent: tt.agent}
		c.run(t.Context(), kinds[tt.kind].play)
		got := [...]int64{c.packets.Load(), c.bytes.Load(), c.gaps.Load(), c.lost.Load(), c.bad.Load(), c.ended.Load()}
		if want := [...]int64{299, 29900, 1, 1, 0, 1}; c.err != nil || got != want || tt.fake.setUps.Load() != tt.setUps {
			t.Errorf("%s %+v: %v, %v, want %v, %d SETUPs", tt.kind, tt, c.err, got, want, tt.fake.setUps.Load())
		}
	}
}

// A session over UDP does not end with its connection: the client has to end
// it, however it comes to leave.
func TestRTSPULeaves(t *testing.T) {
	eachLeaves(t, "rtspu", func() *fake { return &fake{rtsp: &fakeRTSP{}} }, func(f *fake) string {
		return fmt.Sprintf("TEARDOWN %d", f.rtsp.gone.Load())
	}, "TEARDOWN 1")
}

// eachLeaves has clients leave a server in all ways, and wants to hear the same
// of what the server was told.
func eachLeaves(t *testing.T, kind string, server func() *fake, told func(*fake) string, want string) {
	tests := []struct {
		name string
		c    client
	}{
		{name: "the run ends"}, {name: "it stalls", c: client{stalls: true}}, {name: "it has enough", c: client{brief: true}},
	}
	for i := range tests {
		c := &tests[i].c
		t.Run(tests[i].name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			f := server()
			f.noDelay, f.sent, f.reached, f.last = true, 50, cancel, 60
			t.Cleanup(func() { // after the server has ended
				if got := told(f); c.err != nil || got != want {
					t.Errorf("%v, %s, want %s", c.err, got, want)
				}
			})
			c.target = f.listen(t)
			c.run(ctx, kinds[kind].play)
		})
	}
}

func TestRTSPKeepsAlive(t *testing.T) {
	for _, tt := range []struct{ timeout, alive int64 }{{10, 10}, {0, 1}, {1, 101}} {
		synctest.Test(t, func(t *testing.T) {
			f := &fake{last: 510, rtsp: &fakeRTSP{timeout: int(tt.timeout)}}
			c := &client{target: f.target()}
			c.run(t.Context(), kinds["rtsp"].play)
			f.served.Wait()
			if c.err != nil || c.ended.Load() != 1 || f.rtsp.alive.Load() != tt.alive {
				t.Errorf("timeout %d s: %v, %d keep-alives in %v", tt.timeout, c.err, f.rtsp.alive.Load(), 51*time.Second)
			}
		})
	}
}

func TestPorts(t *testing.T) {
	for range 20 {
		pair, err := listenPair("127.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		defer pair.close()
		tr := pair.transport()
		if tr.ClientPort.RTP%2 != 0 || tr.ClientPort.RTCP != tr.ClientPort.RTP+1 || tr.ClientPort.Count != 2 {
			t.Errorf("%+v", tr.ClientPort)
		}
	}
	one, err := listenOne("::1")
	if err != nil {
		t.Fatal(err)
	}
	defer one.close()
	if p := one.transport().ClientPort; p.RTP == 0 || p.Count != 1 {
		t.Errorf("%+v", p)
	}
}
