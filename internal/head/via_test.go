package head

import (
	"strings"
	"testing"
)

func TestParseVia(t *testing.T) {
	tests := []struct{ in, want string }{
		{"HTTP/1.1 WMCacheProxy (WMCacheProxy/9.0.0.3177)", "HTTP/1.1 WMCacheProxy (WMCacheProxy/9.0.0.3177)"}, // [MS-WMSP] 4.12.1.3
		{"1.0 fred, 1.1 nowhere.com (Apache/1.1)", "1.0 fred, 1.1 nowhere.com (Apache/1.1)"},                   // RFC 2616 14.45
		{"1.1 a (x, (y), z) ,RTSP/1.0  b:554", "1.1 a (x, (y), z), RTSP/1.0 b:554"},
		{" , 1.1, (1.1 x), 1.1 c d", "1.1 c"},
		{"1.1 a (open, 1.1 b", "1.1 a"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := JoinVia(ParseVia(tt.in)); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.in, got, tt.want)
		}
	}
	if n := len(ParseVia(strings.Repeat("1.1 a,", 100), "1.1 b")); n != MaxHops {
		t.Errorf("%d hops", n)
	}
	if hops := ParseVia("1.0 a, HTTP/1.0 b, HTTP/1.1 c"); !hops[0].HTTP10() || !hops[1].HTTP10() || hops[2].HTTP10() {
		t.Errorf("%v", hops)
	}
}

func FuzzParseVia(f *testing.F) {
	f.Add("1.1 a (x, (y)), RTSP/1.0 b")
	f.Fuzz(func(t *testing.T, s string) {
		once := JoinVia(ParseVia(s))
		if again := JoinVia(ParseVia(once)); again != once {
			t.Fatalf("%q became %q", once, again)
		}
	})
}
