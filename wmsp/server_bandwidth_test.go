package wmsp_test

import (
	"testing"
	"testing/synctest"

	"caracal/internal/event"
	"caracal/internal/front"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/internal/session"
	"caracal/wmsp"
)

// A limit is 503 with a time to come back, and who was refused counts for nothing.
func TestLimits(t *testing.T) {
	points := func(b session.Bounds) session.Limits {
		return session.Limits{Points: map[string]session.Bounds{"clip.wmv": b}}
	}
	for name, limits := range map[string]session.Limits{
		"server.players":          {Server: session.Bounds{Players: 1}},
		"point.players":           points(session.Bounds{Players: 1}),
		"address.players":         {Address: session.Bounds{Players: 1}},
		"server.bandwidth":        {Server: session.Bounds{Bandwidth: 60_000}},
		"point.bandwidth":         points(session.Bounds{Bandwidth: 60_000}),
		"server.player_bandwidth": {Server: session.Bounds{PlayerBandwidth: 10_000}},
	} {
		t.Run(name, func(t *testing.T) {
			s := startServer(t, false, nil)
			play := func() (*peer, *wmsp.Response) {
				c := s.connect()
				c.send("GET /clip.wmv HTTP/1.0", agent12, "Pragma: xPlayStrm=1", allThree)
				return c, c.head()
			}
			first, r := play()
			if r.Status != 200 {
				t.Fatalf("%+v", r)
			}
			s.Sessions.SetOptions(session.Options{Limits: limits})
			_, r = play()
			if r.Status != 503 || r.Header.Get("Retry-After") != "10" {
				t.Errorf("%+v", r)
			}
			refused := fronttest.EventsOf[event.Refused](s.Rig)
			if len(refused) != 1 || refused[0].Limit != name || refused[0].Status != 503 {
				t.Errorf("%+v", refused)
			}
			s.WaitFor("one player", func() bool { now, _ := s.Sessions.Count(); return now == 1 })
			first.Close()
			for _, ses := range s.Sessions.All() {
				ses.End(session.ErrIdle)
			}
			s.WaitFor("no player", func() bool { now, _ := s.Sessions.Count(); return now == 0 })
			want := 200
			if name == "server.player_bandwidth" {
				want = 503
			}
			if _, r = play(); r.Status != want {
				t.Errorf("behind the first one: %d, want %d", r.Status, want)
			}
		})
	}
}

// What the limits do not leave of a Fast Start is not granted.
func TestFastStartWithinTheBandwidth(t *testing.T) {
	s := startServer(t, false, nil)
	s.Sessions.SetOptions(session.Options{Limits: session.Limits{Server: session.Bounds{PlayerBandwidth: 100_000}}})
	c := s.connect()
	c.send("GET /clip.wmv HTTP/1.0", agent12, "Pragma: xPlayStrm=1", "Pragma: AccelBW=3000000, AccelDuration=10000", allThree)
	if r := c.head(); r.Status != 200 || r.Pragma().AccelBW != 100_000 {
		t.Errorf("%d, AccelBW %d", r.Status, r.Pragma().AccelBW)
	}
}

// A list's next entry that takes more than there is: with streams to choose from the
// server takes the lightest, where the player has it choose; else it is the end.
func TestListBeyondTheBandwidth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		a := listFilm()
		b := fronttest.Content{
			Seconds: 3, Every: 50, Preroll: 100, BitRate: 2_000_000,
			Streams: []fronttest.Stream{{Number: 1, Video: true, Size: 300, Key: 5}, {Number: 2, Size: 60}},
		}.Clip()
		list := s.PublishList("list", pacedOptions(), fronttest.ListItem{Clip: a}, fronttest.ListItem{Clip: b})
		s.Sessions.SetOptions(session.Options{Limits: session.Limits{Server: session.Bounds{Bandwidth: 200_000}}})
		l := s.listener(predictive)
		f := l.play(bothStreams, predictive)
		f.entry(a, 1, inFirst)
		reason(t, f.packets(a, 0, a.Count()), wmsp.FrameEnd, wmsp.ReasonDone)
		s.WaitFor("all entries are closed", func() bool { return list.InUse() == 0 })
		if r := fronttest.EventsOf[event.Refused](s.Rig); len(r) != 1 || r[0].Limit != "server.bandwidth" {
			t.Errorf("%+v", r)
		}
	})
}

func TestRequestRate(t *testing.T) {
	requests := &front.Requests{}
	requests.Set(front.Rate{PerSecond: 0.001, Burst: 3})
	s := startServer(t, false, func(o *wmsp.ServerOptions, _ *point.Options) { o.Requests = requests })
	c := s.connect()
	for i := range 5 {
		want := 200
		if i >= 3 {
			want = 503
		}
		c.send("GET /clip.wmv HTTP/1.1", agent12, "Host: h", testGUID)
		if r, _ := c.response(); r.Status != want {
			t.Errorf("request %d: %d, want %d", i, r.Status, want)
		}
	}
	if r := fronttest.EventsOf[event.Refused](s.Rig); len(r) != 2 || r[0].Limit != front.LimitRequests {
		t.Errorf("%+v", r)
	}
}

// A player that asks too often may leave nevertheless, and say once what it has had.
func TestStopOverTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := &front.Requests{}
		s := startServer(t, true, func(o *wmsp.ServerOptions, _ *point.Options) { o.Requests = requests })
		defer s.Stop()
		c := s.connect()
		id := c.describe12()
		fr := c.play12(id, allThree)
		fr.some(20)
		post := func(pragma string) {
			c.send("POST /clip.wmv HTTP/1.1", agent12, "Host: h", testGUID, id, "Pragma: "+pragma, "Content-Length: 0")
		}
		requests.Set(front.Rate{PerSecond: 0.001, Burst: 1})
		post("xKeepAliveInPause=1") // its answer comes when nothing streams
		post("xStopStrm=1")
		fr.data()
		for _, want := range []int{200, 200} {
			if r, _ := c.response(); r.Status != want {
				t.Errorf("%d, want %d", r.Status, want)
			}
		}
		for _, tt := range []struct {
			pragma string
			want   int
		}{{"xKeepAliveInPause=1", 503}, {"log-line=x", 204}, {"log-line=x", 503}, {"xStopStrm=1", 200}} {
			post(tt.pragma)
			if r, _ := c.response(); r.Status != tt.want {
				t.Errorf("%s: %d, want %d", tt.pragma, r.Status, tt.want)
			}
		}
	})
}
