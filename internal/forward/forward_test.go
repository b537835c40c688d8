package forward

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

var trusted = Proxies{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:f::/48")}

func TestOf(t *testing.T) {
	tests := []struct {
		name    string
		peer    string
		header  http.Header
		address string
		scheme  string
		proxied bool
	}{
		{"nobody", "192.0.2.1:9", nil, "192.0.2.1:9", "", false},
		{"a proxy itself", "10.0.0.1:9", nil, "10.0.0.1:9", "", false},
		{"spoofed", "192.0.2.1:9", http.Header{"X-Forwarded-For": {"127.0.0.1"}, "X-Forwarded-Proto": {"https"}}, "192.0.2.1:9", "", false},
		{"spoofed in Forwarded", "192.0.2.1:9", http.Header{"Forwarded": {"for=127.0.0.1;proto=https"}}, "192.0.2.1:9", "", false},
		{"one", "127.0.0.1:9", http.Header{"X-Forwarded-For": {"192.0.2.7"}, "X-Forwarded-Proto": {"https"}}, "192.0.2.7:0", "https", true},
		{"mapped peer", "[::ffff:127.0.0.1]:9", http.Header{"X-Forwarded-For": {"192.0.2.7:80"}}, "192.0.2.7:80", "", true},
		{"spoofed before the proxy", "10.0.0.1:9", http.Header{"X-Forwarded-For": {"127.0.0.1, 203.0.113.5, 192.0.2.7"}}, "192.0.2.7:0", "", true},
		{"in two fields", "10.0.0.1:9", http.Header{"X-Forwarded-For": {"203.0.113.5", "192.0.2.7,10.0.0.2"}}, "192.0.2.7:0", "", true},
		{"all trusted", "10.0.0.1:9", http.Header{"X-Forwarded-For": {"10.1.2.3, 10.0.0.2"}}, "10.1.2.3:0", "", true},
		{"IPv6", "[2001:db8:f::1]:9", http.Header{"X-Forwarded-For": {"2001:db8::7"}}, "[2001:db8::7]:0", "", true},
		{"unknown", "10.0.0.1:9", http.Header{"X-Forwarded-For": {"192.0.2.7, unknown"}}, "10.0.0.1:9", "", true},
		{"unknown behind a proxy", "10.0.0.1:9", http.Header{"X-Forwarded-For": {"junk, 10.0.0.2"}}, "10.0.0.2:0", "", true},
		{"empty", "10.0.0.1:9", http.Header{"X-Forwarded-For": {" , "}}, "10.0.0.1:9", "", false},
		{"Forwarded", "10.0.0.1:9", http.Header{"Forwarded": {`for=127.0.0.1;proto=http, For="[2001:db8::7]:4711" ; Proto=HTTPS;by=x`}}, "[2001:db8::7]:4711", "https", true},
		{"hidden", "10.0.0.1:9", http.Header{"Forwarded": {"for=_secret;proto=https"}}, "10.0.0.1:9", "", true},
		{"both", "10.0.0.1:9", http.Header{"Forwarded": {"for=127.0.0.1"}, "X-Forwarded-For": {"192.0.2.7"}}, "192.0.2.7:0", "", true},
		{"a strange scheme", "10.0.0.1:9", http.Header{"X-Forwarded-For": {"192.0.2.7"}, "X-Forwarded-Proto": {"javascript"}}, "192.0.2.7:0", "", true},
		{"two schemes", "10.0.0.1:9", http.Header{"X-Forwarded-For": {"192.0.2.7"}, "X-Forwarded-Proto": {"https, http"}}, "192.0.2.7:0", "https", true},
	}
	for _, tt := range tests {
		want := From{netip.MustParseAddrPort(tt.address), tt.scheme, tt.proxied}
		if got := trusted.Of(netip.MustParseAddrPort(tt.peer), tt.header); got != want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, want)
		}
		if got := Proxies(nil).Of(netip.MustParseAddrPort(tt.peer), tt.header); got.Proxied || got.Scheme != "" {
			t.Errorf("%s, with no trusted proxies: %+v", tt.name, got)
		}
	}
}

// Of a list that never ends no more is read than has a meaning.
func TestOfIsBounded(t *testing.T) {
	h := http.Header{"X-Forwarded-For": {"192.0.2.7, " + strings.Repeat("10.0.0.2,", 10*maxHops)}}
	got := trusted.Of(netip.MustParseAddrPort("10.0.0.1:9"), h)
	if got.Address != netip.MustParseAddrPort("10.0.0.2:0") {
		t.Errorf("%+v", got)
	}
	if n := len(last(h["X-Forwarded-For"])); n != maxHops {
		t.Errorf("%d hops", n)
	}
}

// Whatever the headers say, an address comes out: the peer's own, if that is no
// trusted proxy.
func FuzzOf(f *testing.F) {
	f.Add("127.0.0.1, 192.0.2.7:80", `for="[2001:db8::1]:1";proto=https, for=_x`, "https")
	f.Add(",,[::", `for=";;==,`, "")
	f.Add("fe80::1%eth0", "for=unknown", "http,https")
	f.Fuzz(func(t *testing.T, list, forwarded, proto string) {
		h := http.Header{"X-Forwarded-For": {list}, "Forwarded": {forwarded}, "X-Forwarded-Proto": {proto}}
		stranger, proxy := netip.MustParseAddrPort("192.0.2.1:9"), netip.MustParseAddrPort("10.0.0.1:9")
		if got := trusted.Of(stranger, h); got != (From{Address: stranger}) {
			t.Errorf("a stranger became %+v", got)
		}
		got := trusted.Of(proxy, h)
		if a := got.Address.Addr(); !a.IsValid() || a.Is4In6() || a.Zone() != "" {
			t.Errorf("%q, %q: %+v", list, forwarded, got)
		}
		if s := got.Scheme; s != "" && s != "http" && s != "https" {
			t.Errorf("scheme %q", s)
		}
	})
}
