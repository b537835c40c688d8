package wmsp_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/point"
	"caracal/internal/session"
	"caracal/wmsp"
)

const (
	encoder  = "User-Agent: WMEncoder/11.0.5721.5145"
	setupIs  = "Content-Type: application/x-wms-pushsetup"
	startIs  = "Content-Type: application/x-wms-pushstart"
	unending = "Content-Length: 2147483647"
	newPush  = "Cookie: push-id=0"
	password = "Authorization: Basic eDp5"
)

// pushServer takes pushes to /live, and to what is made after it.
type pushServer struct {
	*server
	push   *wmsp.PushServer
	live   *point.Broadcast
	locked bool // a request needs the password
	made   map[string]*point.Broadcast

	mu      sync.Mutex
	removed []string
}

// gone lists the points that were removed.
func (s *pushServer) gone() string {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return fmt.Sprint(s.removed)
}

func startPush(t *testing.T) *pushServer {
	s := &pushServer{live: newBroadcast(), made: map[string]*point.Broadcast{}}
	s.server = startServer(t, true, func(o *wmsp.Options, _ *point.Options) {
		s.push = wmsp.NewPushServer(wmsp.PushOptions{Sessions: o.Sessions, Bus: o.Bus, Find: s.find})
		o.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if from := r.Header.Get("X-From"); from != "" {
				r.RemoteAddr = from + ":9"
			}
			s.push.ServeHTTP(w, r)
		})
	})
	s.Points.Add(&point.Point{Name: "live", Options: point.DefaultOptions(), Opener: s.live})
	return s
}

func newBroadcast() *point.Broadcast {
	return point.NewBroadcast(point.BroadcastOptions{Span: time.Hour})
}

func (s *pushServer) find(r *http.Request, setup wmsp.PushSetup) (*wmsp.PushPoint, error) {
	name := strings.Trim(r.URL.Path, "/")
	p := &wmsp.PushPoint{Name: name, Authorize: func(r *http.Request) ([]string, bool) {
		ok := !s.locked || r.Header.Get("Authorization") != ""
		return []string{`Basic realm="x"`}, ok
	}}
	switch {
	case name == "live":
		p.Broadcast = s.live
	case name == "moved":
		return nil, &wmsp.PushRedirect{URL: "http://other.example/live"}
	case s.made[name] != nil:
		p.Broadcast, p.Remove = s.made[name], func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.removed = append(s.removed, name)
		}
	case setup.Template == "/live":
		p.Make = func() (*wmsp.PushPoint, error) {
			s.made[name] = newBroadcast()
			return s.find(r, setup)
		}
	default:
		return nil, point.ErrNotFound
	}
	return p, nil
}

// setUp does a PushSetup on a connection and returns its cookie.
func (p *peer) setUp(path, body string, more ...string) string {
	p.t.Helper()
	lines := append([]string{"POST " + path + " HTTP/1.1", "Host: h", setupIs, encoder,
		fmt.Sprintf("Content-Length: %d", len(body))}, more...)
	p.send(append(lines, "", body)...)
	r := p.head()
	if r.Status != 204 {
		p.t.Fatalf("PushSetup: %d %v", r.Status, r.Header)
	}
	id := wmsp.ParsePushID(r.Header.Values("Set-Cookie")...)
	if id == wmsp.NoPushID {
		p.t.Fatalf("no push-id in %v", r.Header)
	}
	return "Cookie: push-id=" + id
}

// start sends the head of a PushStart, and packets.
func (p *peer) start(cookie, length string, packets ...[]byte) {
	p.t.Helper()
	p.send("POST /live HTTP/1.1", "Host: h", startIs, encoder, length, cookie)
	p.put(packets...)
}

func (p *peer) put(packets ...[]byte) {
	p.t.Helper()
	for _, b := range packets {
		if _, err := p.Write(b); err != nil {
			p.t.Fatal(err)
		}
	}
}

