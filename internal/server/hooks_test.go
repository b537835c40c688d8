package server

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"caracal/internal/config"
	"caracal/internal/oplog"
	"caracal/wmsp"
)

// told is who is told by a hook.
type told struct {
	mu   sync.Mutex
	list []map[string]any
}

func (r *told) ServeHTTP(_ http.ResponseWriter, req *http.Request) {
	var e map[string]any
	if json.NewDecoder(req.Body).Decode(&e) == nil {
		r.mu.Lock()
		r.list = append(r.list, e)
		r.mu.Unlock()
	}
}

// of returns the events of a name.
func (r *told) of(name string) (list []map[string]any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.list {
		if e["event"] == name {
			list = append(list, e)
		}
	}
	return list
}

func testHook(name string) config.Hook {
	h := config.DefaultHook()
	h.Name, h.On = name, []string{config.AllEvents}
	return h
}

// Hooks are told of a player by HTTP and by a program, of the points that they are for.
func TestHooksTell(t *testing.T) {
	rec := &told{}
	srv := httptest.NewServer(rec)
	defer srv.Close()
	out := filepath.Join(t.TempDir(), "out")
	post, run := testHook("post"), testHook("run")
	post.URL, post.Points, post.Protocols = srv.URL, []string{"films"}, []string{"http"}
	run.Command = []string{"/bin/sh", "-c", `echo "$CARACAL_EVENT $CARACAL_PLAYER_TARGET" >> "$0"`, out}
	cfg := testConfig(config.Point{Name: "films", Path: films(t, "a.wmv")}, config.Point{Name: "other", Path: films(t, "b.wmv")})
	cfg.Hooks = []config.Hook{post, run}
	s, _ := start(t, cfg)
	for _, name := range []string{"films/a.wmv", "other/b.wmv"} {
		stream, err := (&wmsp.Client{}).Play(t.Context(), "http://"+s.Addr().String()+"/"+name, wmsp.PlayOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for e := (wmsp.StreamEvent{}); !e.HasPacket; { // who leaves before the first packet has never flowed
			if e, err = stream.Next(); err != nil {
				t.Fatal(err)
			}
		}
		stream.Close()
	}
	until(t, func() bool { return len(rec.of("flowing")) == 1 && len(rec.of("stopped")) == 1 })
	shutdown(t, s) // which tells of the ends
	if list := rec.of("disconnected"); len(list) != 1 || list[0]["player_target"] != "/films/a.wmv" || list[0]["bytes"].(float64) == 0 {
		t.Errorf("disconnected is told as %v", list)
	}
	b, err := os.ReadFile(out)
	if err != nil || strings.Count(string(b), "disconnected /") != 2 || !strings.Contains(string(b), "connected /other/b.wmv\n") {
		t.Errorf("the program was told %s: %v", b, err)
	}
	for _, c := range s.hooks.Counts() {
		if c.Told == 0 || c.Failed != 0 || c.Lost != 0 {
			t.Errorf("%+v", c)
		}
	}
}

// A receiver that never answers delays neither players nor the end of the server.
func TestHookThatHangsDelaysNobody(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	h := testHook("dead")
	h.URL, h.Timeout, h.Queue = "http://"+l.Addr().String()+"/", 10*time.Minute, 1
	cfg := testConfig(config.Point{Name: "films", Path: films(t, "a.wmv")})
	cfg.Hooks = []config.Hook{h}
	s, _ := start(t, cfg)
	for range 50 {
		if a := ask(t, s, "GET", "/nowhere"); a.StatusCode != 404 {
			t.Fatal(a.Status)
		}
	}
	until(t, func() bool { return s.hooks.Counts()[0].Lost >= 40 })
	shutdown(t, s)
	if c := s.hooks.Counts()[0]; c.Told != 0 || c.Failed+c.Lost < 50 {
		t.Errorf("%+v", c)
	}
}

// What is secret in the configuration or in what peers send is in nothing that the
// server says: neither its log nor its figures, its pages or its hooks.
func TestNoSecretLeaks(t *testing.T) {
	const secret = "s3cretleak"
	var mu sync.Mutex
	var posted strings.Builder
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		posted.Write(b)
	}))
	defer srv.Close()
	good, bad := testHook("good"), testHook("bad")
	good.URL, good.Secret = strings.Replace(srv.URL, "://", "://ada:"+secret+"@", 1), secret
	bad.URL, bad.Retries = "http://ada:"+secret+"@127.0.0.1:1/hook?token="+secret, 0
	push, pull := config.DefaultBroadcast(), config.DefaultBroadcast()
	push.Source, push.Key = "push", secret
	pull.Source = "pull:http://ada:" + secret + "@127.0.0.1:1/live"
	proxy := config.DefaultProxy()
	proxy.Origin = "http://ada:" + secret + "@127.0.0.1:1/films"
	cfg := testConfig(config.Point{Name: "live", Broadcast: push}, config.Point{Name: "far", Broadcast: pull}, config.Point{Name: "origin", Proxy: proxy})
	cfg.Hooks = []config.Hook{good, bad}
	log := &lockedBuffer{}
	s, err := New(cfg, oplog.New(log, "debug", "text"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	basic := "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("ada:"+secret))
	for _, target := range []string{"/live?key=" + secret, "/far?password=" + secret, "/origin/a.wmv?token=" + secret, "/http://ada:" + secret + "@h/"} {
		for _, method := range []string{"GET", "POST", "DESCRIBE"} {
			ask(t, s, method, target, basic, "User-Agent: NSPlayer/9.0 http://ada:"+secret+"@h/", "Referer: http://h/?key="+secret)
		}
	}
	c, err := net.Dial("tcp", s.RTSPAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	io.WriteString(c, "DESCRIBE rtsp://ada:"+secret+"@127.0.0.1/none?key="+secret+" RTSP/1.0\r\nCSeq: 1\r\n"+basic+"\r\n\r\n")
	if _, err := bufio.NewReader(c).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool {
		counts := s.hooks.Counts()
		return counts[0].Told > 5 && counts[1].Failed > 5 && strings.Contains(log.String(), "source has ended")
	})
	said := map[string]string{}
	for _, page := range []string{"/metrics", "/readyz", "/api/points"} {
		_, said[page], _ = askAdmin(t, s, "GET", page)
	}
	said["status"] = ask(t, s, "GET", "/.caracal/status").body
	shutdown(t, s)
	mu.Lock()
	defer mu.Unlock()
	said["log"], said["hook"] = log.String(), posted.String()
	encoded := base64.StdEncoding.EncodeToString([]byte("ada:" + secret))
	for what, text := range said {
		if text == "" {
			t.Errorf("%s says nothing", what)
		}
		for _, form := range []string{secret, encoded} {
			if i := strings.Index(text, form); i >= 0 {
				t.Errorf("%s has %q in ...%s...", what, form, text[max(0, i-200):min(len(text), i+60)])
			}
		}
	}
}

func TestLogLevelWhileItRuns(t *testing.T) {
	log := &lockedBuffer{}
	s, err := New(testConfig(), oplog.New(log, "error", "json"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.log.Info("one")
	if err := s.SetLogLevel("info"); err != nil || s.LogLevel() != "info" {
		t.Fatal(err, s.LogLevel())
	}
	s.log.Info("two")
	if text := log.String(); strings.Contains(text, "one") || !strings.Contains(text, "two") || s.SetLogLevel("loud") == nil {
		t.Errorf("the log is %s", text)
	}
	if err := (&Server{operator: slog.New(slog.DiscardHandler)}).SetLogLevel("info"); err == nil {
		t.Error("a foreign logger takes a level")
	}
}
