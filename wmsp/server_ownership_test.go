package wmsp_test

import (
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/pace"
	"caracal/internal/point"
	"caracal/internal/session"
	"caracal/wmsp"
)

// What else may come while a connection streams, and who owns the stream.

// streaming12 is a connection that streams, with its client-id.
func streaming12(s *server) (c *peer, id string, fr *frames) {
	c = s.connect()
	id = c.describe12()
	fr = c.play12(id, allThree)
	fr.some(3)
	return c, id, fr
}

func TestStopThenReset(t *testing.T) {
	s := startServer(t, false, nil)
	for range 50 {
		c, id, _ := streaming12(s)
		c.send("POST /clip.wmv HTTP/1.1", agent12, "Host: h", testGUID, id, "Pragma: xStopStrm=1", "Content-Length: 0")
		c.Conn.(*net.TCPConn).SetLinger(0)
		c.Conn.Close()
	}
}

func TestCloseBehindStreamWaitsForItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		c, id, fr := streaming12(s)
		c.send("POST /clip.wmv HTTP/1.1", agent12, "Host: h", id, "Pragma: log-line=x", "Content-Length: 0", "Connection: close")
		packets, end := fr.data()
		if end.ID != wmsp.FrameEnd {
			t.Errorf("%d of %d packets, then %q", len(packets)+3, testClip().Count(), end.ID)
		}
	})
}

func TestBrowserOnStreamingConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		c, _, _ := streaming12(s)
		go io.WriteString(c.Conn, "GET /page HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
		raw, _ := io.ReadAll(c.r)
		if strings.Contains(string(raw), "HTTP/1.1 ") {
			t.Error("an answer within the stream's body")
		}
		c.Close()
		synctest.Wait()
		if n := s.Connections(); n != 0 {
			t.Errorf("%d connections are left", n)
		}
		for _, x := range s.Sessions.All() {
			if x.State() == session.Streaming {
				t.Error("the session streams for ever")
			}
		}
	})
}

func TestPipelineTestOnStreamingConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		c, id, fr := streaming12(s)
		c.send("GET /clip.wmv HTTP/1.1", agent12, "Host: h", "Pragma: pipeline-request=1", id)
		if _, end := fr.data(); end.ID != wmsp.FrameEnd {
			t.Errorf("the stream ended with %q", end.ID)
		}
	})
}

func TestStopWithoutChunks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		c := s.connect()
		id := c.describe12()
		c.send("GET /clip.wmv HTTP/1.1", agent12, "Host: h", "Pragma: xPlayStrm=1", id, testGUID, allThree)
		fr := c.stream(c.head())
		fr.upTo(wmsp.FrameHeader)
		fr.some(3)
		c.send("POST /clip.wmv HTTP/1.1", agent12, "Host: h", id, "Pragma: xStopStrm=1", "Content-Length: 0")
		if packets, _ := fr.data(); len(packets) > testClip().Count()/2 {
			t.Errorf("%d packets after Stop", len(packets))
		}
	})
}

// A redirect ends the session, and with it what streams in it.
func TestRedirectEndsTheStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		p, _, err := s.Points.Lookup("/clip.wmv")
		if err != nil {
			t.Fatal(err)
		}
		moved := &point.Point{Name: "moved.wmv", Redirect: "http://other.example/film.wmv", Opener: p.Opener, Options: p.Options}
		s.Points.Add(moved)
		_, id, fr := streaming12(s)
		k := s.connect()
		k.send("GET /moved.wmv HTTP/1.1", agent12, "Host: h", testGUID, id)
		if r, _ := k.response(); r.Status != 302 {
			t.Errorf("status %d", r.Status)
		}
		packets, _ := fr.data()
		if len(packets) == testClip().Count()-3 {
			t.Error("the stream went on to its end")
		}
		if n, _ := s.Sessions.Count(); n != 0 {
			t.Errorf("%d sessions are left", n)
		}
	})
}

