package pull

import (
	"testing"
	"time"
)

func TestProxySays(t *testing.T) {
	const agent = "WMCacheProxy/9.0.0.3177"
	tests := []struct {
		p        Proxy
		via      string
		forwards string
	}{
		{Proxy{}, "HTTP/1.1 WMCacheProxy (WMCacheProxy/9.0.0.3177)", "9"}, // [MS-WMSP] 4.12.1.3
		{Proxy{Name: "edge", Via: []string{"RTSP/1.0 a, RTSP/1.0 b (c)"}, MaxForwards: 3},
			"RTSP/1.0 a, RTSP/1.0 b (c), HTTP/1.1 edge (WMCacheProxy/9.0.0.3177)", "2"},
		{Proxy{Name: "edge", MaxForwards: 1}, "HTTP/1.1 edge (WMCacheProxy/9.0.0.3177)", "0"},
		{Proxy{Name: "edge", MaxForwards: 1 << 40}, "HTTP/1.1 edge (WMCacheProxy/9.0.0.3177)", "9"},
	}
	for _, tt := range tests {
		if got := tt.p.Hops("HTTP/1.1", agent); got != tt.via || tt.p.Forwards() != tt.forwards {
			t.Errorf("%+v: %s, Max-Forwards %s", tt.p, got, tt.p.Forwards())
		}
	}
}

func TestContentInfoSame(t *testing.T) {
	tests := []struct {
		now, then ContentInfo
		want      bool
	}{
		{ContentInfo{ETag: `"1"`, LastModified: "x"}, ContentInfo{ETag: `"1"`, LastModified: "y"}, true},
		{ContentInfo{ETag: `"1"`, LastModified: "x"}, ContentInfo{ETag: `"2"`, LastModified: "x"}, false},
		{ContentInfo{ETag: `"1"`, LastModified: "x"}, ContentInfo{LastModified: "x"}, false},
		{ContentInfo{LastModified: "x"}, ContentInfo{LastModified: "x"}, true},
		{ContentInfo{}, ContentInfo{}, false},
	}
	for _, tt := range tests {
		if got := tt.now.Same(tt.then); got != tt.want {
			t.Errorf("%+v, then %+v: %t", tt.now, tt.then, got)
		}
	}
	i := ContentInfo{LastModified: "Fri, 30 Jun 2000 09:37:24 GMT"}
	if want := time.Date(2000, 6, 30, 9, 37, 24, 0, time.UTC); !i.Modified().Equal(want) {
		t.Errorf("%v, want %v", i.Modified(), want)
	}
	if m := (ContentInfo{LastModified: "yesterday"}).Modified(); !m.IsZero() {
		t.Errorf("%v", m)
	}
}
