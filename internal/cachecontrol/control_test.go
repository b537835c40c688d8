package cachecontrol

import (
	"strings"
	"testing"
	"time"
)

// The examples of the specifications, as they are written there on one line.
const (
	example1 = `no-cache, x-wms-content-size=638066, x-wms-event-subscription="remote-log"` // [MS-WMSP] 2.2.1.1, [MS-RTSP] 2.2.6.2
	example2 = `no-cache, max-age=86399, x-wms-stream-type="playlist", user-public, must-revalidate, proxy-public, proxy-revalidate`
	example3 = `no-cache, x-wms-content-size=2139795, max-age=86399, user-public, must-revalidate, proxy-public, proxy-revalidate`
)

// What a proxy learns from a header, and how it hands the header on.
func TestControl(t *testing.T) {
	const day = 86399 * time.Second
	tests := []struct {
		parse      func(...string) Control
		in         string
		store      bool
		revalidate bool
		lifetime   time.Duration
		http, rtsp string
	}{
		{ParseHTTP, example1, false, false, 0, example1, example1},
		{ParseHTTP, example2, true, true, day, example2,
			`max-age=86399, x-wms-stream-type="playlist", must-revalidate, proxy-revalidate`},
		{ParseHTTP, example3, true, true, day, example3,
			"x-wms-content-size=2139795, max-age=86399, must-revalidate, proxy-revalidate"},
		{ParseRTSP, example1, false, false, 0, example1, example1},
		{ParseRTSP, "no-cache", false, false, 0, "no-cache", "no-cache"},
		{ParseRTSP, "", false, false, 0, "no-cache", "no-cache"},
		{ParseHTTP, "no-cache", false, false, 0, "no-cache", "no-cache"},
		{ParseHTTP, "no-cache, public", true, false, 0, "no-cache, public", "public"},
		{ParseRTSP, "no-cache, public", false, false, 0, "no-cache", "no-cache"},
		{ParseRTSP, "public", true, false, 0, "no-cache, public", "public"},
		{ParseHTTP, "no-cache, public, private", false, false, 0, "no-cache, private, public", "private, no-cache"},
		{ParseHTTP, "no-cache, private, proxy-public", true, false, 0, "no-cache, private, proxy-public", "no-user-cache, proxy-revalidate"},
		{ParseHTTP, "no-cache, private, user-public", false, false, 0, "no-cache, private, user-public", "private, must-revalidate"},
		{ParseHTTP, "no-cache, no-store, proxy-public", false, false, 0, "no-cache, no-store, proxy-public", "no-store, no-user-cache, proxy-revalidate"},
		{ParseHTTP, "no-cache, proxy-public, must-revalidate", true, true, 0, "no-cache, must-revalidate, proxy-public, proxy-revalidate",
			"no-user-cache, proxy-revalidate"},
		{ParseHTTP, "no-cache, proxy-revalidate", false, true, 0, "no-cache, proxy-revalidate", "no-cache"},
		{ParseRTSP, "must-revalidate", false, false, 0, "no-cache, user-public, must-revalidate", "private, must-revalidate"},
		{ParseRTSP, "public, must-revalidate", true, false, 0, "no-cache, public, user-public, must-revalidate", "public, must-revalidate"},
		{ParseRTSP, "proxy-revalidate", true, true, 0, "no-cache, proxy-public, proxy-revalidate", "no-user-cache, proxy-revalidate"},
		{ParseRTSP, "private, proxy-revalidate", false, true, 0, "no-cache, private, proxy-revalidate", "private, no-cache"},
		{ParseRTSP, "public, no-user-cache", true, false, 0, "no-cache, proxy-public", "no-user-cache, public"},
		{ParseRTSP, "proxy-public", false, false, 0, "no-cache", "no-cache"}, // no word of RTSP
		{ParseHTTP, "NO-CACHE,max-age=0 , Proxy-Public", true, false, 0, "no-cache, max-age=0, proxy-public",
			"max-age=0, no-user-cache, proxy-revalidate"},
	}
	for _, tt := range tests {
		c := tt.parse(tt.in)
		age, has := c.Lifetime()
		if c.MayStore() != tt.store || c.MustRevalidate() != tt.revalidate || age != tt.lifetime || has != strings.Contains(tt.in, "max-age") {
			t.Errorf("%q: store %t, revalidate %t, %v", tt.in, c.MayStore(), c.MustRevalidate(), age)
		}
		if got := c.HTTP(); got != tt.http && !sameItems(got, tt.http) {
			t.Errorf("%q over HTTP:\n%s, want\n%s", tt.in, got, tt.http)
		}
		if got := c.RTSP(); got != tt.rtsp && !sameItems(got, tt.rtsp) {
			t.Errorf("%q over RTSP:\n%s, want\n%s", tt.in, got, tt.rtsp)
		}
	}
	for _, example := range []string{example1, example2, example3} {
		if got := ParseHTTP(example).HTTP(); got != example {
			t.Errorf("%s, want\n%s", got, example)
		}
	}
}