// A browser that reads nothing, and one that never sends its body, are cut.
func TestStalledBrowsersAreCut(t *testing.T) {
	const limit = 200 * time.Millisecond
	s := startServer(t, false, func(o *wmsp.ServerOptions, _ *point.Options) {
		o.WriteTimeout, o.HeadTimeout, o.KeepAlive = limit, limit, limit
		o.Handler = endless{}
	})
	reader, writer := s.connect(), s.connect()
	io.WriteString(reader.Conn, "GET /page HTTP/1.1\r\nHost: h\r\nUser-Agent: Mozilla/4.0\r\n\r\n")
	io.WriteString(writer.Conn, "POST /page HTTP/1.1\r\nHost: h\r\nUser-Agent: Mozilla/4.0\r\nContent-Length: 1000\r\n\r\n")
	go io.Copy(io.Discard, writer.r)
	for deadline := time.Now().Add(30 * time.Second); s.Connections() > 0; time.Sleep(limit) {
		if time.Now().After(deadline) {
			t.Fatalf("%d connections are left", s.Connections())
		}
	}
}

// endless answers with more than any socket takes.
type endless struct{}

func (endless) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	b := make([]byte, 1<<20)
	for range 64 {
		if _, err := w.Write(b); err != nil {
			return
		}
	}
}

// A Stop ends the stream of the session that it names, and no other that the
// connection carries.
func TestStopOfAnotherSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		other := s.connect()
		stranger := other.describe12()
		c, _, fr := streaming12(s)
		c.send("POST /clip.wmv HTTP/1.1", agent12, "Host: h", stranger, "Pragma: xStopStrm=1", "Content-Length: 0")
		packets, end := fr.data()
		if end.ID != wmsp.FrameEnd || len(packets) != testClip().Count()-3 {
			t.Errorf("%d of %d packets, then %q", len(packets)+3, testClip().Count(), end.ID)
		}
	})
}

// Requests that begin and never end are told of, and end their connection.
func TestUnfinishedRequestsAreTold(t *testing.T) {
	for name, tt := range map[string]struct{ sent, want string }{
		"half a head":   {"GET /clip.wmv HTTP/1.1\r\nUser-Ag", "a request that did not come in time"},
		"half a body":   {"POST /clip.wmv HTTP/1.1\r\n" + agent12 + "\r\nHost: h\r\nContent-Length: 9\r\n\r\n123", "a request that did not come in time"},
		"a cut head":    {"GET /clip.wmv HTTP/1.1\r\nUser-Ag|", "a request that was cut short"},
		"nothing, gone": {"|", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := startServer(t, false, func(o *wmsp.ServerOptions, _ *point.Options) { o.HeadTimeout = 50 * time.Millisecond })
			c := s.connect()
			sent, cut := strings.CutSuffix(tt.sent, "|")
			io.WriteString(c.Conn, sent)
			if cut {
				c.Conn.(*net.TCPConn).CloseWrite()
			}
			io.Copy(io.Discard, c.r)
			for s.Connections() > 0 {
				time.Sleep(time.Millisecond)
			}
			got := ""
			for _, bad := range fronttest.EventsOf[event.BadInput](s.Rig) {
				got = bad.Reason
			}
			if got != tt.want {
				t.Errorf("told %q, want %q", got, tt.want)
			}
		})
	}
}

// Two connections of one player ask to play at the same time: one takes the
// other's place, and the session knows that it streams.
func TestPlaysAtTheSameTime(t *testing.T) {
	group := pace.NewGroup(2)
	s := startServer(t, false, func(o *wmsp.ServerOptions, _ *point.Options) { o.Shards = group })
	for range 300 {
		a := s.connect()
		id := a.describe12()
		b := s.connect()
		play := strings.Join([]string{"GET /clip.wmv HTTP/1.1", agent12, "Host: h", "Pragma: version11-enabled=1",
			"Pragma: xPlayStrm=1", id, testGUID, allThree, "", ""}, "\r\n")
		over := make(chan struct{}, 2)
		for _, c := range []*peer{a, b} {
			go func() {
				io.WriteString(c.Conn, play)
				io.Copy(io.Discard, c.r)
				over <- struct{}{}
			}()
		}
		<-over // the one that was replaced
		number, err := strconv.ParseUint(id[strings.LastIndexByte(id, '=')+1:], 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(s.Sessions.All(), func(x *session.Session) bool {
			return x.ID() == uint32(number) && x.State() == session.Streaming
		}) {
			t.Fatal("the session does not know that it streams")
		}
		a.Conn.Close()
		b.Conn.Close()
		<-over
	}
}
