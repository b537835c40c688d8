package wmsp_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/wmsp"
)

// Bad requests get a clear status and a closed connection, and are counted;
// a player beside them notices nothing.
func TestBadRequests(t *testing.T) {
	s := startServer(t, false, nil)
	good := s.connect()
	fr := good.play12(good.describe12(), allThree)
	player := agent12 + "\r\n"
	cases := []struct {
		name, request string
		status        int
	}{
		{"no HTTP", "hello\r\n\r\n", 400},
		{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + strings.Repeat("\x00", 40) + "\r\n\r\n", 400},
		{"version 2", "PRI * HTTP/2.0\r\n\r\n", 505},
		{"long target", "GET /" + strings.Repeat("a", 3000) + " HTTP/1.1\r\n" + player + "\r\n", 414},
		{"many fields", "GET / HTTP/1.1\r\n" + player + strings.Repeat("X: y\r\n", 200) + "\r\n", 431},
		{"long head", "GET / HTTP/1.1\r\n" + player + "X: " + strings.Repeat("y", 20000) + "\r\n\r\n", 431},
		{"leaves the folder", "GET /../../etc/passwd HTTP/1.1\r\n" + player + "\r\n", 400},
		{"encoded", "GET /%2e%2e/clip.wmv HTTP/1.1\r\n" + player + "\r\n", 400},
		{"backslash", "GET /a%5cb HTTP/1.1\r\n" + player + "\r\n", 400},
		{"NUL", "GET /a%00b HTTP/1.1\r\n" + player + "\r\n", 400},
		{"nothing there", "GET /none.wmv HTTP/1.1\r\n" + player + "Connection: close\r\n\r\n", 404},
		{"below a file", "GET /clip.wmv/x HTTP/1.1\r\n" + player + "Connection: close\r\n\r\n", 404},
		{"long body", "POST /clip.wmv HTTP/1.1\r\n" + player + "Content-Type: application/x-wms-LogStats\r\nContent-Length: 99999999\r\n\r\n", 413},
		{"chunked body", "POST /clip.wmv HTTP/1.1\r\n" + player + "Content-Type: application/x-wms-LogStats\r\nTransfer-Encoding: chunked\r\n\r\n", 411},
		{"two lengths", "POST / HTTP/1.1\r\n" + player + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
		{"unknown method", "PLAY /clip.wmv HTTP/1.1\r\n" + player + "Connection: close\r\n\r\n", 400},
		{"Stop without a session", "POST /clip.wmv HTTP/1.1\r\n" + player + "Pragma: xStopStrm=1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", 400},
		{"Log without a session", "POST /clip.wmv HTTP/1.0\r\n" + player + "Pragma: log-line=x\r\nContent-Length: 0\r\n\r\n", 400},
		{"position beyond the end", "GET /clip.wmv HTTP/1.0\r\n" + player + "Pragma: xPlayStrm=1,packet-num=99999\r\n\r\n", 416},
		{"bad stream entries", "GET /clip.wmv HTTP/1.0\r\n" + player + "Pragma: xPlayStrm=1\r\nPragma: stream-switch-entry=zz\r\n\r\n", 400},
		{"bad remote event", "POST /clip.wmv HTTP/1.0\r\n" + player + "Content-Type: application/x-wms-sendevent\r\nContent-Length: 3\r\n\r\nxyz", 400},
	}
	for _, k := range cases {
		c := s.connect()
		io.WriteString(c.Conn, k.request)
		r, _ := c.response()
		if r.Status != k.status || !strings.Contains(r.Header.Get("Server"), "Cougar/") {
			t.Errorf("%s: %d, want %d", k.name, r.Status, k.status)
		}
		if _, err := c.r.ReadByte(); err == nil {
			t.Errorf("%s: the connection stays open", k.name)
		}
	}
	fr.some(10)
	if bad, refused := len(fronttest.EventsOf[event.BadInput](s.Rig)), len(fronttest.EventsOf[event.Refused](s.Rig)); bad+refused < len(cases) {
		t.Errorf("%d bad inputs and %d refusals published for %d requests", bad, refused, len(cases))
	}
}

// Who sends a head slowly, or nothing, is cut; who reads slowly too.
func TestSlowPeersAreCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, func(o *wmsp.ServerOptions, p *point.Options) { p.Unpaced = true })
		defer s.Stop()
		closedAfter := func(c net.Conn, begin time.Time) time.Duration {
			io.Copy(io.Discard, c)
			return time.Since(begin)
		}
		begin := time.Now()
		silent := s.connect()
		if d := closedAfter(silent, begin); d != 10*time.Second {
			t.Errorf("a silent connection was closed after %v", d)
		}
		begin = time.Now()
		slow := s.connect()
		go func() {
			for range 100 {
				if _, err := io.WriteString(slow.Conn, "X"); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		}()
		if d := closedAfter(slow, begin); d < 10*time.Second || d > 12*time.Second {
			t.Errorf("a slow head was cut after %v", d)
		}
		idle := s.connect()
		idle.describe12()
		begin = time.Now()
		if d := closedAfter(idle, begin); d != time.Minute {
			t.Errorf("an idle connection was closed after %v", d)
		}
		// This one asks for a stream and reads nothing of it: 128 KB stay in
		// the writer, the rest waits.
		stalled := s.connect()
		stalled.send("GET /clip.wmv HTTP/1.0", agent12, "Pragma: xPlayStrm=1", allThree)
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		var why string
		for _, e := range fronttest.EventsOf[event.Stopped](s.Rig) {
			why = e.Reason
		}
		if !strings.Contains(why, "did not read") || s.Connections() != 0 {
			t.Errorf("a player that does not read: stopped with %q, %d connections left", why, s.Connections())
		}
	})
}

