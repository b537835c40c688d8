package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/internal/point"
	"caracal/internal/sample"
	"caracal/wmsp"
)

// play starts a stream and returns it after its first packet.
func play(t *testing.T, s *Server, name string) *wmsp.Stream {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	st, err := (&wmsp.Client{}).Play(ctx, "http://"+s.Addr().String()+name, wmsp.PlayOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	for {
		e, err := st.Next()
		if err != nil {
			t.Fatal(err)
		}
		if e.Kind == wmsp.GotPacket {
			return st
		}
	}
}

// readToEnd reads until the server says that the stream is over, and closes
// the connection as players do.
func readToEnd(st *wmsp.Stream) error {
	defer st.Close()
	for {
		e, err := st.Next()
		if err != nil || e.Kind == wmsp.GotEnd {
			return err
		}
	}
}

func TestSampleIsServedWithoutAnyPoint(t *testing.T) {
	s, _ := start(t, testConfig())
	if items := s.Items(); len(items) != 1 || items[0].Name != sample.Name || items[0].Size != int64(len(sample.Welcome)) {
		t.Errorf("items %+v", items)
	}
	play(t, s, "/"+sample.Name)
	play(t, s, "/") // what mms://host/ leads to
}

func TestShutdownTellsPlayersAndEndsAll(t *testing.T) {
	s, log := start(t, testConfig())
	st := play(t, s, "/"+sample.Name)
	ended := make(chan error, 1)
	go func() { ended <- readToEnd(st) }()
	shutdown(t, s)
	if err := <-ended; err != nil {
		t.Errorf("the stream ended without a word: %v", err)
	}
	for _, want := range []string{"player connected", "stream started", "stream stopped", "player gone", "shutting down"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log does not say %q", want)
		}
	}
	if _, err := net.DialTimeout("tcp", s.Addr().String(), patience); err == nil {
		t.Error("the listener is open after Shutdown")
	}
}

func TestHealthWhileDraining(t *testing.T) {
	s, _ := start(t, testConfig())
	s.draining.Store(true)
	a := ask(t, s, "GET", "/.caracal/health")
	if a.StatusCode != 503 || !strings.Contains(a.body, "shutting down") {
		t.Errorf("%d %q", a.StatusCode, a.body)
	}
	shutdown(t, s)
}

func TestStatus(t *testing.T) {
	s, _ := start(t, testConfig())
	play(t, s, "/"+sample.Name)
	var st struct {
		HTTP struct{ Address string }
		RTSP *struct {
			Address     string
			Connections int
			UDPPort     int `json:"udp_port"`
		}
		Sessions struct{ Now, Total int }
		Points   []struct {
			Name  string
			Items int
		}
		Players []struct{ Target, State string }
		Started time.Time
	}
	read := func(header ...string) string {
		a := ask(t, s, "GET", "/.caracal/status", header...)
		st.Players = nil
		if err := json.Unmarshal([]byte(a.body), &st); err != nil {
			t.Fatalf("%v in %s", err, a.body)
		}
		return a.body
	}
	body := read()
	if st.HTTP.Address != s.Addr().String() || st.Sessions.Now != 1 || st.Sessions.Total != 1 || st.Started.IsZero() ||
		len(st.Points) != 1 || st.Points[0].Name != sample.Name || st.Points[0].Items != 1 ||
		len(st.Players) != 1 || st.Players[0].State != "streaming" {
		t.Errorf("status %s", body)
	}
	if r := st.RTSP; r == nil || r.Address != s.RTSPAddr().String() || r.UDPPort == 0 {
		t.Errorf("RTSP in the status %s", body)
	}
	for _, key := range []string{`"version"`, `"uptime_seconds"`, `"refused"`, `"bad_input"`, `"budget": 268435456`} {
		if !strings.Contains(body, key) {
			t.Errorf("no %s in %s", key, body)
		}
	}
	for _, h := range []string{"X-Forwarded-For: 10.1.1.1", "Via: 1.1 proxy", "Host: rebound.example.org"} {
		if body := read(h); strings.Contains(body, `"players"`) {
			t.Errorf("with %q the players are shown", h)
		}
	}
}

