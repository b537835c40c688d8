package server

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caracal/asf"
	"caracal/internal/auth"
	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/internal/point"
	"caracal/internal/sample"
	"caracal/wmsp"
)

// sampleHeader is the sample's, as an encoder sends it.
func sampleHeader(t *testing.T) ([]byte, *wmsp.PushedStream) {
	t.Helper()
	s, err := wmsp.NewPushedStream(bytes.NewReader(sample.Welcome))
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Next()
	if err != nil {
		t.Fatal(err)
	}
	return p.Header, s
}

func refusedWith(err error) int {
	var status *wmsp.StatusError
	if errors.As(err, &status) {
		return status.Response.Status
	}
	return 0
}

// A copy of a point is archived under its own name, if the point says so: complete
// when it has gone, or when the server has.
func TestPushedCopiesAreArchived(t *testing.T) {
	dir := t.TempDir()
	s, url := liveServer(t, func(b *config.Broadcast) {
		b.Push.Copies, b.Archive.Folder, b.Archive.Copies = 2, dir, true
	})
	events := s.bus.Subscribe(1000)
	defer events.Close()
	header, stream := sampleHeader(t)
	var pieces [][]byte
	for range 10 {
		piece, err := stream.Next()
		if err != nil {
			t.Fatal(err)
		}
		pieces = append(pieces, bytes.Clone(piece.Packet))
	}
	for _, tt := range []struct {
		name    string
		destroy bool
	}{{"studio/two", true}, {"three", false}} {
		client := &wmsp.PushClient{Template: "/live", AutoDestroy: tt.destroy}
		p, err := client.Setup(t.Context(), strings.TrimSuffix(url, "live")+tt.name)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Start(t.Context(), header); err != nil {
			t.Fatal(err)
		}
		for _, b := range pieces {
			if err := p.Send(b); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.End(); err != nil {
			t.Fatal(err)
		}
		e := await(t, events, func(event.ArchiveEnded) bool { return true })
		if e.Point != tt.name || e.Packets != 10 || e.Err != nil {
			t.Errorf("%+v", e)
		}
	}
	shutdown(t, s)
	for _, pattern := range []string{"studio_two-*-0001.asf", "three-*-0001.asf"} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(files) != 1 {
			t.Fatalf("%s: %v, %v", pattern, files, err)
		}
		b, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		r, err := asf.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil || r.NumPackets() != 10 || r.Header().File().Broadcast() {
			t.Errorf("%s: %v", files[0], err)
		}
	}
	if all, _ := filepath.Glob(filepath.Join(dir, "*")); len(all) != 2 {
		t.Errorf("files %v", all)
	}
}

// Without that word they are not.
func TestPushedCopiesAreNotArchived(t *testing.T) {
	dir := t.TempDir()
	s, _ := liveServer(t, func(b *config.Broadcast) { b.Push.Copies, b.Archive.Folder = 1, dir })
	p, err := s.copyFor("two", "/live")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Make(); err != nil || s.copied.open != nil {
		t.Errorf("%v, archives %v", err, s.copied.open)
	}
}

// An encoder makes a point after a template, players play it, and it goes with
// its encoder.
func TestPushMakesPoints(t *testing.T) {
	s, url := liveServer(t, func(b *config.Broadcast) { b.Push.Copies = 1 })
	base := strings.TrimSuffix(url, "live")
	client := &wmsp.PushClient{Template: "/live", AutoDestroy: true}
	header, stream := sampleHeader(t)
	p, err := client.Setup(t.Context(), base+"studio/two")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(t.Context(), header); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		piece, err := stream.Next()
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Send(piece.Packet); err != nil {
			t.Fatal(err)
		}
	}
	untilLive(t, base+"studio/two")
	if asx := ask(t, s, "GET", "/studio/two.asx"); !strings.Contains(asx.body, `<REF HREF="`+base+`studio/two" />`) {
		t.Errorf("it is announced as %s", asx.body)
	}
	for name, want := range map[string]int{
		"three":       400, // one copy is all that there may be
		"live/.":      204, // an existing point needs no template
		".caracal/x":  403,
		"studio/two":  409,
		"studio/two/": 409,
	} {
		_, err := client.Setup(t.Context(), base+name)
		if got := refusedWith(err); got != want && !(want == 204 && err == nil) {
			t.Errorf("%s: %v, want %d", name, err, want)
		}
	}
	if err := p.End(); err != nil {
		t.Error(err)
	}
	if _, _, err := s.points.Lookup("studio/two"); !errors.Is(err, point.ErrNotFound) {
		t.Errorf("the point is there still: %v", err)
	}
	again, err := client.Setup(t.Context(), base+"three")
	if err != nil {
		t.Fatalf("there is room again: %v", err)
	}
	again.Close()
}

