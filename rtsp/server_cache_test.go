package rtsp_test

import (
	"context"
	"errors"
	"net"
	"strconv"
	"strings"
	"testing"

	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/internal/pull"
	"caracal/internal/remote"
	"caracal/rtsp"
)

// The request of [MS-RTSP] 2.2.7.4, and what a cache is told.
func TestContentInfoExample(t *testing.T) {
	s := startServer(t)
	r := s.connect().must("GET_PARAMETER", s.url("clip.wmv"), "Content-Length: 1", "User-Agent: WMCacheProxy/9.0.0.3191",
		"Accept-Charset: UTF-8, *;q=0.1", "X-Accept-Authentication: Negotiate, NTLM, Digest", "Accept-Language: en-US, *;q=0.1",
		"Content-Type: application/x-wms-getcontentinfo", "", "\x00")
	got := r.Header.Get("Cache-Control")
	if !strings.HasSuffix(got, `max-age=86399, must-revalidate, proxy-revalidate, x-wms-event-subscription="remote-open,remote-close,remote-log"`) ||
		len(r.Body) != 0 || !r.Header.Has("ETag") || r.Header.Has("Supported") {
		t.Errorf("%s of %v", got, r.Header)
	}
}

// Remote events that the server has asked for are published, with whom they are
// about; others are refused.
func TestRemoteEvents(t *testing.T) {
	s := startServer(t)
	s.Points.Add(&point.Point{Name: "live", Opener: point.NewBroadcast(point.BroadcastOptions{})})
	cache, player := s.client(), s.client()
	cache.Proxy = &pull.Proxy{Name: "edge", ClientAgent: "NSPlayer/11.0", Via: []string{"HTTP/1.1 inner"}}
	log := remote.NewLog("NSPlayer/11.0", "{1}", "rtsp://h/clip.wmv", "<XML><protocol>Cache</protocol></XML>")
	tests := []struct {
		c      *rtsp.Client
		path   string
		e      *remote.Event
		status int
	}{
		{cache, "clip.wmv", &remote.Event{Type: remote.Open}, 200},
		{cache, "clip.wmv", &remote.Event{Type: remote.Close, Reason: 7}, 200},
		{cache, "clip.wmv", log, 200},
		{player, "clip.wmv", log, 200},
		{cache, "live", log, 200}, // a broadcast that is over
		{player, "clip.wmv", &remote.Event{Type: remote.Open}, 400},
		{cache, "none.wmv", log, 404},
		{cache, "clip.wmv", &remote.Event{Type: 31}, 400},
	}
	for _, tt := range tests {
		s.ForgetEvents()
		err := tt.c.SendEvent(t.Context(), s.url(tt.path), tt.e)
		var refused *rtsp.StatusError
		if errors.As(err, &refused) != (tt.status != 200) || refused != nil && refused.Response.Status != tt.status {
			t.Errorf("%v about %s: %v, want %d", tt.e.Type, tt.path, err, tt.status)
		}
		logs, events := fronttest.EventsOf[event.LogReceived](s.Rig), fronttest.EventsOf[event.RemoteEvent](s.Rig)
		if published := len(events) == 1 && events[0].Type == int(tt.e.Type) && events[0].Reason == tt.e.Reason; published != (tt.status == 200) {
			t.Errorf("%v about %s: %+v", tt.e.Type, tt.path, events)
		}
		if tt.e != log || tt.status != 200 {
			continue
		}
		if len(logs) != 1 || logs[0].Kind != event.LogRendering || logs[0].Text != log.RenderingLog() || logs[0].Agent != "NSPlayer/11.0" ||
			logs[0].URL != "rtsp://h/clip.wmv" || logs[0].Player.Target != "/"+tt.path {
			t.Fatalf("%+v", logs)
		}
		if by := logs[0].Player; tt.c == cache && (by.Behind != "NSPlayer/11.0" || !strings.HasPrefix(by.Via, "HTTP/1.1 inner, RTSP/1.0 edge (")) {
			t.Errorf("it has come from %+v", by)
		}
	}
}

