package server

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/internal/forward"
	"caracal/internal/session"
)

// behind is a server that trusts this machine's proxies, or none.
func behind(t *testing.T, trusted ...string) *Server {
	t.Helper()
	cfg := testConfig(config.Point{Path: films(t, "film.wmv")})
	cfg.TrustedProxies = trusted
	s, _ := start(t, cfg)
	return s
}

// guard keeps addresses out.
func guard(t *testing.T, s *Server) {
	t.Helper()
	cfg := *s.cfg
	cfg.Access.Deny = []string{"203.0.113.0/24"}
	if err := s.access.Apply(&cfg); err != nil {
		t.Fatal(err)
	}
}

const (
	player   = "User-Agent: NSPlayer/9.0.0.2980 WMFSDK/9.0"
	describe = "Pragma: no-cache,rate=1.000,request-context=1"
)

// Logs and access rules are for the address that a trusted proxy says; nobody else's
// word counts.
func TestForwardedAddresses(t *testing.T) {
	trusting, strict := behind(t, "127.0.0.1", "10.0.0.0/8"), behind(t, "192.0.2.1")
	tests := []struct {
		header  string
		address string // with trust
		denied  bool
	}{
		{"X-Forwarded-For: 198.51.100.7", "198.51.100.7", false},
		{"X-Forwarded-For: 198.51.100.7, 203.0.113.9", "203.0.113.9", true},
		{"X-Forwarded-For: 203.0.113.9, 198.51.100.7", "198.51.100.7", false}, // made up by the client
		{"X-Forwarded-For: 198.51.100.7, 10.2.3.4", "198.51.100.7", false},
		{"Forwarded: for=203.0.113.9;proto=https", "203.0.113.9", true},
		{"X-Forwarded-For: nonsense", "127.0.0.1", false},
	}
	for _, tt := range tests {
		for _, s := range []*Server{trusting, strict} {
			address, denied := "127.0.0.1", false
			if s == trusting {
				address, denied = tt.address, tt.denied
			}
			if got := addressOf(t, s, player, describe, tt.header); got != address {
				t.Errorf("%s: a player is at %s, want %s", tt.header, got, address)
			}
			guard(t, s)
			if got := ask(t, s, "GET", "/film.wmv", tt.header).StatusCode == http.StatusForbidden; got != denied {
				t.Errorf("%s: denied: %t, want %t", tt.header, got, denied)
			}
			if err := s.access.Apply(s.cfg); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// addressOf is that of a player that asks, as its session has it.
func addressOf(t *testing.T, s *Server, header ...string) string {
	t.Helper()
	events := s.bus.Subscribe(100)
	ask(t, s, "GET", "/film.wmv", header...)
	events.Close()
	for r := range events.C() {
		if e, ok := r.Event.(event.Connected); ok {
			return e.Player.Address.Addr().String()
		}
	}
	return "nowhere"
}

// Who comes through a proxy is never on this machine, whatever the proxy says.
func TestForwardedIsNotLocal(t *testing.T) {
	s := behind(t, "127.0.0.1")
	for _, header := range [][]string{{"X-Forwarded-For", "127.0.0.1"}, {"Forwarded", "for=\"[::1]\""}, {"X-Forwarded-For", "nonsense"}} {
		if status, _, _ := askAdmin(t, s, "GET", "/api/server", header...); status != http.StatusForbidden {
			t.Errorf("%s: the API answers %d", header, status)
		}
		if status, _, _ := askAdmin(t, s, "GET", "/metrics", header...); status != http.StatusForbidden {
			t.Errorf("%s: /metrics answers %d", header, status)
		}
	}
	cfg := testConfig()
	cfg.TrustedProxies, cfg.Admin.Scrapers = []string{"127.0.0.1"}, []string{"198.51.100.7"}
	s, _ = start(t, cfg)
	for header, want := range map[string]int{"198.51.100.7": 200, "198.51.100.8": 403} {
		if status, _, _ := askAdmin(t, s, "GET", "/metrics", "X-Forwarded-For", header); status != want {
			t.Errorf("a scraper, %s: %d, want %d", header, status, want)
		}
	}
}

// The limit of one address is for each that a proxy names, not for the proxy.
func TestForwardedLimits(t *testing.T) {
	cfg := testConfig(config.Point{Path: films(t, "film.wmv")})
	cfg.TrustedProxies, cfg.Sessions.MaxPerAddress = []string{"127.0.0.1"}, 1
	cfg.HTTP.MaxConnectionsPerAddress, cfg.Limits.Address.ConnectionRate, cfg.Limits.Address.ConnectionBurst = 1, 0.01, 2
	s, _ := start(t, cfg)
	for i, tt := range []struct {
		from   string
		status int
	}{{"198.51.100.1", 200}, {"198.51.100.2", 200}, {"198.51.100.2", 503}, {"198.51.100.3", 200}} {
		guid := "Pragma: xClientGUID={3300AD50-2C39-46c0-AE0A-0000000000" + string(rune('0'+i)) + "0}"
		if a := ask(t, s, "GET", "/film.wmv", player, describe, guid, "X-Forwarded-For: "+tt.from); a.StatusCode != tt.status {
			t.Errorf("%d, %s: %d, want %d", i, tt.from, a.StatusCode, tt.status)
		}
	}
	n := map[string]int{}
	s.sessions.Each(func(ses *session.Session) { n[ses.Who().Address.Addr().String()]++ })
	if len(n) != 3 || n["127.0.0.1"] != 0 {
		t.Errorf("sessions are of %v", n)
	}
}

// A trusted proxy says whether who asks does so over TLS.
func TestForwardedScheme(t *testing.T) {
	tests := []struct {
		trusted string
		header  []string
		want    string
	}{
		{"127.0.0.1", []string{"X-Forwarded-For: 198.51.100.7", "X-Forwarded-Proto: https"}, "https://media.example/film.wmv"},
		{"127.0.0.1", []string{"Forwarded: for=198.51.100.7;proto=https"}, "https://media.example/film.wmv"},
		{"127.0.0.1", []string{"X-Forwarded-For: 198.51.100.7", "X-Forwarded-Proto: http"}, "http://media.example/film.wmv"},
		{"127.0.0.1", []string{"X-Forwarded-For: 198.51.100.7"}, "http://media.example/film.wmv"},
		{"192.0.2.1", []string{"X-Forwarded-For: 198.51.100.7", "X-Forwarded-Proto: https"}, "http://media.example/film.wmv"},
	}
	for _, tt := range tests {
		a := ask(t, behind(t, tt.trusted), "GET", "/film.wmv.m3u", append(tt.header, "Host: media.example", "User-Agent: Kodi/20")...)
		if !strings.Contains(a.body, "\n"+tt.want) {
			t.Errorf("%q: %s", tt.header, a.body)
		}
	}
	a := ask(t, behind(t, "127.0.0.1"), "GET", "/film.wmv.m3u", "X-Forwarded-For: 198.51.100.7", "X-Forwarded-Proto: https", "Host: {}", "User-Agent: Kodi/20")
	if !strings.Contains(a.body, "/film.wmv") && a.StatusCode != http.StatusBadRequest {
		t.Errorf("with a Host that is none: %d, %s", a.StatusCode, a.body)
	}
}

// What looks at a request's TLS, such as for the console's cookie, sees the client's.
func TestForwardedTLS(t *testing.T) {
	proxies := forward.Proxies{netip.MustParsePrefix("10.0.0.0/8")}
	tests := []struct {
		peer   string
		tls    bool // to the server
		scheme string
		want   bool
	}{
		{"10.0.0.1:9", false, "https", true}, {"10.0.0.1:9", true, "http", false}, {"10.0.0.1:9", true, "", true}, {"10.0.0.1:9", false, "", false},
		{"192.0.2.1:9", false, "https", false}, {"192.0.2.1:9", true, "http", true},
	}
	for _, tt := range tests {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr, r.TLS = tt.peer, nil
		if tt.tls {
			r.TLS = &tls.ConnectionState{}
		}
		r.Header.Set("X-Forwarded-For", "198.51.100.7")
		if tt.scheme != "" {
			r.Header.Set("X-Forwarded-Proto", tt.scheme)
		}
		seen := false
		behindProxies(proxies, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = isSecure(r) })).ServeHTTP(nil, r)
		if seen != tt.want {
			t.Errorf("%+v: over TLS: %t", tt, seen)
		}
	}
}
