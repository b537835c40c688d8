package server

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"caracal/asf"
	"caracal/internal/config"
	"caracal/internal/sample"
	"caracal/internal/session"
)

// liveServer is a server with a broadcast point.
func liveServer(t *testing.T, change func(*config.Broadcast)) (*Server, string) {
	t.Helper()
	b := config.DefaultBroadcast()
	b.Source = config.SourcePush
	if change != nil {
		change(&b)
	}
	s, _ := start(t, testConfig(config.Point{Name: "live", Broadcast: b}))
	return s, "http://" + s.Addr().String() + "/live"
}

// encoder pushes the sample piece by piece.
type encoder struct {
	t       *testing.T
	w       *io.PipeWriter
	status  chan int
	header  []byte // as a file has it, with the beginning of the Data Object
	packets []byte
	size    int
}

func push(t *testing.T, url string) *encoder {
	t.Helper()
	r, err := asf.NewReader(bytes.NewReader(sample.Welcome), int64(len(sample.Welcome)))
	if err != nil {
		t.Fatal(err)
	}
	e := &encoder{t: t, header: bytes.Clone(r.HeaderBytes()), size: r.PacketSize(), status: make(chan int, 1)}
	e.packets = make([]byte, r.NumPackets()*int64(e.size))
	if _, err := r.ReadPackets(e.packets, 0); err != nil {
		t.Fatal(err)
	}
	head := e.header[len(e.header)-asf.DataHeadSize:]
	copy(head, asf.DataHead{Reserved: asf.DataReserved}.Append(nil)) // of a stream, whose size is not known
	body, w := io.Pipe()
	e.w = w
	go func() {
		resp, err := http.Post(url, "video/x-ms-asf", body)
		if err != nil {
			t.Error(err)
			e.status <- 0
			return
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		body.Close()
		e.status <- resp.StatusCode
	}()
	e.send(e.header)
	return e
}

func (e *encoder) send(b []byte) {
	e.t.Helper()
	if _, err := e.w.Write(b); err != nil {
		e.t.Fatal(err)
	}
}

func (e *encoder) end(want int) {
	e.t.Helper()
	e.w.Close()
	if status := <-e.status; status != want {
		e.t.Errorf("the encoder was answered %d, want %d", status, want)
	}
}

// What an encoder sends is what a program gets that knows no streaming, from the
// beginning of what is kept on.
func TestPlainLive(t *testing.T) {
	s, url := liveServer(t, nil)
	if resp, err := http.Get(url); err != nil || resp.StatusCode != http.StatusNotFound {
		t.Fatalf("before the encoder: %v, %v", resp, err)
	}
	e := push(t, url)
	e.send(e.packets[:10*e.size])
	resp := untilLive(t, url)
	_, want, err := asf.LiveHeader(e.header)
	if err != nil {
		t.Fatal(err)
	}
	head := make([]byte, len(want))
	if _, err := io.ReadFull(resp.Body, head); err != nil || !bytes.Equal(head, want) {
		t.Fatalf("another header: %v", err)
	}
	got := make([]byte, 10*e.size)
	if _, err := io.ReadFull(resp.Body, got); err != nil || !bytes.Equal(got, e.packets[:10*e.size]) {
		t.Errorf("what was kept differs: %v", err)
	}
	e.send(e.packets[10*e.size:])
	got = make([]byte, len(e.packets)-10*e.size)
	if _, err := io.ReadFull(resp.Body, got); err != nil || !bytes.Equal(got, e.packets[10*e.size:]) {
		t.Errorf("what came later differs: %v", err)
	}
	second, err := http.Post(url, "video/x-ms-asf", bytes.NewReader(sample.Welcome))
	if err != nil {
		t.Fatal(err)
	}
	second.Body.Close()
	if second.StatusCode != http.StatusConflict {
		t.Errorf("a second encoder was answered %d", second.StatusCode)
	}
	if asx := ask(t, s, "GET", "/live.asx").body; !strings.Contains(asx, "/live") {
		t.Errorf("no announcement: %s", asx)
	}
	if page := ask(t, s, "GET", "/", "Accept: text/html").body; !strings.Contains(page, "live</A></TD><TD>Welcome to Caracal</TD><TD ALIGN=\"RIGHT\">live") {
		t.Errorf("the page does not list it: %s", page)
	}
	e.end(http.StatusNoContent)
}

// untilLive asks until the encoder's first packets have come.
func untilLive(t *testing.T, url string) *http.Response {
	t.Helper()
	for {
		resp, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode == http.StatusOK {
			t.Cleanup(func() { resp.Body.Close() })
			return resp
		}
		resp.Body.Close()
		if t.Context().Err() != nil {
			t.FailNow()
		}
	}
}

// Players of a broadcast do not hold up the end of the server.
func TestShutdownEndsLive(t *testing.T) {
	s, url := liveServer(t, nil)
	e := push(t, url)
	e.send(e.packets[:10*e.size])
	resp := untilLive(t, url)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		io.Copy(io.Discard, resp.Body)
	}()
	done := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		done <- s.Shutdown(ctx)
	}()
	<-ended
	e.w.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
	<-e.status
}