// A player that stops reading holds up nobody else on its shard.
func TestStalledPlayerHoldsUpNobody(t *testing.T) {
	s := startServer(t, false, unpaced)
	for range 20 {
		c := s.connect()
		c.Conn.(*net.TCPConn).SetReadBuffer(1)
		c.send("GET /clip.wmv HTTP/1.0", agent12, "Pragma: xPlayStrm=1", allThree)
	}
	for range 5 {
		c := s.connect()
		fr := c.play12(c.describe12(), allThree)
		packets, _ := fr.data()
		checkClip(t, packets, 0)
	}
}

func TestManyRequestsBehindAStream(t *testing.T) {
	s := startServer(t, false, nil)
	c := s.connect()
	id := c.describe12()
	c.play12(id, allThree)
	go func() {
		for range 200 {
			if _, err := io.WriteString(c.Conn, "OPTIONS * HTTP/1.1\r\n"+agent12+"\r\n"+id+"\r\n\r\n"); err != nil {
				return
			}
		}
	}()
	if _, err := io.Copy(io.Discard, c.r); err != nil && !strings.Contains(err.Error(), "reset") {
		t.Error(err)
	}
	if len(fronttest.EventsOf[event.BadInput](s.Rig)) == 0 {
		t.Error("the flood was not counted")
	}
}

// A Play for a session that streams is refused, [MS-WMSP] 3.2.5.6, unless it
// is the same player who has come back on a new connection.
func TestPlayOfAStreamingSession(t *testing.T) {
	s := startServer(t, false, nil)
	c := s.connect()
	id := c.describe12()
	fr := c.play12(id, allThree)
	fr.some(3)
	thief := s.connect()
	thief.send("GET /clip.wmv HTTP/1.0", agent12, "Pragma: xPlayStrm=1", id, allThree,
		"Pragma: xClientGUID={00000000-0000-0000-0000-000000000001}")
	if r, _ := thief.response(); r.Status != 400 {
		t.Errorf("another player got %d", r.Status)
	}
	fr.some(3)
	back := s.connect()
	back.send("GET /clip.wmv HTTP/1.0", agent12, "Pragma: xPlayStrm=1,packet-num=7", id, allThree, testGUID)
	r := back.head()
	if r.Status != 200 {
		t.Fatalf("the same player got %+v", r)
	}
	again := back.stream(r)
	again.upTo(wmsp.FrameHeader)
	if p := again.some(1); p[0].Location != 7 {
		t.Errorf("begins at packet %d", p[0].Location)
	}
	if _, end := fr.data(); end.ID != wmsp.FrameEnd {
		t.Errorf("the old connection ends with $%c", end.ID)
	}
}

