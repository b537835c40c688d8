package server

import (
	"io"
	"net/http"
	"path/filepath"
	"testing"

	"caracal/internal/config"
	"caracal/internal/session"
	"caracal/web/preview"
)

// A page without a session gets the console, so that it can log in, and no preview.
func TestPreviewWantsASession(t *testing.T) {
	w, _ := consoleServer(t)
	s := w.Server
	for _, c := range []struct {
		path string
		want int
	}{{"/", http.StatusOK}, {preview.Prefix, http.StatusUnauthorized}, {preview.Prefix + "films?item=one.wmv", http.StatusUnauthorized}} {
		if status, body, _ := askAdmin(t, s, "GET", c.path, "Sec-Fetch-Site", "same-origin"); status != c.want {
			t.Errorf("%s: %d, want %d: %s", c.path, status, c.want, body)
		}
	}
}

func TestConsoleCanBeSwitchedOff(t *testing.T) {
	cfg := testConfig()
	cfg.Console.Enabled = false
	s, _ := start(t, cfg)
	for _, path := range []string{"/", "/app.js", preview.Prefix} {
		if status, _, _ := askAdmin(t, s, "GET", path); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
}

// A preview is a player: it is seen, and ends when it is told to.
func TestPreviewIsAPlayer(t *testing.T) {
	dir := films(t, "one.wmv")
	s, _ := start(t, testConfig(config.Point{Name: "films", Path: filepath.Clean(dir)}))
	resp, err := http.Get("http://" + s.AdminAddr().String() + preview.Prefix + "films?item=one.wmv")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if kind := resp.Header.Get("Content-Type"); resp.StatusCode != http.StatusOK || kind != "video/webm" {
		t.Fatalf("%d, %q", resp.StatusCode, kind)
	}
	if _, err := io.ReadFull(resp.Body, make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	all := s.sessions.All()
	if len(all) != 1 || all[0].Player.Protocol != previewProtocol || all[0].Player.Target != "/films/one.wmv" {
		t.Fatalf("sessions: %+v", all)
	}
	all[0].End(session.ErrEnded)
	io.Copy(io.Discard, resp.Body)
	if left := len(s.sessions.All()); left != 0 {
		t.Errorf("%d sessions are left", left)
	}
	if status, _, h := askAdmin(t, s, "HEAD", preview.Prefix+"none"); status != http.StatusNotFound || h.Get("X-Reason") == "" {
		t.Errorf("of nothing: %d, %q", status, h.Get("X-Reason"))
	}
}
