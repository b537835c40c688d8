package server

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"caracal/internal/config"
	"caracal/internal/sample"
)

// patience bounds what must happen at once, on a machine of any speed.
const patience = 30 * time.Second

// lockedBuffer is a log that a test reads while the server writes.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func testConfig(points ...config.Point) *config.Config {
	cfg := config.Default()
	cfg.HTTP.Address = "127.0.0.1:0"
	cfg.RTSP = config.RTSP{Address: "127.0.0.1:0"}
	cfg.MMS = config.MMS{Address: config.Off}
	cfg.Admin.Address = "127.0.0.1:0"
	cfg.Points = points
	for i := range points {
		points[i].OnDemand = cfg.OnDemand
	}
	return cfg
}

// start runs a server until the test ends.
func start(t *testing.T, cfg *config.Config) (*Server, *lockedBuffer) {
	t.Helper()
	log := &lockedBuffer{}
	s, err := New(cfg, slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		s.Close()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !s.draining.Load() {
			shutdown(t, s)
		}
	})
	return s, log
}

func shutdown(t *testing.T, s *Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		t.Errorf("shutdown: %v", err)
	}
	if err := s.Wait(); err != nil {
		t.Errorf("wait: %v", err)
	}
}

// films makes a folder of files that hold the sample, and others as named.
func films(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, n := range names {
		file := filepath.Join(dir, filepath.FromSlash(n))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, sample.Welcome, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// answer is a response with all of its body.
type answer struct {
	*http.Response
	body string
}

// ask sends a request as it stands: nothing between the test and the wire
// cleans the target.
func ask(t *testing.T, s *Server, method, target string, header ...string) answer {
	t.Helper()
	host := "Host: " + s.Addr().String()
	for _, h := range header {
		if len(h) > 5 && h[:5] == "Host:" {
			host = ""
		}
	}
	return askRaw(t, s, method, target, "HTTP/1.1", append(header, host)...)
}

func askRaw(t *testing.T, s *Server, method, target, version string, header ...string) answer {
	t.Helper()
	c, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(patience))
	text := fmt.Sprintf("%s %s %s\r\nConnection: close\r\n", method, target, version)
	for _, h := range header {
		if h != "" {
			text += h + "\r\n"
		}
	}
	if _, err := io.WriteString(c, text+"\r\n"); err != nil {
		t.Fatal(err)
	}
	r, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: method})
	if err != nil {
		t.Fatalf("%s %s: %v", method, target, err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, target, err)
	}
	return answer{r, string(body)}
}
