package wmsp_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"caracal/internal/cachecontrol"
	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/internal/pull"
	"caracal/internal/remote"
	"caracal/wmsp"
)

// The request of [MS-WMSP] 4.12.1.3, and what its server says.
func TestContentInfoExample(t *testing.T) {
	s := startServer(t, false, unpaced)
	c := s.connect()
	c.send("POST /clip.wmv?WMCache=0 HTTP/1.1", "User-Agent: WMCacheProxy/9.0.0.3177", "Via: HTTP/1.1 WMCacheProxy (WMCacheProxy/9.0.0.3177)",
		"Max-Forwards: 9", "Accept-Charset: UTF-8, *;q=0.1", "Pragma: xClientGUID={00000000-0000-0000-0000-000000000000}",
		"X-Accept-Authentication: Negotiate, NTLM, Digest", "Content-Type: application/x-wms-getcontentinfo", "Host: myhost:87",
		"Content-Length: 1", "Connection: Keep-Alive", "", "x")
	r, _ := c.response()
	size := len(testClip().File())
	want := "no-cache, x-wms-content-size=" + strconv.Itoa(size) + ", max-age=86399, user-public, must-revalidate, proxy-public, proxy-revalidate, " +
		`x-wms-event-subscription="remote-open,remote-close,remote-log"`
	if got := r.Header.Get("Cache-Control"); r.Status != 200 || got != want || r.ContentLength() != 0 || r.Header.Get("Etag") == "" {
		t.Errorf("%d %s, want\n%s", r.Status, got, want)
	}
	if !s.NoSession() {
		t.Error("a GetContentInfo has made a session")
	}
}

// brought is what proxies bring with an event.
var brought = &pull.Proxy{Name: "edge", ClientAgent: "NSPlayer/11.0", Via: []string{"RTSP/1.0 inner"}}

// Remote events that the server has asked for are published, with whom they are
// about; others are refused.
func TestRemoteEvents(t *testing.T) {
	s := startServer(t, true, unpaced)
	s.Points.Add(&point.Point{Name: "live", Opener: point.NewBroadcast(point.BroadcastOptions{})})
	cache, player := wmsp.Client{Dial: s.Dial, Proxy: brought}, wmsp.Client{Dial: s.Dial}
	log := remote.NewLog("NSPlayer/11.0", "{1}", "http://h/clip.wmv", "<XML><protocol>Cache</protocol></XML>")
	tests := []struct {
		c      *wmsp.Client
		path   string
		e      *remote.Event
		status int
	}{
		{&cache, "clip.wmv", &remote.Event{Type: remote.Open}, 200},
		{&cache, "clip.wmv", &remote.Event{Type: remote.Close, Reason: 7}, 200},
		{&cache, "clip.wmv", log, 200},
		{&player, "clip.wmv", log, 200},
		{&cache, "live", log, 200}, // a broadcast that is over
		{&player, "clip.wmv", &remote.Event{Type: remote.Open}, 400},
		{&cache, "none.wmv", log, 404},
		{&cache, "clip.wmv", &remote.Event{Type: 31}, 400},
	}
	for _, tt := range tests {
		s.ForgetEvents()
		err := tt.c.SendEvent(t.Context(), "http://server/"+tt.path, tt.e)
		var refused *wmsp.StatusError
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
			logs[0].GUID != "{1}" || logs[0].URL != "http://h/clip.wmv" || logs[0].Player.Target != "/"+tt.path {
			t.Fatalf("%+v", logs)
		}
		if by := logs[0].Player; tt.c == &cache && (by.Behind != "NSPlayer/11.0" || !strings.HasPrefix(by.Via, "RTSP/1.0 inner, HTTP/1.1 edge (")) {
			t.Errorf("it has come from %+v", by)
		}
	}
}

// A broadcast is for proxies to hand on, not to keep.
func TestBroadcastMayBeSplit(t *testing.T) {
	s := startServer(t, true, unpaced)
	b := point.NewBroadcast(point.BroadcastOptions{})
	s.Points.Add(&point.Point{Name: "live", Opener: b})
	feed, err := b.Start(testClip().Header)
	if err != nil {
		t.Fatal(err)
	}
	defer feed.Close()
	c := wmsp.Client{Dial: s.Dial, Proxy: brought}
	info, err := c.ContentInfo(t.Context(), "http://server/live")
	if err != nil || !info.Control.MaySplit() || info.Control.MayStore() || !info.Control.Broadcast() || !info.Control.Subscribes("remote-close") {
		t.Errorf("%+v, %v", info, err)
	}
}

// What another server has said of the content goes on to players as it is.
func TestControlOfAnotherServer(t *testing.T) {
	for in, want := range map[string]string{
		"no-cache, private, max-age=9, proxy-public": "no-cache, max-age=9, private, proxy-public",
		"no-cache": "no-cache",
	} {
		control := cachecontrol.ParseHTTP(in)
		info := point.Info{Size: 5, Cache: &control}
		if got := info.CachingFor(true).HTTP(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// Players are sent to the point's proxy, [MS-WMSP] 3.2.5.4, and served when they
// come through it.
func TestUseProxy(t *testing.T) {
	s, edge := startServer(t, false, unpaced), startServer(t, false, unpaced)
	p, _, err := s.Points.Lookup("clip.wmv")
	if err != nil {
		t.Fatal(err)
	}
	s.Points.Add(&point.Point{
		Name: p.Name, Opener: p.Opener, Options: p.Options, UseProxy: []string{"rtsp://" + edge.Address, "http://" + edge.Address},
	})
	url := "http://" + s.Address + "/clip.wmv"
	c := s.connect()
	c.send("GET /clip.wmv?x=1 HTTP/1.1", agent12, "Host: h", testGUID)
	if r, _ := c.response(); r.Status != 305 || r.Header.Get("Location") != "http://"+edge.Address+"/clip.wmv?x=1" || r.KeepAlive() {
		t.Errorf("%d to %s", r.Status, r.Header.Get("Location"))
	}
	for _, tt := range []struct {
		c       wmsp.Client
		through int // sessions at the edge
	}{
		{wmsp.Client{}, 1},
		{wmsp.Client{Proxy: brought}, 0},
		{wmsp.Client{Agent: "NSServer/9.0.0.3177; via WMCacheProxy"}, 0},
	} {
		edge.ForgetEvents()
		d, err := tt.c.Describe(t.Context(), url)
		if err != nil || d.URL != url {
			t.Fatal(err)
		}
		d.Close()
		if n := len(fronttest.EventsOf[event.Connected](edge.Rig)); n != tt.through {
			t.Errorf("%+v: %d players at the proxy, want %d", tt.c, n, tt.through)
		}
	}
}
