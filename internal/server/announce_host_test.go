package server

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"caracal/internal/announce"
)

// Whatever a client calls the host, an announcement holds a host that is one, or the
// address that was reached.
func TestHostileHosts(t *testing.T) {
	s := announcing(t)
	own := s.PublicHost()
	for host, want := range map[string]string{
		"media.example.org": "media.example.org", "media.example.org:8081": "media.example.org:8081", "media:80": "media",
		"192.0.2.7:99": "192.0.2.7:99", "[2001:db8::1]": "[2001:db8::1]", "[2001:db8::1]:8081": "[2001:db8::1]:8081", "[::ffff:192.0.2.7]:1": "[::ffff:192.0.2.7]:1",
		"": own, `a"><script>`: own, "a b": own, "a&b": own, "a/b": own, "a@b": own, "user:pw@host": own, "a?b": own, "a#b": own, `a\b`: own, "a%0d%0ab": own,
		"a\r\nb": own, "h\u00f6st": own, "host:": own, "host:0": own, "host:65536": own, "host:1x": own, "host:1:2": own, ":80": own,
		"[::1": own, "[]": own, "[:::]": own, "[1.2.3]:80": own, "[::1%25eth0]": own, "2001:db8::1": own, strings.Repeat("a", 256): own,
	} {
		for _, target := range []string{"/film.asx", "/film.wpl", "/film.m3u", "/film.pls", "/film.asx?form=reference", "/film.htm", "/.asx"} {
			for _, id := range []string{"mac", "xbox", "vlc", "other"} {
				r := httptest.NewRequest(http.MethodGet, target, nil)
				q := r.URL.Query()
				q.Set("player", id)
				r.URL.RawQuery = q.Encode()
				r.Host = host
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r)
				body := w.Body.String()
				if w.Code != http.StatusOK || !strings.Contains(body, "//"+want+"/") {
					t.Fatalf("%q: %s is answered %d without //%s/:\n%s", host, target, w.Code, want, body)
				}
				if want == own && len(host) > 4 && strings.Contains(body, host) {
					t.Errorf("%q is in %s:\n%s", host, target, body)
				}
			}
		}
	}
}

// Names in any letters come out as URLs that all players read, and as they are where
// they are texts; none ends what it stands in.
func TestNamesInAnnouncements(t *testing.T) {
	s := announcing(t)
	for _, name := range []string{"a b & c.wmv", "grün – €.wmv", "日本.wmv", "50%.wmv", "a+b;c=d.wmv", "it's (1) [2].wmv", `"q".wmv`, "<x>.wmv"} {
		w := s.ways("media.example.org", name)
		for _, p := range announce.Players() {
			for _, e := range p.Choose(w, name) {
				u := e.URL(name)
				for i := 0; i < len(u); i++ {
					if c := u[i]; c <= ' ' || c >= 0x7F || strings.IndexByte(`&"'<>+;()[]`, c) >= 0 {
						t.Errorf("%s, %s: %q in %s", name, p.ID, c, u)
					}
				}
			}
		}
	}
}
