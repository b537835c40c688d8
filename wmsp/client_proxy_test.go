package wmsp

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"caracal/internal/head"
	"caracal/internal/pull"
	"caracal/internal/remote"
)

// infoExample is the answer of [MS-WMSP] 4.12.1.3, folded as it is there.
const infoExample = "HTTP/1.1 200 OK\r\n" +
	"Server: Cougar/9.00.00.3178\r\n" +
	"Date: Wed, 31 Jul 2002 00:13:03 GMT\r\n" +
	"Pragma: no-cache, xResetStrm=1, timeout=60000\r\n" +
	"Cache-Control: no-cache, x-wms-content-size=2139795, max-age=86399,\r\n" +
	" user-public, must-revalidate, proxy-public,\r\n" +
	" proxy-revalidate\r\n" +
	"Last-Modified: Fri, 30 Jun 2000 09:37:24 GMT\r\n" +
	"Etag: \"2139795\"\r\n" +
	"Supported: com.microsoft.wm.srvppair, com.microsoft.wm.sswitch,\r\n" +
	" com.microsoft.wm.predstrm, com.microsoft.wm.fastcache\r\n" +
	"Content-Length: 0\r\n\r\n"

// A cache asks as the one of [MS-WMSP] 4.12.1.3 does, and understands the answer.
func TestClientContentInfo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got *Request
		s := newFakeServer(t, func(_ int, r *Request, body []byte) []byte {
			got = r
			if string(body) != "\x00" {
				t.Errorf("body %q", body)
			}
			return []byte(infoExample)
		})
		c := Client{
			Dial: s.dial, Agent: "WMCacheProxy/9.0.0.3177", Schemes: "Negotiate, NTLM, Digest",
			Proxy: &pull.Proxy{ClientVerb: "DESCRIBE", ClientAgent: "WMPlayer/9.0"},
		}
		info, err := c.ContentInfo(t.Context(), "http://server/welcome2.asf?WMCache=0")
		if err != nil {
			t.Fatal(err)
		}
		age, _ := info.Control.Lifetime()
		if !info.Control.MayStore() || !info.Control.MustRevalidate() || age.Seconds() != 86399 || info.Control.ContentSize != 2139795 ||
			info.ETag != `"2139795"` || info.Modified().Year() != 2000 || info.Server != "Cougar/9.00.00.3178" {
			t.Errorf("%+v", info)
		}
		if got.Kind != GetContentInfo || got.Target != "/welcome2.asf?WMCache=0" || !got.HTTP11() || got.Pragma.Has(TokenProxyClientAgent) {
			t.Errorf("%v of %s", got.Kind, got.Target)
		}
		for name, want := range map[string]string{
			"User-Agent": "WMCacheProxy/9.0.0.3177", "Via": "HTTP/1.1 WMCacheProxy (WMCacheProxy/9.0.0.3177)", "Max-Forwards": "9",
			"X-Accept-Authentication": "Negotiate, NTLM, Digest", "X-Accept-Proxy-Authentication": "Negotiate, NTLM, Digest",
			"Content-Type": "application/x-wms-getcontentinfo", "X-Proxy-Client-Verb": "DESCRIBE", "Content-Length": "1",
		} {
			if value := got.Header.Get(name); value != want {
				t.Errorf("%s: %s, want %s", name, value, want)
			}
		}
		if got.Pragma.ClientGUID != "{00000000-0000-0000-0000-000000000000}" {
			t.Errorf("xClientGUID=%s", got.Pragma.ClientGUID)
		}
	})
}