// What RTSP has is told, and what it has not.
func TestStatusOfRTSP(t *testing.T) {
	cfg := testConfig()
	cfg.RTSP.UDPPort = -1
	s, _ := start(t, cfg)
	c, err := net.Dial("tcp", s.RTSPAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprint(c, "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n")
	if _, err := c.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"connections": 1,`, `"udp_port": 0`} {
		if body := ask(t, s, "GET", "/.caracal/status").body; !strings.Contains(body, want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
	cfg = testConfig()
	cfg.RTSP.Address = config.Off
	s, _ = start(t, cfg)
	if body := ask(t, s, "GET", "/.caracal/status").body; strings.Contains(body, `"rtsp"`) {
		t.Errorf("RTSP that is off in %s", body)
	}
}

func TestEventsAreCounted(t *testing.T) {
	s, _ := start(t, testConfig())
	play(t, s, "/"+sample.Name).Close()
	ask(t, s, "GET", "/none.wmv", "User-Agent: NSPlayer/9.0.0.2980")
	ask(t, s, "GET", "/none.wmv")
	ask(t, s, "POST", "/"+sample.Name)
	shutdown(t, s)
	got := s.counter.snapshot()
	for name, want := range map[string]uint64{"connected": 1, "playing": 1, "stopped": 1, "disconnected": 1, "refused": 3, "lost": 0} {
		if got[name] != want {
			t.Errorf("%s: %d, want %d", name, got[name], want)
		}
	}
}

func TestDefault(t *testing.T) {
	for name, warned := range map[string]bool{"b.wmv": false, "none.wmv": true} {
		cfg := testConfig(config.Point{Path: films(t, "a.wmv", "b.wmv")})
		cfg.Default = name
		s, log := start(t, cfg)
		if got := s.points.Default(); got != name {
			t.Errorf("the empty name leads to %q, want %q", got, name)
		}
		if got := strings.Contains(log.String(), "leads to nothing"); got != warned {
			t.Errorf("default %q: warned %v, want %v", name, got, warned)
		}
	}
}

func TestNewFilesAppearAndNamesHideEachOther(t *testing.T) {
	root := films(t, "a.wmv", "talks/hidden.wmv")
	s, _ := start(t, testConfig(config.Point{Path: root}, config.Point{Name: "talks", Path: films(t, "b.wmv")}))
	names := func() (all []string) {
		for _, it := range s.Items() {
			all = append(all, it.Name)
		}
		return all
	}
	if got := strings.Join(names(), " "); got != "a.wmv talks/b.wmv" {
		t.Errorf("items %s", got)
	}
	if err := os.WriteFile(filepath.Join(root, "c.wmv"), sample.Welcome, 0o644); err != nil {
		t.Fatal(err)
	}
	s.catalog.until = time.Time{}
	if got := strings.Join(names(), " "); got != "a.wmv c.wmv talks/b.wmv" {
		t.Errorf("items after a new file: %s", got)
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	dir := films(t, "film.wmv", "film.mp4")
	fake := filepath.Join(dir, "fake.wmv")
	if err := os.WriteFile(fake, []byte("not ASF at all"), 0o644); err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	for path, want := range map[string]string{
		filepath.Join(dir, "none"):     "create it, or correct the path",
		filepath.Join(dir, "film.mp4"): "does not end in .wmv",
		fake:                           "caracal check",
	} {
		s, err := New(testConfig(config.Point{Name: "x", Path: path}), quiet)
		if err == nil {
			s.Close()
			t.Errorf("%s: no error", path)
		} else if !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
	if err := pointError(config.Point{Path: "/x"}, point.ErrForbidden); !strings.Contains(err.Error(), "chmod") {
		t.Errorf("no hint for what may not be read: %v", err)
	}

	first, _ := start(t, testConfig())
	cfg := testConfig()
	cfg.HTTP.Address = first.Addr().String()
	second, err := New(cfg, quiet)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if err := second.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "choose another port with --http") {
		t.Errorf("port in use: %v", err)
	}
	var op *net.OpError
	if err := listenError("http.address", "--http", "203.0.113.1:80", &net.OpError{Op: "listen", Err: os.ErrPermission}); !errors.As(err, &op) {
		t.Errorf("the cause is lost: %v", err)
	}
}

// Without a word in the configuration the first film that plays is the
// default, whatever came and went since the start.
func TestDefaultFollowsTheFolder(t *testing.T) {
	root := t.TempDir()
	s, _ := start(t, testConfig(config.Point{Path: root}))
	write := func(name string, b []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(root, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
		s.catalog.until = time.Time{}
	}
	if got := s.points.Default(); got != "" {
		t.Errorf("an empty folder has the default %q", got)
	}
	write("._b.wmv", []byte("what another system leaves beside its files"))
	write("a.wmv", []byte("no film"))
	write("b.wmv", sample.Welcome)
	write("lat\xfcin.wmv", sample.Welcome)
	if got := s.points.Default(); got != "b.wmv" {
		t.Errorf("the default is %q", got)
	}
	var names []string
	for _, it := range s.Items() {
		names = append(names, it.Name)
	}
	if got := strings.Join(names, " "); got != "a.wmv b.wmv" {
		t.Errorf("listed: %s", got)
	}
	play(t, s, "/")
}

func TestStorageErrorsAreLogged(t *testing.T) {
	s, log := start(t, testConfig())
	s.bus.Publish(event.Stopped{Player: event.Player{Target: "/film.wmv"}, Reason: "storage failed", Err: os.ErrDeadlineExceeded})
	shutdown(t, s)
	if got := log.String(); !strings.Contains(got, "level=WARN msg=\"content cannot be read\"") || !strings.Contains(got, "/film.wmv") ||
		!strings.Contains(got, os.ErrDeadlineExceeded.Error()) {
		t.Errorf("the log says\n%s", got)
	}
}

// Statuses are logged as they are looked up: those of MMS in hexadecimal.
func TestStatusesAreLoggedAsTheyAreLookedUp(t *testing.T) {
	s, log := start(t, testConfig())
	for _, status := range []uint32{404, 0xC00D001A} {
		s.bus.Publish(event.Refused{Status: int(status)})
	}
	shutdown(t, s)
	for _, want := range []string{"status=404 ", "status=0xC00D001A "} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %q in\n%s", want, log)
		}
	}
}