func sameItems(a, b string) bool { return Parse(a).String() == Parse(b).String() }

// What a server says by itself is understood by proxies of both protocols.
func TestDefaults(t *testing.T) {
	for name, again := range map[string]func(Control) Control{
		"HTTP": func(c Control) Control { return ParseHTTP(c.HTTP()) },
		"RTSP": func(c Control) Control { return ParseRTSP(c.RTSP()) },
	} {
		film, live := again(OnDemand(1000)), again(Broadcast())
		if !film.MayStore() || film.MaySplit() || film.Broadcast() || film.ContentSize != 1000 || !film.Subscribes("Remote-Log") {
			t.Errorf("%s, a film: %v", name, film)
		}
		if live.MayStore() || !live.MaySplit() || !live.Broadcast() || live.Playlist() || live.Subscribes(RemoteOpen) {
			t.Errorf("%s, a broadcast: %v", name, live)
		}
	}
}

// A playlist is not kept, over either protocol, and says what it is.
func TestPlaylistIsNotKept(t *testing.T) {
	c := OnDemand(1000).ForCaches().ForPlaylist()
	for _, c := range []Control{c, ParseHTTP(c.HTTP()), ParseRTSP(c.RTSP())} {
		if c.MayStore() || c.MaySplit() || !c.Playlist() || c.ContentSize != 0 || !c.Subscribes(RemoteClose) {
			t.Errorf("%v", c)
		}
	}
}

func TestParseIsBounded(t *testing.T) {
	c := Parse(`x-wms-stream-type="`+strings.Repeat("broadcast,", 1000)+`", max-age="99999999999"`,
		`x-wms-event-subscription="remote-log, a"b, "`+strings.Repeat("x", 100)+`"`, "max-age=-1, x-wms-content-size=x", `private="Set-Cookie"`)
	if len(c.StreamTypes) != MaxValues || c.MaxAge != 1<<32-1 || c.ContentSize != 0 || !c.Has(Private) {
		t.Errorf("%d types, %v", len(c.StreamTypes), c)
	}
	if c := Parse(`x-wms-event-subscription="` + strings.Repeat("x", 100) + "\x01,remote-open" + `"`); len(c.Events) != 1 || !c.Subscribes(RemoteOpen) {
		t.Errorf("%q", c.Events)
	}
}

func FuzzControl(f *testing.F) {
	for _, s := range []string{example1, example2, example3, `public, x-wms-proxy-split, max-age=0,x-wms-stream-type="broadcast, playlist"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c := Parse(s)
		if again := Parse(c.String()); again.String() != c.String() {
			t.Fatalf("%q became %q", c, again)
		}
		for _, c := range []Control{ParseHTTP(s), ParseRTSP(s)} {
			rtsp, http := ParseRTSP(c.RTSP()), ParseHTTP(c.HTTP())
			if rtsp.MayStore() != c.MayStore() || http.MayStore() != c.MayStore() {
				t.Fatalf("%q: over RTSP %q, over HTTP %q", c, c.RTSP(), c.HTTP())
			}
			if rtsp.MaySplit() != c.MaySplit() || http.MaySplit() != c.MaySplit() {
				t.Fatalf("%q: split", c)
			}
		}
	})
}
