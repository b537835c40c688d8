package server

import (
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"caracal/internal/auth"
	"caracal/internal/config"
	"caracal/internal/oplog"
)

// What this server logs in with at others is in nothing that it says, right or wrong, and
// a server that it is sent on to gets nothing of it.
func TestCredentialsDoNotLeak(t *testing.T) {
	const secret = "s3cret&leak"
	origin := club(t, auth.Basic, auth.Digest, auth.NTLM)
	var mu sync.Mutex
	var elsewhere, posted strings.Builder
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		elsewhere.WriteString(r.RequestURI + " " + r.Header.Get("Authorization") + "\n")
		w.Header().Set("WWW-Authenticate", `Basic realm="fish"`)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer other.Close()
	away := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.Replace(other.URL, "127.0.0.1", "localhost", 1)+"/fish", http.StatusFound)
	}))
	defer away.Close()
	hooked := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		posted.Write(b)
	}))
	defer hooked.Close()

	who := url.UserPassword("mufasa", secret).String() + "@"
	var points []config.Point
	for name, u := range map[string]string{
		"right": "http://" + origin.Addr().String(), "wrong": "http://" + who + origin.Addr().String(),
		"rtsp": "rtsp://" + who + origin.RTSPAddr().String(), "mms": "mmst://" + who + origin.MMSAddr().String(),
		"away": "http://" + who + strings.TrimPrefix(away.URL, "http://"), "home": away.URL,
	} {
		pull := config.DefaultBroadcast()
		pull.Source = "pull:" + u + "/club/film.wmv"
		points = append(points, config.Point{Name: name, Broadcast: pull})
	}
	proxy := config.DefaultProxy()
	proxy.Origin = "http://" + who + origin.Addr().String() + "/club"
	cfg := testConfig(append(points, config.Point{Name: "edge", Proxy: proxy, Broadcast: config.DefaultBroadcast()})...)
	hook := testHook("all")
	hook.URL = hooked.URL
	cfg.Hooks = []config.Hook{hook}
	cfg.Credentials = []config.Credential{{Origin: "127.0.0.1", User: "mufasa", Password: clubPassword}}
	log := &lockedBuffer{}
	s, err := New(cfg, oplog.New(log, "debug", "text"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	ask(t, s, "GET", "/edge/film.wmv", "User-Agent: "+streamer)
	until(t, func() bool {
		mu.Lock()
		defer mu.Unlock()
		return strings.Count(log.String(), "the user or the password is wrong") >= 3 && strings.Count(elsewhere.String(), "/fish") >= 2
	})
	said := map[string]string{}
	for _, page := range []string{"/metrics", "/readyz", "/api/points", "/api/configuration"} {
		_, said[page], _ = askAdmin(t, s, "GET", page)
	}
	said["status"] = ask(t, s, "GET", "/.caracal/status").body
	shutdown(t, s)
	mu.Lock()
	defer mu.Unlock()
	said["log"], said["hook"], said["the other server"] = log.String(), posted.String(), elsewhere.String()
	if strings.Contains(elsewhere.String(), "Basic") {
		t.Errorf("another server is told %s", elsewhere.String())
	}
	for _, password := range []string{secret, clubPassword} {
		for _, form := range []string{password, url.QueryEscape(password), url.PathEscape(password), url.UserPassword("", password).String(),
			base64.StdEncoding.EncodeToString([]byte("mufasa:" + password))} {
			for what, text := range said {
				if i := strings.Index(text, form); i >= 0 || text == "" {
					t.Errorf("%s has %q in ...%s...", what, form, text[max(0, i-200):min(len(text), max(i, 0)+60)])
				}
			}
		}
	}
}