// The events of a session are those of its player, and its logs are what they are.
func TestLogsAreWhatTheyAre(t *testing.T) {
	s := startServer(t)
	stream := s.play(s.client(), "clip.wmv", rtsp.PlayOptions{})
	rest(t, stream, shortClip(), 0)
	log := remote.NewLog("x", "", "rtsp://h/clip.wmv", "<XML/>")
	const streaming = "<XML><protocol>rtsp</protocol><audiocodec>-</audiocodec><videocodec>-</videocodec></XML>"
	if err := errors.Join(
		stream.Log(t.Context(), rtsp.LogConnect, []byte("<XML><Summary/></XML>")), stream.Log(t.Context(), rtsp.LogPlay, []byte(streaming)),
		stream.Log(t.Context(), rtsp.LogPlay, []byte("<XML/>")), stream.SendEvent(t.Context(), log),
	); err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, e := range fronttest.EventsOf[event.LogReceived](s.Rig) {
		got += e.Kind.String() + " "
		if e.Player.Session == 0 {
			t.Errorf("a %v log of nobody", e.Kind)
		}
	}
	if got != "connect-time streaming legacy rendering " {
		t.Error(got)
	}
}

// A Client that was asked to reports what it has played apart from what it has
// streamed, [MS-RTSP] 3.1.4.9.
func TestClientReportsWhatItPlayed(t *testing.T) {
	for _, speed := range []float64{0, 2} {
		t.Run(strconv.FormatFloat(speed, 'f', -1, 64), func(t *testing.T) { // each ends before the next
			s := startServer(t)
			c := s.client()
			c.Log = func(kind rtsp.Kind, stats rtsp.ClientStats) []byte {
				return []byte("<XML>" + kind.String() + " " + strconv.FormatBool(stats.Rendering) + "</XML>")
			}
			want := []string{"<XML>LogConnect false</XML>", "<XML>LogPlay false</XML>"}
			if speed > 0 {
				want = []string{"<XML>LogConnect true</XML>", "<XML>LogPlay true</XML>", "<XML>SendEvent true</XML>"}
			}
			rest(t, s.play(c, "clip.wmv", rtsp.PlayOptions{Speed: speed}), shortClip(), 0)
			s.WaitFor("all logs are there", func() bool { return len(fronttest.EventsOf[event.LogReceived](s.Rig)) == len(want) })
			for i, e := range fronttest.EventsOf[event.LogReceived](s.Rig) {
				if e.Text != want[i] || (e.Kind == event.LogRendering) != (i == 2) || i == 2 && e.URL != s.url("clip.wmv") {
					t.Errorf("at %v times the speed: %+v, want %q", speed, e, want[i])
				}
			}
		})
	}
}

// Players are sent to the point's proxy, [MS-RTSP] 3.2.5.4, and served when they
// come through it.
func TestUseProxy(t *testing.T) {
	s, edge := startServer(t), startServer(t)
	p, _, err := s.Points.Lookup("clip.wmv")
	if err != nil {
		t.Fatal(err)
	}
	s.Points.Add(&point.Point{
		Name: p.Name, Opener: p.Opener, Options: p.Options, UseProxy: []string{"http://" + edge.Address, "rtsp://" + edge.Address},
	})
	r := s.connect().ask("DESCRIBE", s.url("clip.wmv"))
	if r.Status != 305 || r.Header.Get("Location") != "rtsp://"+edge.Address+"/clip.wmv" {
		t.Errorf("%d to %s", r.Status, r.Header.Get("Location"))
	}
	for _, tt := range []struct {
		proxy *pull.Proxy
		want  string
	}{{nil, edge.Address}, {&pull.Proxy{}, s.Address}} {
		dialed := ""
		c := &rtsp.Client{Proxy: tt.proxy, Dial: func(ctx context.Context, _, address string) (net.Conn, error) {
			dialed = address
			return pull.Dial(ctx, nil, address)
		}}
		d, err := c.Describe(t.Context(), s.url("clip.wmv"))
		if err != nil || d.URL != s.url("clip.wmv") {
			t.Fatal(err)
		}
		d.Close()
		if dialed != tt.want {
			t.Errorf("the description is from %s, want %s", dialed, tt.want)
		}
	}
}