// status reads a response and returns its status.
func (p *peer) status() int {
	p.t.Helper()
	r, _ := p.response()
	return r.Status
}

// closed says whether the server has closed the connection.
func (p *peer) closed() bool {
	p.SetReadDeadline(time.Now().Add(time.Minute))
	_, err := p.r.ReadByte()
	return errors.Is(err, io.EOF)
}

func pushH() []byte { return wmsp.AppendPush(nil, wmsp.FrameHeader, testClip().Header) }

func pushD(from, to int) []byte {
	var b []byte
	for n := from; n < to; n++ {
		b = wmsp.AppendPush(b, wmsp.FrameData, testClip().Packet(n))
	}
	return b
}

// otherHeader differs from the clip's.
func otherHeader() []byte {
	h := bytes.Clone(testClip().Header)
	i := bytes.Index(h, []byte{0x40, 0x9C, 0, 0}) // MaxBitRate 40,000
	h[i]++
	return h
}

// has fails unless a broadcast has these of the clip's packets, and is open.
func (s *pushServer) has(b *point.Broadcast, from, to int) {
	s.T.Helper()
	synctest.Wait()
	e, err := b.Open(s.T.Context(), "")
	if err != nil {
		s.T.Fatal(err)
	}
	defer e.Close()
	for n := from; n < to; n++ {
		block, err := e.Block(int64(n-from), nil)
		if err != nil || !bytes.Equal(block.Packet(int64(n-from)), testClip().Packet(n)) {
			s.T.Fatalf("packet %d is another: %v", n, err)
		}
	}
	if _, err := e.Block(int64(to-from), nil); err == nil {
		s.T.Errorf("more than %d packets", to-from)
	}
}

func (s *pushServer) dark(b *point.Broadcast) {
	s.T.Helper()
	synctest.Wait()
	if _, err := b.Open(s.T.Context(), ""); !errors.Is(err, point.ErrNotLive) {
		s.T.Errorf("the broadcast goes on: %v", err)
	}
}

func inPush(t *testing.T, test func(t *testing.T, s *pushServer)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, startPush(t)) })
}

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

// 3.2.6.1: only $H, $D and $C restart the Idle-Timeout.
func TestPushIdle(t *testing.T) {
	inPush(t, func(t *testing.T, s *pushServer) {
		c := s.connect()
		cookie := c.setUp("/live", "", newPush)
		c.start(cookie, unending, pushH())
		for range 5 {
			time.Sleep(50 * time.Second)
			c.put(pushD(0, 1))
		}
		for range 5 {
			time.Sleep(11 * time.Second)
			c.put(wmsp.AppendPush(nil, wmsp.FrameFill, nil))
		}
		began := time.Now()
		if st := c.status(); st != 408 || time.Since(began) > 6*time.Second || !c.closed() {
			t.Errorf("status %d after %v more", st, time.Since(began))
		}
		s.dark(s.live)
		again := s.connect()
		again.start(cookie, unending)
		if st := again.status(); st != 400 {
			t.Errorf("the session is there still: %d", st)
		}
	})
}

// 3.2.7.1: a session whose connection is lost may go on for a while.
func TestPushResumes(t *testing.T) {
	inPush(t, func(t *testing.T, s *pushServer) {
		c := s.connect()
		cookie := c.setUp("/live", "", newPush)
		c.start(cookie, unending, pushH(), pushD(0, 10), pushD(10, 11)[:100]) // within a packet
		c.Close()
		time.Sleep(50 * time.Second)
		other := s.connect()
		other.send("POST /live HTTP/1.1", "Host: h", setupIs, encoder, "Content-Length: 0", "X-From: 10.9.9.9")
		if st := other.status(); st != 409 {
			t.Errorf("somebody else took the place: %d", st)
		}
		c = s.connect()
		c.start(cookie, unending, pushD(10, 20))
		s.has(s.live, 0, 20)
		c.Close()
		time.Sleep(time.Minute + time.Second)
		s.dark(s.live)
		late := s.connect()
		late.start(cookie, unending)
		if st := late.status(); st != 400 {
			t.Errorf("too late, but %d", st)
		}
	})
}

