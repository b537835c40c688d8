package wmsp_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"caracal/wmsp"
)

// [MS-WMHTTP] 4.1: a setup, one PushStart, its end.
func TestPushSequence(t *testing.T) {
	inPush(t, func(t *testing.T, s *pushServer) {
		c := s.connect()
		cookie := c.setUp("/live", "", newPush)
		c.start(cookie, unending, pushH(), pushD(0, 20))
		s.has(s.live, 0, 20)
		c.put(pushD(20, 40))
		s.has(s.live, 0, 40)
		c.put(wmsp.AppendE(nil, wmsp.ReasonDone))
		if st := c.status(); st != 204 || !c.closed() {
			t.Errorf("status %d, or still open", st)
		}
		s.dark(s.live)
		again := s.connect()
		again.start(cookie, unending)
		if st := again.status(); st != 400 {
			t.Errorf("the session is there still: %d", st)
		}
		if now, _ := s.Sessions.Count(); now != 0 {
			t.Errorf("%d sessions are left", now)
		}
	})
}

// 4.2: three requests on one connection, filled up with $F packets; 4.5 has the
// same through a proxy, which may use another connection for each.
func TestPushSequenceOfRequests(t *testing.T) {
	for _, proxy := range []bool{false, true} {
		inPush(t, func(t *testing.T, s *pushServer) {
			c := s.connect()
			cookie := c.setUp("/live", "", newPush)
			fill := wmsp.AppendPush(nil, wmsp.FrameFill, make([]byte, 33))
			for i := range 3 {
				if proxy {
					c = s.connect()
				}
				body := append(pushD(20*i, 20*i+20), fill...)
				if i == 0 {
					body = append(pushH(), body...)
				}
				c.start(cookie, fmt.Sprintf("Content-Length: %d", len(body)), body)
				r := c.head()
				if r.Status != 204 || !r.KeepAlive() || !r.Header.Has("Set-Cookie") {
					t.Fatalf("request %d: %d %v", i, r.Status, r.Header)
				}
			}
			s.has(s.live, 0, 60)
			c.start(cookie, unending, wmsp.AppendE(nil, wmsp.ReasonDone))
			c.status()
			s.dark(s.live)
		})
	}
}

// 4.3: a point is made after a template, and removed at the end.
func TestPushTemplateAndAutoDestroy(t *testing.T) {
	inPush(t, func(t *testing.T, s *pushServer) {
		c := s.connect()
		cookie := c.setUp("/new", "Template-URL: \"/live\"\r\nAutoDestroy: 1\r\n", newPush)
		b := s.made["new"]
		if b == nil {
			t.Fatal("nothing was made")
		}
		c.send("POST /new HTTP/1.1", "Host: h", startIs, encoder, unending, cookie)
		c.put(pushH(), pushD(0, 5))
		s.has(b, 0, 5)
		if s.gone() != "[]" {
			t.Error("removed already")
		}
		c.put(wmsp.AppendE(nil, wmsp.ReasonDone))
		c.status()
		if s.gone() != "[new]" {
			t.Errorf("removed %v", s.gone())
		}
		// Without AutoDestroy it stays, and an existing point takes no template.
		c = s.connect()
		cookie = c.setUp("/kept", "Template-URL: \"/live\"\r\nAutoDestroy: 0\r\n")
		c.send("POST /kept HTTP/1.1", "Host: h", startIs, encoder, unending, cookie)
		c.put(pushH(), wmsp.AppendE(nil, wmsp.ReasonDone))
		c.status()
		if s.gone() != "[new]" {
			t.Errorf("removed %v", s.gone())
		}
	})
}

// AutoDestroy of an encoder that never came takes no point away from another.
func TestPushAutoDestroyOfAnother(t *testing.T) {
	inPush(t, func(t *testing.T, s *pushServer) {
		c := s.connect()
		cookie := c.setUp("/new", "Template-URL: \"/live\"\r\nAutoDestroy: 0\r\n", newPush)
		s.connect().setUp("/new", "AutoDestroy: 1\r\n", newPush)
		c.send("POST /new HTTP/1.1", "Host: h", startIs, encoder, unending, cookie)
		c.put(pushH())
		for n := range 6 {
			time.Sleep(wmsp.DefaultPushInactivity / 4)
			c.put(pushD(n, n+1))
		}
		s.has(s.made["new"], 0, 6)
		if s.gone() != "[]" {
			t.Errorf("removed %v", s.gone())
		}
	})
}