// What is not a player's goes to the HTTP handler, on one connection as often
// as it likes.
func TestOtherRequestsAreHanded(t *testing.T) {
	s := startServer(t, false, nil)
	c := s.connect()
	for _, k := range []struct{ request, want string }{
		{"GET /page HTTP/1.1\r\nHost: h\r\nUser-Agent: Mozilla/4.0\r\n\r\n", "plain /page"},
		{"GET /clip.wmv HTTP/1.1\r\nHost: h\r\nUser-Agent: curl/7\r\nRange: bytes=0-1\r\n\r\n", "plain /clip.wmv"},
	} {
		io.WriteString(c.Conn, k.request)
		r, body := c.response()
		if r.Status != 200 || string(body) != k.want {
			t.Errorf("%d %q, want %q", r.Status, body, k.want)
		}
	}
	for _, request := range []string{
		"GET /clip.wmv.asx HTTP/1.0\r\n" + agent12 + "\r\n\r\n",
		"GET /clip.asx HTTP/1.0\r\n" + agent12 + "\r\n" + testGUID + "\r\n\r\n",
	} {
		c := s.connect()
		io.WriteString(c.Conn, request)
		if r, body := c.response(); r.Status != 200 || !strings.HasPrefix(string(body), "plain ") {
			t.Errorf("%q: %d %q", request, r.Status, body)
		}
	}
	// A player's request first, then a browser's on the same connection.
	c = s.connect()
	c.describe12()
	io.WriteString(c.Conn, "GET /page HTTP/1.1\r\nHost: h\r\n\r\n")
	if r, body := c.response(); r.Status != 200 || string(body) != "plain /page" {
		t.Errorf("after a Describe: %d %q", r.Status, body)
	}
}

// MPlayer and VLC try MMS over TCP first when the URL is mms:// with our port:
// they roll over at once if we close without an answer.
func TestMMSOnThisPortIsClosedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		begin := time.Now()
		c := s.connect()
		go io.WriteString(c.Conn, "\x01\x00\x00\x00\xce\xfa\x0b\xb0\x90\x00\x00\x00MMS \x12\x00\x00\x00")
		if b, _ := io.ReadAll(c.r); len(b) != 0 || time.Since(begin) != 0 {
			t.Errorf("%q after %v", b, time.Since(begin))
		}
	})
}

func TestDefaultPoint(t *testing.T) {
	s := startServer(t, false, unpaced)
	for _, target := range []string{"/", "http://h/", "http://h"} {
		c := s.connect()
		c.send("GET "+target+" HTTP/1.0", agent12, "Pragma: xPlayStrm=1", allThree)
		fr := c.stream(c.head())
		fr.upTo(wmsp.FrameHeader)
		packets, _ := fr.data()
		checkClip(t, packets, 0)
	}
}

func TestConnectionLimits(t *testing.T) {
	s := startServer(t, false, func(o *wmsp.ServerOptions, _ *point.Options) { o.MaxPerAddress = 3 })
	var open []*peer
	for range 3 {
		c := s.connect()
		c.describe12()
		open = append(open, c)
	}
	c := s.connect()
	if _, err := c.r.ReadByte(); err == nil {
		t.Error("a fourth connection is served")
	}
	open[0].Close()
	for s.Connections() == 3 {
		time.Sleep(time.Millisecond)
	}
	s.connect().describe12()
}

// Shutdown tells players that their stream is over, and closes the rest.
func TestShutdownDrains(t *testing.T) {
	for _, chunked := range []bool{true, false} {
		t.Run(fmt.Sprint("pipelined ", chunked), func(t *testing.T) {
			s := startServer(t, false, nil)
			c, idle := s.connect(), s.connect()
			idle.describe12()
			var fr *frames
			if chunked {
				fr = c.play12(c.describe12(), allThree)
			} else {
				c.send("GET /clip.wmv HTTP/1.0", agent12, "Pragma: xPlayStrm=1", allThree)
				fr = c.stream(c.head())
				fr.upTo(wmsp.FrameHeader)
			}
			fr.some(3)
			go s.Stop()
			if _, end := fr.data(); end.ID != wmsp.FrameEnd || end.Reason != wmsp.ReasonDone {
				t.Errorf("the stream ends with $%c", end.ID)
			}
			if _, err := io.ReadAll(c.r); err != nil {
				t.Errorf("the player's connection: %v", err)
			}
			if _, err := idle.r.ReadByte(); err != io.EOF {
				t.Errorf("the idle connection: %v", err)
			}
			c.Close()
			idle.Close()
			s.Stop()
		})
	}
}

// Ten thousand connections that say nothing cost little and harm nobody.
func TestIdleConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		for range 10_000 {
			s.Connect()
		}
		c := s.connect()
		fr := c.play12(c.describe12(), allThree)
		fr.some(5)
		time.Sleep(11 * time.Second)
		synctest.Wait()
		if n := s.Connections(); n != 1 {
			t.Errorf("%d connections are left, want the player's", n)
		}
		fr.some(5)
	})
}