// A second encoder is refused at its setup already; the same one, whose
// connection is half open, takes its place again when that has been silent.
func TestPushSecondEncoder(t *testing.T) {
	inPush(t, func(t *testing.T, s *pushServer) {
		c := s.connect()
		first := c.setUp("/live", "", newPush)
		c.start(first, unending, pushH(), pushD(0, 3))
		s.has(s.live, 0, 3)
		setup := []string{"POST /live HTTP/1.1", "Host: h", setupIs, encoder, "Content-Length: 0", newPush}
		second := s.connect()
		second.send(setup...)
		if st := second.status(); st != 409 {
			t.Errorf("status %d", st)
		}
		plain := s.connect()
		plain.send("POST /live HTTP/1.1", "Host: h", "Content-Length: 100")
		if st := plain.status(); st != 409 {
			t.Errorf("a plain one: status %d", st)
		}
		time.Sleep(6 * time.Second) // the first one has lost its machine
		far := s.connect()
		far.send(append(setup, "X-From: 10.9.9.9")...)
		if st := far.status(); st != 409 {
			t.Errorf("from elsewhere: status %d", st)
		}
		again := s.connect()
		again.start(again.setUp("/live", "", newPush), unending, pushH(), pushD(3, 9))
		s.has(s.live, 3, 9)
		if st := c.status(); st != 409 || !c.closed() {
			t.Errorf("the old connection: status %d", st)
		}
		if now, _ := s.Sessions.Count(); now != 1 {
			t.Errorf("%d sessions", now)
		}
	})
}

// 3.2.5.1 and 3.2.5.2: nothing else for a session that streams.
func TestPushSessionStreamsOnce(t *testing.T) {
	inPush(t, func(t *testing.T, s *pushServer) {
		c := s.connect()
		cookie := c.setUp("/live", "", newPush)
		c.start(cookie, unending, pushH())
		synctest.Wait()
		twice := s.connect()
		twice.start(cookie, unending)
		if st := twice.status(); st != 409 {
			t.Errorf("a second PushStart: %d", st)
		}
		setup := s.connect()
		setup.send("POST /live HTTP/1.1", "Host: h", setupIs, encoder, "Content-Length: 0", cookie)
		if st := setup.status(); st != 409 {
			t.Errorf("a second PushSetup: %d", st)
		}
		c.put(pushD(0, 4))
		s.has(s.live, 0, 4)
		// A half-open connection is cut for the next try.
		time.Sleep(6 * time.Second)
		third := s.connect()
		third.start(cookie, unending)
		third.status()
		synctest.Wait()
		fourth := s.connect()
		fourth.start(cookie, unending, pushD(4, 8))
		s.has(s.live, 0, 8)
	})
}

// 3.2.4.1, and the end of the server: at once, and with an answer.
func TestPushIsEnded(t *testing.T) {
	for name, end := range map[string]func(s *pushServer){
		"administrator": func(s *pushServer) {
			for _, ses := range s.Sessions.All() {
				ses.End(session.ErrDraining)
			}
		},
		"shutdown": func(s *pushServer) { s.push.Shutdown() },
	} {
		inPush(t, func(t *testing.T, s *pushServer) {
			c := s.connect()
			c.start(c.setUp("/live", "", newPush), unending, pushH(), pushD(0, 2))
			plain := s.connect()
			plain.send("PUT /live HTTP/1.1", "Host: h", "Content-Length: 100")
			plain.status()
			synctest.Wait()
			began := time.Now()
			end(s)
			if st := c.status(); st != 503 || !c.closed() || time.Since(began) > 2*time.Second {
				t.Errorf("%s: status %d after %v", name, st, time.Since(began))
			}
			s.dark(s.live)
		})
	}
}

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
