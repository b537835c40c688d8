package server

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHosts(t *testing.T) {
	s, _ := start(t, testConfig())
	port := s.Addr().String()[strings.LastIndexByte(s.Addr().String(), ':'):]
	tests := []struct {
		name, public, address, host string
		want, printed               string
	}{
		{name: "as asked", host: "media:8080", want: "media:8080", printed: "127.0.0.1" + port},
		{name: "port 80 goes without saying", host: "media:80", want: "media", printed: "127.0.0.1" + port},
		{name: "address", host: "[::1]:99", want: "[::1]:99", printed: "127.0.0.1" + port},
		{name: "no Host header", want: "127.0.0.1" + port, printed: "127.0.0.1" + port},
		{name: "nonsense", host: "a b", want: "127.0.0.1" + port, printed: "127.0.0.1" + port},
		{name: "configured", public: "tv.example.org", host: "x", want: "tv.example.org" + port, printed: "tv.example.org" + port},
		{name: "with port", public: "tv.example.org:80", want: "tv.example.org", printed: "tv.example.org"},
		{name: "IPv6", public: "[2001:db8::1]", want: "[2001:db8::1]" + port, printed: "[2001:db8::1]" + port},
		{name: "listening name", address: "localhost:0", host: "x", want: "x", printed: "localhost" + port},
	}
	for _, tt := range tests {
		s.config().HTTP.PublicHost = tt.public
		s.cfg.HTTP.Address = "127.0.0.1:0"
		if tt.address != "" {
			s.cfg.HTTP.Address = tt.address
		}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = tt.host
		if got := s.hostFor(r); got != tt.want {
			t.Errorf("%s: for the request %q, want %q", tt.name, got, tt.want)
		}
		if got := s.PublicHost(); got != tt.printed {
			t.Errorf("%s: printed %q, want %q", tt.name, got, tt.printed)
		}
	}
}

func TestAnyAddressIsPrintedAsOneOfThisMachine(t *testing.T) {
	cfg := testConfig()
	cfg.HTTP.Address = ":0"
	s, _ := start(t, cfg)
	if h := s.PublicHost(); strings.Contains(h, "[::]") || strings.HasPrefix(h, "0.0.0.0") || strings.HasPrefix(h, ":") {
		t.Errorf("%q cannot be pasted", h)
	}
}

// mms:// means port 1755; another one has to be said.
func TestMMSLinks(t *testing.T) {
	cfg := testConfig()
	cfg.MMS.Address = "127.0.0.1:0"
	s, _ := start(t, cfg)
	_, port, _ := strings.Cut(s.MMSAddr().String(), ":")
	for host, want := range map[string]string{"127.0.0.1:8080": "127.0.0.1", "192.0.2.9": "127.0.0.1", "media:80": "media"} {
		if got, want := s.LinksOf(host, "a b.wmv").MMS, "mms://"+want+":"+port+"/a%20b.wmv"; got != want {
			t.Errorf("on %s: %s, want %s", host, got, want)
		}
	}
	for host, want := range map[string]string{"media:8080": "media", "[::1]:8080": "[::1]", "[::1]": "[::1]"} {
		if got := withPortOf(host, &net.TCPAddr{Port: 1755}, "1755"); got != want {
			t.Errorf("on %s: %s, want %s", host, got, want)
		}
	}
}

// An RTSP listener of one address is announced with that one.
func TestRTSPLinks(t *testing.T) {
	s, _ := start(t, testConfig()) // RTSP on 127.0.0.1
	_, port, _ := strings.Cut(s.RTSPAddr().String(), ":")
	for _, tt := range []struct{ public, host, want string }{
		{"", "127.0.0.1:8080", "127.0.0.1:"},
		{"", "192.0.2.9:8080", "127.0.0.1:"},
		{"", "[2001:db8::1]:8080", "127.0.0.1:"},
		{"", "media:8080", "media:"},
		{"192.0.2.9", "192.0.2.9:8080", "192.0.2.9:"},
	} {
		s.config().HTTP.PublicHost = tt.public
		if got, want := s.LinksOf(tt.host, "film.wmv").RTSP, "rtsp://"+tt.want+port+"/film.wmv"; got != want {
			t.Errorf("on %s: %s, want %s", tt.host, got, want)
		}
	}
}
