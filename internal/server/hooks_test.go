package server

import (
	"encoding/json"
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
