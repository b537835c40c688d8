package rtsp_test

import (
	"fmt"
	"strings"
	"testing"

	"caracal/rtsp"
)

// Requests that cannot be read get a status; the connection ends if it is not
// known where the next one begins.
func TestBadRequests(t *testing.T) {
	s := startServer(t)
	for _, k := range []struct {
		name, text string
		status     int
		closes     bool
	}{
		{"no RTSP", "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400, true},
		{"no target", "OPTIONS\r\nCSeq: 1\r\n\r\n", 400, false},
		{"no version", "OPTIONS *\r\nCSeq: 1\r\n\r\n", 400, false},
		{"HTTP", "GET / HTTP/1.1\r\nHost: h\r\n\r\n", 400, false},
		{"version 2", "OPTIONS * RTSP/2.0\r\nCSeq: 1\r\n\r\n", 505, false},
		{"no URL", "DESCRIBE clip.wmv RTSP/1.0\r\nCSeq: 1\r\n\r\n", 400, false},
		{"leaves the folder", "DESCRIBE rtsp://h/../clip.wmv RTSP/1.0\r\nCSeq: 1\r\n\r\n", 400, false},
		{"encoded", "DESCRIBE rtsp://h/%2e%2e/clip.wmv RTSP/1.0\r\nCSeq: 1\r\n\r\n", 400, false},
		{"NUL", "DESCRIBE rtsp://h/a%00b RTSP/1.0\r\nCSeq: 1\r\n\r\n", 400, false},
		{"long target", "DESCRIBE rtsp://h/" + strings.Repeat("a", 3000) + " RTSP/1.0\r\nCSeq: 1\r\n\r\n", 414, false},
		{"a field without a name", "OPTIONS * RTSP/1.0\r\n: x\r\n\r\n", 400, true},
		{"two lengths", "OPTIONS * RTSP/1.0\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, true},
		{"long body", "SET_PARAMETER * RTSP/1.0\r\nContent-Length: 99999999\r\n\r\n", 413, true},
		{"many fields", "OPTIONS * RTSP/1.0\r\n" + strings.Repeat("X: y\r\n", 200) + "\r\n", 413, true},
		{"long head", "OPTIONS * RTSP/1.0\r\nX: " + strings.Repeat("y", rtsp.MaxHead) + "\r\n\r\n", 413, true},
		{"endless head", "OPTIONS * RTSP/1.0\r\nX: " + strings.Repeat("y", rtsp.MaxHead), 413, true},
		{"endless line", "OPTIONS " + strings.Repeat("y", rtsp.MaxHead), 414, true},
	} {
		c := s.connect()
		c.write(k.text)
		if r := c.response(); r.Status != k.status || r.Header.Get("Server") == "" {
			t.Errorf("%s: %d, want %d", k.name, r.Status, k.status)
		}
		if k.closes {
			c.atEnd()
		} else {
			c.must("OPTIONS", "*")
		}
		c.Close()
	}
}

// Requests that come in one segment are answered in their order, and one that
// comes byte by byte is read.
func TestPipelinedRequests(t *testing.T) {
	s := startServer(t)
	c := s.connect()
	c.write("OPTIONS * RTSP/1.0\r\nCSeq: 11\r\n\r\n\r\n" +
		"DESCRIBE " + s.url("clip.wmv") + " RTSP/1.0\r\nCSeq: 12\r\n\r\n" +
		"PLAY / RTSP/1.0\r\nCSeq: 13\r\n\r\n$\x01\x00\x02ab" +
		"OPTIONS RTSP/1.0\r\nCSeq: 14\r\n\r\nOPTIONS * RTSP/1.0\r\nCSeq: 15\r\n\r\n")
	for i, status := range []int{200, 200, 454, 400, 200} {
		if r := c.response(); r.CSeq != int64(11+i) || r.Status != status {
			t.Errorf("response %d: %d to request %d", i, r.Status, r.CSeq)
		}
	}
	for _, b := range []byte("OPTIONS * RTSP/1.0\r\nCSeq: 16\r\n\r\n") {
		c.write(string(rune(b)))
	}
	if r := c.response(); r.CSeq != 16 || r.Status != 200 {
		t.Errorf("%+v", r)
	}
}

// A SETUP, PLAY and PAUSE in one segment are obeyed in their order.
func TestPipelinedPlay(t *testing.T) {
	s := startServer(t)
	c, long := s.connect(), s.url("long.wmv")
	c.setUp(long)
	text := ""
	for i, method := range []string{"PLAY", "GET_PARAMETER", "PAUSE"} {
		text += fmt.Sprintf("%s %s RTSP/1.0\r\nCSeq: %d\r\nSession: %s\r\n\r\n", method, long, 100+i, c.session)
	}
	c.write(text)
	for i := range 3 {
		if r := c.response(); r.CSeq != int64(100+i) || r.Status != 200 {
			t.Errorf("response %d: %d to request %d", i, r.Status, r.CSeq)
		}
	}
	if c.ask("OPTIONS", "*"); len(c.frames) != 0 {
		t.Errorf("%d frames after PAUSE", len(c.frames))
	}
}

// A session goes on where its player last spoke.
func TestTakeover(t *testing.T) {
	s := startServer(t)
	c, long := s.connect(), s.url("long.wmv")
	c.setUp(long, wantsNumbers)
	c.must("PLAY", long)
	c.some(longClip(), 2).check(0)
	back := s.connect()
	back.session = c.session
	back.must("PLAY", long, "Range: x-asf-packet=5-")
	back.some(longClip(), 2).check(5)
	c.session = ""
	c.must("OPTIONS", "*") // with what was under way before it
	if c.must("OPTIONS", "*"); len(c.frames) != 0 {
		t.Errorf("%d more frames on the first connection", len(c.frames))
	}
	back.some(longClip(), 2)
	c.Close()
	s.WaitFor("the first connection ends", func() bool { return s.Connections() == 1 })
	back.some(longClip(), 2)
	if now, total := s.Sessions.Count(); now != 1 || total != 1 {
		t.Errorf("%d sessions of %d", now, total)
	}
	back.must("TEARDOWN", long)
	s.WaitFor("the session ends", s.NoSession)
}

// A session outlives its connection.
func TestLostConnection(t *testing.T) {
	s := startServer(t)
	c, long := s.connect(), s.url("long.wmv")
	c.setUp(long, wantsNumbers)
	c.must("PLAY", long)
	c.some(longClip(), 2)
	c.Close()
	s.WaitFor("the connection ends", func() bool { return s.Connections() == 0 })
	back := s.connect()
	back.session = c.session
	back.must("PLAY", long, "Range: x-asf-packet=3-")
	back.some(longClip(), 2).check(3)
	back.Close()
	s.WaitFor("the connection ends", func() bool { return s.Connections() == 0 })

	// Without a Range it goes on where it was.
	again := s.connect()
	again.session = c.session
	again.must("PLAY", long)
	if got := again.some(longClip(), 1).got[0]; !got.HasLocation || got.Location < 5 {
		t.Errorf("it goes on at packet %d", got.Location)
	}
}

// Shutdown tells players that their stream is over, and leaves nothing.
func TestShutdownDrains(t *testing.T) {
	for _, supported := range []string{wantsNumbers, wantsNotice} {
		t.Run(supported, func(t *testing.T) {
			s := startServer(t)
			c, idle, long := s.connect(), s.connect(), s.url("long.wmv")
			idle.setUp(long)
			c.setUp(long, supported)
			c.must("PLAY", long)
			c.some(longClip(), 2).check(0)
			go s.Stop()
			_, notice := c.receiveRest()
			if (notice != nil) != (supported == wantsNotice) {
				t.Errorf("the stream ends with %+v", notice)
			}
			if notice != nil && rtsp.ParseEndOfStream(notice.Body).Reason != rtsp.EndAdministrative {
				t.Errorf("the notice says %q", notice.Body)
			}
			c.atEnd()
			idle.atEnd()
			c.Close()
			idle.Close()
			s.Stop()
			if !s.NoSession() || s.Connections() != 0 {
				now, _ := s.Sessions.Count()
				t.Errorf("%d sessions and %d connections are left", now, s.Connections())
			}
		})
	}
}

// receiveRest reads what remains of a stream that begins anywhere.
func (p *peer) receiveRest() (frames int, notice *rtsp.Request) {
	p.t.Helper()
	for goodbyes := 0; goodbyes < 2; frames++ {
		frame, request, response, err := p.next()
		switch {
		case err != nil || response != nil:
			p.t.Fatalf("no end of the stream: %v %+v", err, response)
		case request != nil:
			return frames, request
		case frame.Channel%2 != 0 && isBye(p.t, frame.Data):
			goodbyes++
		}
	}
	return frames, nil
}