// A program may say what it likes in the middle of the answer; when it goes, or its
// session is ended, nothing is left of it.
func TestPlainLiveEnds(t *testing.T) {
	s, url := liveServer(t, nil)
	e := push(t, url)
	e.send(e.packets[:10*e.size])
	untilLive(t, url).Body.Close()
	for name, end := range map[string]func(net.Conn, *session.Session){
		"it goes":              func(c net.Conn, _ *session.Session) { c.Close() },
		"its session is ended": func(_ net.Conn, ses *session.Session) { ses.End(session.ErrDraining) },
	} {
		forgotten := func() bool { return s.plain.Connections() == 0 && len(plainSessions(s)) == 0 }
		until(t, forgotten)
		c, err := net.Dial("tcp", s.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		io.WriteString(c, "GET /live HTTP/1.1\r\nHost: x\r\n\r\n")
		b := make([]byte, 1024)
		if n, err := io.ReadFull(c, b); err != nil || !strings.HasPrefix(string(b), "HTTP/1.1 200 OK\r\n") ||
			!strings.Contains(string(b), "\r\nConnection: close\r\n") || !strings.Contains(string(b), "\r\nContent-Type: video/x-ms-asf\r\n") {
			t.Fatalf("%s: %q, %v", name, b[:n], err)
		}
		io.WriteString(c, strings.Repeat("and what is this? ", 1000))
		end(c, plainSessions(s)[0])
		if _, err := io.Copy(io.Discard, c); err != nil && name != "it goes" {
			t.Errorf("%s: %v", name, err)
		}
		c.Close()
		until(t, forgotten)
	}
	e.end(http.StatusNoContent)
}

func plainSessions(s *Server) (list []*session.Session) {
	for _, p := range s.sessions.All() {
		if p.Player.Protocol == plainProtocol {
			list = append(list, p)
		}
	}
	return list
}

// What is no ASF stream is refused, and makes nothing live.
func TestPushRefusals(t *testing.T) {
	_, live := liveServer(t, nil)
	for name, body := range map[string]string{
		"nothing": "", "text": strings.Repeat("no media ", 20), "a header's beginning": string(sample.Welcome[:200]),
		"a header that lies": string(sample.Welcome[:16]) + strings.Repeat("\xff", 100),
		"data first":         "\x24D\x10\x00" + strings.Repeat("\x00", 16), "half a packet": "\x24D\x10\x00\x01",
	} {
		resp, err := http.Post(live, "", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusUnsupportedMediaType {
			t.Errorf("%s: status %d", name, resp.StatusCode)
		}
	}
	if resp, err := http.Get(live); err != nil || resp.StatusCode != http.StatusNotFound {
		t.Errorf("%v, %v", resp, err)
	}
}

func TestMayPush(t *testing.T) {
	b := gateOf(t, config.Broadcast{Publishers: []string{"192.0.2.7", "2001:db8::/32"}, Key: "long enough"})
	open := gateOf(t, config.Broadcast{})
	for _, k := range []struct {
		from, key string
		gate      gate
		want      bool
	}{
		{"127.0.0.1", "", b, true}, {"::1", "", open, true}, {"::ffff:127.0.0.1", "", open, true},
		{"192.0.2.7", "", b, true}, {"::ffff:192.0.2.7", "", b, true}, {"192.0.2.8", "", b, false},
		{"2001:db8::9", "", b, true}, {"2001:db9::9", "", b, false}, {"192.0.2.8", "long enough", b, true},
		{"192.0.2.8", "long enoug", b, false}, {"192.0.2.7", "", open, false}, {"192.0.2.7", "long enough", open, false},
	} {
		r := httptest.NewRequest("POST", "/live?key="+url.QueryEscape(k.key), nil)
		r.RemoteAddr = net.JoinHostPort(k.from, "9")
		if _, got := k.gate(r); got != k.want {
			t.Errorf("%s with %q: %v", k.from, k.key, got)
		}
	}
}