// Servers from before the caches are asked as a server, with Describe, [MS-WMSP]
// 3.1.5.4.
func TestClientProxyOfAnOldServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		header := AppendHeader(nil, 0, testHeader())
		var agents []string
		s := newFakeServer(t, func(_ int, r *Request, _ []byte) []byte {
			agents = append(agents, r.Agent.Raw)
			if r.Agent.Is(pull.ProxyToken) {
				return []byte("HTTP/1.0 400 Bad Request\r\nServer: Cougar 4.1.0.3921\r\nContent-Length: 0\r\n\r\n")
			}
			return []byte("HTTP/1.0 200 OK\r\nServer: Cougar 4.1.0.3921\r\n\r\n" + string(header) + hangUp)
		})
		c := Client{Dial: s.dial, Proxy: &pull.Proxy{}}
		info, err := c.ContentInfo(t.Context(), "http://server/a")
		if err != nil || info.Control.MayStore() {
			t.Fatalf("%+v, %v", info, err)
		}
		if want := []string{pull.ProxyAgent, "NSServer/9.6.7600.16564; via WMCacheProxy"}; !slices.Equal(agents, want) {
			t.Errorf("%q, want %q", agents, want)
		}
		if got := s.order(); got != "[1 GetContentInfo 2 Describe]" {
			t.Error(got)
		}
	})
}

// A 305 names a proxy, which is asked for the same URL; a second one is too many.
func TestClientUsesAProxy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		header := AppendHeader(nil, 0, testHeader())
		again := false
		var targets []string
		s := newFakeServer(t, func(n int, r *Request, _ []byte) []byte {
			targets = append(targets, r.Target)
			if n == 1 || again {
				return []byte("HTTP/1.1 305 Use Proxy\r\nServer: Cougar/9.6\r\nLocation: http://server:8080/\r\nContent-Length: 0\r\n\r\n")
			}
			return ok(0, "", header)
		})
		var addresses []string
		c := Client{Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			addresses = append(addresses, address)
			return s.dial(ctx, network, "server:80")
		}}
		d, err := c.Describe(t.Context(), "mms://server/a?b")
		if err != nil {
			t.Fatal(err)
		}
		d.Close()
		if got := strings.Join(append(addresses, targets...), " "); got != "server:80 server:8080 /a?b http://server/a?b" || d.URL != "mms://server/a?b" {
			t.Errorf("%s, described as %s", got, d.URL)
		}
		again = true
		var refused *StatusError
		if _, err := c.Describe(t.Context(), "http://server/a"); !errors.As(err, &refused) || len(addresses) != 4 {
			t.Errorf("%v after %s", err, addresses)
		}
	})
}

// What a proxy of HTTP 1.0 has let through is not asked for pipelined mode.
func TestClientNotPipelinedThroughOldProxies(t *testing.T) {
	for via, want := range map[string]bool{"1.0 old": true, "1.1 new, HTTP/1.0 old": true, "1.1 new": false, "": false} {
		r := NewResponse(1, 200)
		r.Add("Via", via)
		if got := throughHTTP10(r); got != want {
			t.Errorf("%q: %t", via, got)
		}
	}
}

// Every request of a proxy says through whom and for whom it is.
func TestClientProxyFields(t *testing.T) {
	c := Client{Proxy: &pull.Proxy{
		Name: "edge", Via: []string{"RTSP/1.0 player-side"}, ClientAgent: "Odd \"agent\"\r\nX: y", ClientVerb: "SET UP", MaxForwards: 2,
	}}
	u, err := clientURLs.Parse("http://server/a")
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := ParseRequest(newClientSession(&c, u).append(nil, eventRequest(1, &remote.Event{Type: remote.Open}), clientProof{}))
	if err != nil {
		t.Fatal(err)
	}
	if via := head.ParseVia(r.Header.Values("Via")...); len(via) != 2 || via[1].By != "edge" {
		t.Errorf("Via: %v", via)
	}
	if r.Pragma.ProxyClientAgent != "Odd" || r.Header.Has("X-Proxy-Client-Verb") || r.Header.Get("Max-Forwards") != "1" || r.Header.Has("X") {
		t.Errorf("%q of %v", r.Pragma.ProxyClientAgent, r.Header)
	}
}
