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
	s.server = startServer(t, true, func(o *wmsp.ServerOptions, _ *point.Options) {
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
