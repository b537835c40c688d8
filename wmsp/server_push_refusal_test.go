package wmsp_test

import (
	"bytes"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"caracal/wmsp"
)

// What the protocol does not have is refused, each with its status.
func TestPushRefusals(t *testing.T) {
	post := func(path string, lines ...string) []string {
		return append([]string{"POST " + path + " HTTP/1.1", "Host: h"}, lines...)
	}
	tests := []struct {
		name   string
		lines  []string
		body   []byte
		status int
	}{
		{"no User-Agent", post("/live", setupIs, "Content-Length: 0"), nil, 400},
		{"a browser", post("/live", setupIs, "Content-Length: 0", "User-Agent: Mozilla/4.0"), nil, 400},
		{"no length", post("/live", setupIs, encoder, "Transfer-Encoding: chunked"), []byte("0\r\n\r\n"), 411},
		{"too long", post("/live", setupIs, encoder, "Content-Length: 5000"), nil, 400},
		{"AutoDestroy: 2", post("/live", setupIs, encoder, "Content-Length: 14"), []byte("AutoDestroy: 2"), 400},
		{"no point", post("/nowhere", setupIs, encoder, "Content-Length: 0"), nil, 404},
		{"no template", post("/nowhere", setupIs, encoder, "Content-Length: 20"), []byte("Template-URL: \"/no\"\r\n"), 404},
		{"elsewhere", post("/moved", setupIs, encoder, "Content-Length: 0"), nil, 302},
		{"an unknown push-id", post("/live", setupIs, encoder, "Content-Length: 0", "Cookie: push-id=7"), nil, 400},
		{"start without a setup", post("/live", startIs, encoder, unending), nil, 400},
		{"start in chunks", post("/live", startIs, encoder, "Transfer-Encoding: chunked"), nil, 411},
		{"a plain one that is empty", post("/live", "Content-Length: 0"), nil, 415},
		{"a plain one that is text", post("/live", "Content-Length: 36"), []byte("this is not an ASF stream, but words"), 415},
	}
	for _, tt := range tests {
		inPush(t, func(t *testing.T, s *pushServer) {
			c := s.connect()
			c.send(tt.lines...)
			go c.Write(tt.body)
			r := c.head()
			if r.Status != tt.status {
				t.Errorf("%s: status %d, want %d", tt.name, r.Status, tt.status)
			}
			if tt.status == 302 && r.Header.Get("Location") != "http://other.example/live" {
				t.Errorf("leads to %s", r.Header.Get("Location"))
			}
			c.Close()
		})
	}
}

// Packets that may not come, or that are none: the session is over.
func TestPushBadPackets(t *testing.T) {
	for name, body := range map[string][]byte{
		"data first":       pushD(0, 1),
		"two headers":      append(pushH(), pushH()...),
		"no framing":       []byte("PUT /"),
		"a player's $M":    {0x24, 'M', 0, 0},
		"no header":        wmsp.AppendPush(nil, wmsp.FrameHeader, []byte("header")),
		"no packet":        append(pushH(), wmsp.AppendPush(nil, wmsp.FrameData, []byte{0xFF, 0xFF})...),
		"a packet too big": append(pushH(), wmsp.AppendPush(nil, wmsp.FrameData, make([]byte, clipPacket+1))...),
	} {
		inPush(t, func(t *testing.T, s *pushServer) {
			c := s.connect()
			cookie := c.setUp("/live", "", newPush)
			c.start(cookie, unending)
			go c.Write(body)
			if st := c.status(); st != 415 {
				t.Errorf("%s: status %d", name, st)
			}
			c.Close()
			s.dark(s.live)
		})
	}
}

// Programs that write one framing for both protocols have the head of [MS-WMSP]
// before each payload.
func TestPushWithPreheaders(t *testing.T) {
	inPush(t, func(t *testing.T, s *pushServer) {
		b := wmsp.AppendHeader(nil, 0, testClip().Header)
		for n := range 6 {
			b = wmsp.AppendD(b, false, uint32(n), 0, byte(n), clipPacket)
			b = append(b, testClip().Packet(n)...)
		}
		c := s.connect()
		c.start(c.setUp("/live", "", newPush), unending, b)
		s.has(s.live, 0, 6)
	})
}

// Plain bodies, with and without a length, of a file and of packets.
func TestPushPlain(t *testing.T) {
	file := testClip().File()
	framed := wmsp.AppendHeader(nil, 0, testClip().Header)
	for n := range testClip().Count() {
		framed = append(wmsp.AppendD(framed, false, uint32(n), 0, byte(n), clipPacket), testClip().Packet(n)...)
	}
	for name, body := range map[string][]byte{"file": file, "packets": framed, "a file with an index": append(bytes.Clone(file), 1, 2, 3)} {
		for _, chunked := range []bool{false, true} {
			inPush(t, func(t *testing.T, s *pushServer) {
				c := s.connect()
				length := fmt.Sprintf("Content-Length: %d", len(body))
				sent := body
				if chunked {
					length = "Transfer-Encoding: chunked"
					sent = fmt.Appendf(nil, "%x\r\n%s\r\n0\r\n\r\n", len(body), body)
				}
				c.send("PUT /live HTTP/1.1", "Host: h", length)
				half := len(sent) / 2
				c.put(sent[:half])
				synctest.Wait()
				e, err := s.live.Open(t.Context(), "")
				if err != nil {
					t.Fatalf("%s: %v, %d", name, err, c.status())
				}
				c.put(sent[half:])
				if st := c.status(); st != 204 {
					t.Errorf("%s: status %d", name, st)
				}
				last := int64(testClip().Count() - 1)
				if b, err := e.Block(last, nil); err != nil || !bytes.Equal(b.Packet(last), testClip().Packet(int(last))) {
					t.Errorf("%s: the last packet is another: %v", name, err)
				}
				s.dark(s.live)
			})
		}
	}
}

// An encoder that goes without a word, or is silent, is no longer there.
func TestPushPlainEnds(t *testing.T) {
	inPush(t, func(t *testing.T, s *pushServer) {
		begin := func() *peer {
			c := s.connect()
			c.send("POST /live HTTP/1.1", "Host: h", "Content-Length: 2147483647")
			c.put(testClip().Header, testClip().Packet(0))
			s.has(s.live, 0, 1)
			return c
		}
		c := begin()
		c.Close()
		s.dark(s.live)
		c = begin()
		began := time.Now()
		if st := c.status(); st != 408 || time.Since(began) != wmsp.DefaultPushIdle {
			t.Errorf("status %d after %v", st, time.Since(began))
		}
		s.dark(s.live)
		c = begin()
		time.Sleep(6 * time.Second)
		begin() // the same encoder, that has come back
		if st := c.status(); st != 409 {
			t.Errorf("the old connection: status %d", st)
		}
	})
}