// A session whose encoder never comes is forgotten, and its point with it.
func TestPushInactivity(t *testing.T) {
	inPush(t, func(t *testing.T, s *pushServer) {
		cookie := s.connect().setUp("/new", "Template-URL: \"/live\"\r\nAutoDestroy: 1\r\n")
		time.Sleep(wmsp.DefaultPushInactivity - time.Second)
		if s.gone() != "[]" {
			t.Fatal("too early")
		}
		time.Sleep(2 * time.Second)
		if s.gone() != "[new]" {
			t.Errorf("removed %v", s.gone())
		}
		c := s.connect()
		c.send("POST /new HTTP/1.1", "Host: h", startIs, encoder, unending, cookie)
		if st := c.status(); st != 400 {
			t.Errorf("status %d", st)
		}
	})
}

// 4.4: $E that announces another entry, and $C with its header.
func TestPushChange(t *testing.T) {
	inPush(t, func(t *testing.T, s *pushServer) {
		c := s.connect()
		c.start(c.setUp("/live", "", newPush), unending, pushH(), pushD(0, 5))
		s.has(s.live, 0, 5)
		first, _ := s.live.Open(t.Context(), "")
		c.put(wmsp.AppendE(nil, wmsp.ReasonEntryDone), wmsp.AppendPushChange(nil, otherHeader()), pushD(5, 12))
		s.has(s.live, 5, 12)
		second, _ := s.live.Open(t.Context(), "")
		if bytes.Equal(first.Info().HeaderBytes, second.Info().HeaderBytes) {
			t.Error("the header is the old one")
		}
		c.put(wmsp.AppendE(nil, wmsp.ReasonDone))
		if st := c.status(); st != 204 {
			t.Errorf("status %d", st)
		}
	})
}

// 4.8: the bytes of the example, with Basic in the place of NTLM. The PushStart
// does not say again who it is.
func TestPushExchange(t *testing.T) {
	inPush(t, func(t *testing.T, s *pushServer) {
		s.locked = true
		c := s.connect()
		setup := []string{"POST /live HTTP/1.1", setupIs, "X-Accept-Authentication: Negotiate, NTLM, Digest", encoder,
			"Host: MediaServer", "Content-Length: 16", "Cache-Control: no-cache", newPush}
		c.send(append(setup, "", "AutoDestroy: 1\r\n")...)
		_, err := c.r.Peek(1)
		raw, _ := c.r.Peek(c.r.Buffered())
		if !bytes.Contains(raw, []byte("\r\nWWW-Authenticate: Basic")) {
			// Windows Media Encoder knows that header in no other spelling.
			t.Errorf("the challenge: %q, %v", raw, err)
		}
		if st := c.status(); st != 401 {
			t.Fatalf("status %d", st)
		}
		c.send(append(setup, password, "", "AutoDestroy: 1\r\n")...)
		r := c.head()
		p := r.Pragma()
		if r.Status != 204 || !r.Server().Is("Cougar") || !p.NoCache || p.Timeout != 60000 || r.Header.Get("Cache-Control") != "no-cache" ||
			!r.Header.Has("Supported") || r.Header.Has("Content-Type") {
			t.Errorf("%d %v", r.Status, r.Header)
		}
		cookie := "Cookie: push-id=" + wmsp.ParsePushID(r.Header.Get("Set-Cookie"))
		c.start(cookie, unending, pushH(), pushD(0, 3))
		s.has(s.live, 0, 3)
		thief := s.connect()
		thief.send("POST /live HTTP/1.1", "Host: h", startIs, encoder, unending, cookie, "X-From: 10.9.9.9")
		if st := thief.status(); st != 401 {
			t.Errorf("the push-id from elsewhere, without a password: %d", st)
		}
	})
}
