package server

import (
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"caracal/internal/config"
)

// askAdmin asks the admin listener; headers are pairs.
func askAdmin(t *testing.T, s *Server, method, path string, header ...string) (status int, body string, h http.Header) {
	t.Helper()
	r, err := http.NewRequest(method, "http://"+s.AdminAddr().String()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	if host := r.Header.Get("Host"); host != "" {
		r.Host = host
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b), resp.Header
}

func TestAdminListener(t *testing.T) {
	cfg := testConfig()
	cfg.Admin.Hosts = []string{"admin.example"}
	s, _ := start(t, cfg)
	tests := []struct {
		method, path string
		header       []string
		status       int
		words        string
	}{
		{method: "GET", path: "/healthz", status: 200, words: "ok"},
		{method: "POST", path: "/healthz", status: 405},
		{method: "GET", path: "/readyz", status: 200, words: `"ready": true`},
		{method: "GET", path: "/debug/pprof/goroutine?debug=1", status: 200, words: "goroutine profile"},
		{method: "GET", path: "/debug/pprof/cmdline", status: 200},
		{method: "GET", path: "/api/points", status: 200, words: "points"},
		{method: "GET", path: "/", status: 404},
		{method: "GET", path: "/welcome.wmv", status: 404},

		// The name that it is asked by.
		{method: "GET", path: "/healthz", header: []string{"Host", "evil.example"}, status: 421},
		{method: "GET", path: "/api/points", header: []string{"Host", "evil.example:8088"}, status: 421},
		{method: "GET", path: "/healthz", header: []string{"Host", "Admin.Example:8088"}, status: 200},
		{method: "GET", path: "/healthz", header: []string{"Host", "localhost"}, status: 200},
		{method: "GET", path: "/healthz", header: []string{"Host", "[::1]"}, status: 200},
		{method: "GET", path: "/healthz", header: []string{"Host", "127.0.0.1.evil.example"}, status: 421},

		// Pages, and what others ask for through a proxy on this machine.
		{method: "GET", path: "/debug/pprof/heap", header: []string{"Origin", "http://evil.example"}, status: 403},
		{method: "GET", path: "/debug/pprof/heap", header: []string{"Sec-Fetch-Site", "cross-site"}, status: 403},
		{method: "GET", path: "/debug/pprof/heap", header: []string{"X-Forwarded-For", "192.0.2.1"}, status: 403},
		{method: "GET", path: "/api/points", header: []string{"Origin", "http://evil.example"}, status: 403},
	}
	for _, tt := range tests {
		status, body, h := askAdmin(t, s, tt.method, tt.path, tt.header...)
		if status != tt.status || !strings.Contains(body, tt.words) {
			t.Errorf("%s %s %v: %d %q", tt.method, tt.path, tt.header, status, body)
		}
		if h.Get("Access-Control-Allow-Origin") != "" || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s %s: %v", tt.method, tt.path, h)
		}
	}
	for _, path := range []string{"/api/points", "/healthz", "/readyz", "/debug/pprof/", "/metrics"} {
		if a := ask(t, s, "GET", path); a.StatusCode != 404 {
			t.Errorf("players get %s: %s", path, a.Status)
		}
	}
}

func TestReadiness(t *testing.T) {
	b := config.DefaultBroadcast()
	b.Source = "pull:http://127.0.0.1:1/gone"
	s, _ := start(t, testConfig(config.Point{Name: "far", Broadcast: b}, config.Point{Name: "films", Path: films(t, "a.wmv")}))
	until(t, func() bool {
		_, body, _ := askAdmin(t, s, "GET", "/readyz")
		var a readiness
		if err := json.Unmarshal([]byte(body), &a); err != nil {
			t.Fatal(err)
		}
		if !a.Ready || a.Listeners["http"] != "up" || a.Listeners["rtsp"] != "up" || a.Listeners["mms"] != "off" {
			t.Fatalf("%+v", a)
		}
		return a.Sources["far"] == "waiting"
	})
	if status, body, _ := askAdmin(t, s, "GET", "/readyz?sources"); status != 503 || !strings.Contains(body, "a source does not stream") {
		t.Errorf("with a source that fails: %d %s", status, body)
	}
	s.rtsp.failed.Store(true)
	if status, body, _ := askAdmin(t, s, "GET", "/readyz"); status != 503 || !strings.Contains(body, "a listener failed") {
		t.Errorf("without a listener: %d %s", status, body)
	}
	s.rtsp.failed.Store(false)
	s.draining.Store(true)
	if status, body, _ := askAdmin(t, s, "GET", "/readyz"); status != 503 || !strings.Contains(body, "shutting down") {
		t.Errorf("at the end: %d %s", status, body)
	}
	if status, _, _ := askAdmin(t, s, "GET", "/healthz"); status != 200 {
		t.Errorf("it is alive: %d", status)
	}
	s.draining.Store(false)
}

// A connection that says nothing, or too much, is not kept.
func TestAdminListenerIsStrict(t *testing.T) {
	s, _ := start(t, testConfig())
	c, err := net.Dial("tcp", s.AdminAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(patience))
	io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: "+strings.Repeat("x", 2*adminMaxHead)+"\r\n\r\n")
	b, _ := io.ReadAll(c)
	if !strings.Contains(string(b), " 431 ") {
		t.Errorf("a long head is answered %q", b)
	}
	if srv := s.admin.server; srv.ReadHeaderTimeout <= 0 || srv.ReadTimeout <= 0 || srv.WriteTimeout <= 0 || srv.IdleTimeout <= 0 {
		t.Errorf("times without end: %+v", srv)
	}
}

// The default address may be taken, one that was asked for may not.
func TestAdminAddressIsTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	cfg := testConfig()
	cfg.Admin.Address = l.Addr().String()
	s, err := New(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "--admin") {
		t.Errorf("it starts with %v", err)
	}
	cfg = testConfig()
	cfg.Admin.Address = config.Off
	off, _ := start(t, cfg)
	if a := off.AdminAddr(); a != nil {
		t.Errorf("it listens at %v", a)
	}
}
