package preview

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// clip is a feed of a file, or of one that never ends.
type clip struct {
	content []byte
	endless bool
	copied  chan error // the result of Copy
	closed  bool
}

func (c *clip) Copy(ctx context.Context, w io.Writer) error {
	_, err := w.Write(c.content)
	for err == nil && c.endless {
		<-ctx.Done()
		err = ctx.Err()
	}
	if c.copied != nil {
		c.copied <- err
	}
	return err
}

func (c *clip) Close() { c.closed = true }

func handler(t *testing.T, o Options) *Handler {
	t.Helper()
	if o.Admit == nil {
		o.Admit = func(http.ResponseWriter, *http.Request) error { return nil }
	}
	if o.Open == nil {
		o.Open = func(*http.Request, string, string) (Feed, error) {
			return nil, errors.New("nothing is published under this name")
		}
	}
	o.Log = slog.New(slog.DiscardHandler)
	return New(o)
}

func ask(h http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	r, w := httptest.NewRequest(method, path, nil), httptest.NewRecorder()
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	h.ServeHTTP(w, r)
	return w
}

func state(t *testing.T, h http.Handler) (s State) {
	t.Helper()
	if err := json.Unmarshal(ask(h, "GET", Prefix).Body.Bytes(), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// testPicture is some seconds of Windows Media.
func testPicture(t *testing.T) []byte {
	t.Helper()
	name := filepath.Join(t.TempDir(), "a.wmv")
	out, err := exec.Command("ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc=size=320x240:rate=15:duration=12", "-f", "lavfi", "-i", "sine=duration=12",
		"-c:v", "wmv2", "-c:a", "wmav2", "-f", "asf", name).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestWithoutFFmpegSaysSo(t *testing.T) {
	h := handler(t, Options{Max: 1, FFmpeg: filepath.Join(t.TempDir(), "none")})
	if s := state(t, h); s.Available || !strings.Contains(s.Reason, "FFmpeg") {
		t.Errorf("state %+v", s)
	}
	w := ask(h, "GET", "/preview/live")
	if w.Code != http.StatusNotImplemented || !strings.Contains(w.Header().Get("X-Reason"), "FFmpeg") {
		t.Errorf("%d, %q", w.Code, w.Header().Get("X-Reason"))
	}
}

func TestFFmpegWithoutEncodersIsToldApart(t *testing.T) {
	name := filepath.Join(t.TempDir(), "ffmpeg")
	if err := os.WriteFile(name, []byte("#!/bin/sh\necho ' V..... libvpx  VP8'\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if s := state(t, handler(t, Options{Max: 1, FFmpeg: name})); s.Available || !strings.Contains(s.Reason, "libopus") {
		t.Errorf("state %+v", s)
	}
}

func TestRefusals(t *testing.T) {
	denied := func(w http.ResponseWriter, _ *http.Request) error {
		w.WriteHeader(http.StatusUnauthorized)
		return errors.New("nobody")
	}
	for _, c := range []struct {
		about, method, path string
		options             Options
		header              []string
		want                int
	}{
		{"no such point", "GET", "/preview/none", Options{Max: 1}, nil, http.StatusNotFound},
		{"nobody", "GET", "/preview/none", Options{Max: 1, Admit: denied}, nil, http.StatusUnauthorized},
		{"switched off", "GET", "/preview/none", Options{}, nil, http.StatusNotImplemented},
		{"a write", "POST", "/preview/none", Options{Max: 1}, nil, http.StatusMethodNotAllowed},
		{"another site", "GET", "/preview/none", Options{Max: 1}, []string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
	} {
		if w := ask(handler(t, c.options), c.method, c.path, c.header...); w.Code != c.want {
			t.Errorf("%s: %d, want %d: %s", c.about, w.Code, c.want, w.Body)
		}
	}
}

func TestMakesWebM(t *testing.T) {
	c := &clip{content: testPicture(t)}
	var asked []string
	h := handler(t, Options{Max: 1, Open: func(_ *http.Request, point, item string) (Feed, error) {
		asked = append(asked, point, item)
		return c, nil
	}})
	w := ask(h, "GET", "/preview/a%2Fb?item=c.wmv")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "video/webm" {
		t.Fatalf("%d, %q: %s", w.Code, w.Header().Get("Content-Type"), w.Body)
	}
	if strings.Join(asked, " ") != "a/b c.wmv" || !c.closed {
		t.Errorf("asked for %q, closed: %t", asked, c.closed)
	}
	probe := exec.Command("ffprobe", "-loglevel", "error", "-show_entries", "stream=codec_name,width", "-of", "csv=p=0", "-")
	probe.Stdin = bytes.NewReader(w.Body.Bytes())
	out, err := probe.CombinedOutput()
	if err != nil || strings.Join(strings.Fields(string(out)), " ") != "vp8,320 opus" {
		t.Errorf("ffprobe: %v: %s", err, out)
	}
	if s := state(t, h); s.Running != 0 {
		t.Errorf("%d still run", s.Running)
	}
}

func TestOnlySoMany(t *testing.T) {
	c := &clip{content: testPicture(t), endless: true, copied: make(chan error, 1)}
	h := handler(t, Options{Max: 1, Open: func(*http.Request, string, string) (Feed, error) { return c, nil }})
	server := httptest.NewServer(h)
	defer server.Close()
	ctx, leave := context.WithCancel(t.Context())
	r, _ := http.NewRequestWithContext(ctx, "GET", server.URL+"/preview/live", nil)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if w := ask(h, "GET", "/preview/live"); w.Code != http.StatusServiceUnavailable {
		t.Errorf("one more: %d", w.Code)
	}
	leave() // FFmpeg ends with who watches
	if err := <-c.copied; err == nil {
		t.Error("the feed ended by itself")
	}
}

func TestWhatFFmpegCannotReadIsAMistake(t *testing.T) {
	h := handler(t, Options{Max: 1, Open: func(*http.Request, string, string) (Feed, error) {
		return &clip{content: []byte("no film")}, nil
	}})
	if w := ask(h, "GET", "/preview/live"); w.Code != http.StatusBadGateway || !strings.Contains(w.Body.String(), "log") {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
}
