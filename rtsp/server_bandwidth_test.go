package rtsp_test

import (
	"testing"

	"caracal/internal/event"
	"caracal/internal/front"
	"caracal/internal/fronttest"
	"caracal/internal/session"
)

// Each limit has its status, RFC 2326 11: 453 Not Enough Bandwidth, 503 for the rest.
func TestLimits(t *testing.T) {
	for name, tt := range map[string]struct {
		limits session.Limits
		setup  int // what a second player is answered
		play   int
	}{
		"players":          {session.Limits{Server: session.Bounds{Players: 1}}, 503, 0},
		"point":            {session.Limits{Points: map[string]session.Bounds{"long.wmv": {Players: 1}}}, 503, 0},
		"address":          {session.Limits{Address: session.Bounds{Players: 1}}, 503, 0},
		"bandwidth":        {session.Limits{Server: session.Bounds{Bandwidth: 100_000}}, 200, 453},
		"player_bandwidth": {session.Limits{Server: session.Bounds{PlayerBandwidth: 100_000}}, 200, 200},
	} {
		t.Run(name, func(t *testing.T) {
			s := startServer(t)
			s.Sessions.SetOptions(session.Options{Limits: tt.limits})
			url := s.url("long.wmv")
			begin := func() (p *peer, status int) {
				p = s.connect()
				status = p.ask("SETUP", url+"/audio", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1").Status
				if status == 200 {
					p.must("SETUP", url+"/video", "Transport: RTP/AVP/TCP;unicast;interleaved=2-3")
				}
				return p, status
			}
			first, _ := begin()
			first.must("PLAY", url)
			p, status := begin()
			if status != tt.setup {
				t.Fatalf("SETUP: %d, want %d", status, tt.setup)
			}
			if status == 200 {
				if r := p.ask("PLAY", url); r.Status != tt.play {
					t.Fatalf("PLAY: %d %s, want %d", r.Status, r.Reason, tt.play)
				}
			}
			refused := fronttest.EventsOf[event.Refused](s.Rig)
			if want := tt.setup != 200 || tt.play != 200; want != (len(refused) == 1) || want && refused[0].Limit == "" {
				t.Fatalf("%+v", refused)
			}
			if len(refused) == 0 {
				return
			}
			// A seek of the first one is no second stream, and its end makes room.
			first.must("PLAY", url, "Range: npt=10-")
			first.must("TEARDOWN", url)
			left := 0
			if status == 200 {
				left = 1
			}
			s.WaitFor("the first one has gone", func() bool { now, _ := s.Sessions.Count(); return now == left })
			if status != 200 {
				if p, status = begin(); status != 200 {
					t.Fatalf("SETUP behind the first one: %d", status)
				}
			}
			p.must("PLAY", url)
		})
	}
}

func TestPlayerBandwidth(t *testing.T) {
	s := startServer(t)
	s.Sessions.SetOptions(session.Options{Limits: session.Limits{Points: map[string]session.Bounds{"long.wmv": {PlayerBandwidth: 20_000}}}})
	p := s.connect()
	url := s.url("long.wmv")
	p.must("SETUP", url+"/audio", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1")
	p.must("SETUP", url+"/video", "Transport: RTP/AVP/TCP;unicast;interleaved=2-3")
	if r := p.ask("PLAY", url); r.Status != 453 || r.Reason != "Not Enough Bandwidth" {
		t.Errorf("%d %s", r.Status, r.Reason)
	}
	if r := fronttest.EventsOf[event.Refused](s.Rig); len(r) != 1 || r[0].Limit != "point.player_bandwidth" || r[0].Player.Target == "" {
		t.Errorf("%+v", r)
	}
}

func TestRequestRate(t *testing.T) {
	requests := &front.Requests{}
	requests.Set(front.Rate{PerSecond: 0.001, Burst: 3})
	s := startServerWith(t, setting{requests: requests})
	p := s.connect()
	for i := range 5 {
		want := 200
		if i >= 3 {
			want = 503
		}
		if r := p.ask("OPTIONS", s.url("long.wmv")); r.Status != want {
			t.Errorf("request %d: %d, want %d", i, r.Status, want)
		}
	}
	if r := fronttest.EventsOf[event.Refused](s.Rig); len(r) != 2 || r[0].Limit != front.LimitRequests {
		t.Errorf("%+v", r)
	}
}

// A player that asks too often may leave nevertheless.
func TestTeardownOverTheRate(t *testing.T) {
	requests := &front.Requests{}
	s := startServerWith(t, setting{requests: requests})
	p := s.connect()
	url := s.url("long.wmv")
	p.must("SETUP", url+"/audio", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1")
	requests.Set(front.Rate{PerSecond: 0.001, Burst: 1})
	for _, tt := range []struct {
		method string
		want   int
	}{{"OPTIONS", 200}, {"OPTIONS", 503}, {"SETUP", 503}, {"TEARDOWN", 200}} {
		if r := p.ask(tt.method, url); r.Status != tt.want {
			t.Errorf("%s: %d, want %d", tt.method, r.Status, tt.want)
		}
	}
	p.Close()
	s.WaitFor("the session to end", s.Idle)
}