// Without the operator's word encoders make nothing, and never in the place of
// what is there.
func TestPushMakesNothing(t *testing.T) {
	b := config.DefaultBroadcast()
	b.Source = config.SourcePush
	closed := b
	b.Push.Copies = 5
	s, _ := start(t, testConfig(
		config.Point{Name: "live", Broadcast: closed}, config.Point{Name: "open", Broadcast: b},
		config.Point{Path: films(t, "film.wmv", "talks/one.wmv")}, config.Point{Name: "moved", Redirect: "mms://other.example/live"}))
	base := "http://" + s.Addr().String() + "/"
	for _, tt := range []struct {
		name, template string
		want           int
	}{
		{"new", "/live", 400}, {"new", "/nowhere", 404}, {"new", "/film.wmv", 404}, {"film.wmv", "/open", 403},
		{"talks", "/open", 403}, {"open.asx", "/open", 403}, {"film.WVX", "/open", 403}, {"open.nsc", "/open", 403},
		{"new", "", 404}, {"new", "/%zz", 404},
	} {
		client := &wmsp.PushClient{Template: tt.template}
		if _, err := client.Setup(t.Context(), base+tt.name); refusedWith(err) != tt.want {
			t.Errorf("%+v: %v", tt, err)
		}
	}
	resp, err := http.DefaultTransport.RoundTrip(pushSetupRequest(base + "moved"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusFound || resp.Header.Get("Location") != "http://other.example/live" {
		t.Errorf("%d to %s", resp.StatusCode, resp.Header.Get("Location"))
	}
}

func pushSetupRequest(url string) *http.Request {
	r, _ := http.NewRequest("POST", url, http.NoBody)
	r.Header.Set("Content-Type", wmsp.TypePushSetup)
	r.Header.Set("User-Agent", wmsp.DefaultPushAgent)
	return r
}

// The end of the server does not wait for encoders.
func TestShutdownEndsPushes(t *testing.T) {
	s, url := liveServer(t, nil)
	header, _ := sampleHeader(t)
	p, err := (&wmsp.PushClient{}).Setup(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(t.Context(), header); err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	if _, err := (&wmsp.PushClient{}).Setup(t.Context(), url); err == nil {
		t.Error("a server that has ended takes pushes")
	}
}

// gate judges who may push to a broadcast.
type gate func(*http.Request) ([]string, bool)

// gateOf is that of a broadcast with the name "live".
func gateOf(t *testing.T, b config.Broadcast) gate {
	t.Helper()
	cfg := testConfig(config.Point{Name: "live", Broadcast: b})
	a, err := OpenAccess(t.Context(), cfg, auth.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{access: a, points: point.NewRegistry()}
	return s.publisherOf("live")
}

// authorized asks about a request from somewhere.
func authorized(g gate, from string, header ...string) ([]string, bool) {
	r := httptest.NewRequest("POST", "/live", nil)
	r.RemoteAddr = from + ":9"
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return g(r)
}

// Who may push is told; others are asked for the key in a way that they know, if
// there is one.
func TestPushAuthorizes(t *testing.T) {
	keyed, open := gateOf(t, config.Broadcast{Key: "long enough"}), gateOf(t, config.Broadcast{})
	if _, ok := authorized(open, "127.0.0.1"); !ok {
		t.Error("this machine may not push")
	}
	if c, ok := authorized(open, "192.0.2.8"); ok || len(c) > 0 {
		t.Errorf("a point without a key asks %q for it, %v", c, ok)
	}
	if c, ok := authorized(keyed, "192.0.2.8"); ok || len(c) != 3 || !strings.HasPrefix(c[2], "Basic ") {
		t.Errorf("challenges %q, %v", c, ok)
	}
	c, ok := authorized(keyed, "192.0.2.8", "X-Accept-Authentication", "Negotiate, NTLM, Digest")
	if ok || len(c) != 2 || !strings.HasPrefix(c[0], `Digest realm="Caracal", nonce="`) || !strings.HasPrefix(c[1], "Basic ") {
		t.Errorf("challenges %q, %v", c, ok)
	}
	if _, ok := authorized(keyed, "192.0.2.8", "Authorization", "Basic eDpsb25nIGVub3VnaA=="); !ok { // x:long enough
		t.Error("the key is refused")
	}
}

// A point that the server feeds itself is nobody else's, not even while its source
// has nothing to send.
func TestPushToFedPoints(t *testing.T) {
	b := config.DefaultBroadcast()
	b.Source = config.SourceLoop + ":" + t.TempDir()
	s, _ := start(t, testConfig(config.Point{Name: "radio", Broadcast: b}))
	_, err := (&wmsp.PushClient{}).Setup(t.Context(), "http://"+s.Addr().String()+"/radio")
	if refusedWith(err) != http.StatusConflict {
		t.Errorf("%v", err)
	}
}

// What comes from this machine is not what a proxy on it sends for others, nor
// what a foreign page has its browser send.
func TestPushFromThisMachine(t *testing.T) {
	keyed := gateOf(t, config.Broadcast{Key: "long enough", Publishers: []string{"192.0.2.0/24"}})
	const key = "Basic eDpsb25nIGVub3VnaA=="
	for _, tt := range []struct {
		from   string
		header []string
		want   bool
	}{
		{"127.0.0.1", nil, true},
		{"[::1]", nil, true},
		{"[::ffff:127.0.0.1]", nil, true},
		{"127.0.0.1", []string{"X-Forwarded-For", "198.51.100.7"}, false},
		{"127.0.0.1", []string{"Via", "1.1 proxy"}, false},
		{"127.0.0.1", []string{"Origin", "https://foreign.example"}, false},
		{"127.0.0.1", []string{"Origin", "null"}, false},
		{"127.0.0.1", []string{"Sec-Fetch-Site", "cross-site"}, false},
		{"127.0.0.1", []string{"Origin", "https://foreign.example", "Authorization", key}, true},
		{"127.0.0.1", []string{"Via", "1.1 proxy", "Authorization", key}, true},
		{"192.0.2.8", []string{"Via", "1.1 proxy"}, true}, // the operator has named it
		{"192.0.2.8", []string{"Origin", "https://foreign.example"}, false},
		{"198.51.100.7", nil, false},
	} {
		if _, ok := authorized(keyed, tt.from, tt.header...); ok != tt.want {
			t.Errorf("%s %q: %v", tt.from, tt.header, ok)
		}
	}
}
