package wmsp_test

import (
	"fmt"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/internal/remote"
	"caracal/internal/session"
	"caracal/wmsp"
)

// describe12 sends a version 12 Describe and returns its client-id token.
func (p *peer) describe12() string {
	p.t.Helper()
	p.send("GET /clip.wmv HTTP/1.1", agent12, "Host: h", "Pragma: no-cache", testGUID)
	r, _ := p.response()
	if r.Status != 200 {
		p.t.Fatalf("Describe: %+v", r)
	}
	return fmt.Sprintf("Pragma: client-id=%d", r.Pragma().ClientID)
}

// play12 begins to stream in pipelined mode and returns the frames behind the
// header.
func (p *peer) play12(id string, more ...string) *frames {
	p.t.Helper()
	p.send(append([]string{"GET /clip.wmv HTTP/1.1", agent12, "Host: h", "Pragma: version11-enabled=1",
		"Pragma: no-cache", "Pragma: xPlayStrm=1", id, testGUID}, more...)...)
	r := p.head()
	if r.Status != 200 || !r.Chunked() {
		p.t.Fatalf("Play: %+v", r)
	}
	fr := p.stream(r)
	fr.expect(wmsp.FrameMetadata)
	fr.expect(wmsp.FrameHeader)
	return fr
}

// [MS-WMSP] 4.8: stop in pipelined mode, then play on from where it was.
func TestStopAndResumePipelined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		c := s.connect()
		id := c.describe12()
		fr := c.play12(id, allThree)
		first := fr.some(20)
		c.send("POST /clip.wmv HTTP/1.1", agent12, "Host: h", testGUID, id, "Pragma: xStopStrm=1", "Content-Length: 0")
		rest, then := fr.data()
		if then.ID != 0 {
			t.Errorf("$%c at the end of a stopped stream", then.ID)
		}
		if r, _ := c.response(); r.Status != 200 {
			t.Errorf("Stop: %+v", r)
		}
		next := int(first[0].Location) + len(first) + len(rest)
		if next >= testClip().Count() {
			t.Fatal("the stream was over before it was stopped")
		}
		c.send("POST /clip.wmv HTTP/1.1", agent12, "Host: h", id, "Pragma: log-line=x", "Content-Length: 0")
		if r, _ := c.response(); r.Status != 204 {
			t.Errorf("Log: %+v", r)
		}
		fr = c.play12(id, allThree, fmt.Sprintf("Pragma: packet-num=%d", next))
		packets, end := fr.data()
		checkClip(t, packets, next)
		if end.ID != wmsp.FrameEnd {
			t.Errorf("$%c at the end", end.ID)
		}
	})
}

// [MS-WMSP] 4.7: in non-pipelined mode the player stops by closing its
// connection, keeps its session alive on another, and resumes on a third.
func TestStopAndResumeNonPipelined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		c := s.connect()
		id := c.describe12()
		c.send("GET /clip.wmv HTTP/1.0", agent12, "Pragma: xPlayStrm=1", id, testGUID, allThree)
		fr := c.stream(c.head())
		fr.upTo(wmsp.FrameHeader)
		fr.some(10)
		c.Close()
		for range 5 {
			time.Sleep(50 * time.Second)
			k := s.connect()
			k.send("POST /clip.wmv HTTP/1.0", agent12, "Pragma: xKeepAliveInPause=1", id, "Content-Length: 0")
			if r, _ := k.response(); r.Status != 200 {
				t.Fatalf("KeepAlive: %+v", r)
			}
			k.Close()
		}
		c = s.connect()
		c.send("GET /clip.wmv HTTP/1.0", agent12, "Pragma: xPlayStrm=1,packet-num=10", id, testGUID, allThree)
		r := c.head()
		if r.Status != 200 || r.Pragma().ResetStrm {
			t.Errorf("resumed Play: %+v", r)
		}
		fr = c.stream(r)
		fr.upTo(wmsp.FrameHeader)
		packets, _ := fr.data()
		checkClip(t, packets, 10)
	})
}

// Who stops and closes is forgotten at once, while it streams and when it does no
// more; who comes back after that begins anew.
func TestStopAndClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		for _, streams := range []bool{false, true} {
			d := s.connect()
			id := d.describe12()
			c := s.connect()
			c.send("GET /clip.wmv HTTP/1.0", agent12, "Pragma: xPlayStrm=1", id, testGUID, allThree)
			fr := c.stream(c.head())
			fr.upTo(wmsp.FrameHeader)
			fr.some(10)
			if !streams {
				c.Close()
				synctest.Wait()
			}
			k := s.connect()
			k.send("POST /clip.wmv HTTP/1.1", agent12, "Host: h", id, "Pragma: xStopStrm=1", "Content-Length: 0", "Connection: close")
			if r, _ := k.response(); r.Status != 200 {
				t.Errorf("Stop: %+v", r)
			}
			if _, err := k.Read(make([]byte, 1)); err != io.EOF {
				t.Errorf("then %v", err)
			}
			synctest.Wait()
			if !s.NoSession() {
				t.Errorf("streaming %t: the session is still there", streams)
			}
			k = s.connect()
			k.send("GET /clip.wmv HTTP/1.0", agent12, "Pragma: xPlayStrm=1", id, allThree)
			if r := k.head(); r.Status != 200 || !r.Pragma().ResetStrm {
				t.Errorf("Play of a session that is gone: %+v", r)
			}
			k.Close()
			time.Sleep(2 * time.Minute)
		}
	})
}

// [MS-WMSP] 3.2.6.2: without requests the session ends, and its id with it.
func TestIdleSessionExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		c := s.connect()
		id := c.describe12()
		time.Sleep(2 * time.Minute)
		k := s.connect()
		k.send("POST /clip.wmv HTTP/1.0", agent12, "Pragma: xKeepAliveInPause=1", id, "Content-Length: 0")
		if r, _ := k.response(); r.Status != 400 {
			t.Errorf("KeepAlive of an expired session: %+v", r)
		}
		k = s.connect()
		k.send("GET /clip.wmv HTTP/1.1", agent12, "Host: h", id, testGUID)
		if r, _ := k.response(); r.Status != 200 || !r.Pragma().ResetStrm {
			t.Errorf("Describe of an expired session: %+v", r)
		}
		k = s.connect()
		k.send("GET /clip.wmv HTTP/1.0", agent12, "Pragma: xPlayStrm=1", id, allThree)
		if r := k.head(); r.Status != 200 || !r.Pragma().ResetStrm {
			t.Errorf("Play of an expired session: %+v", r)
		}
	})
}

// A player may say nothing for as long as it streams, [MS-WMSP] 2.2.2.3.
func TestStreamingSessionDoesNotExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		c := s.connect()
		begin := time.Now()
		fr := c.play12(c.describe12(), allThree, "Pragma: max-duration=0")
		packets, end := fr.data()
		checkClip(t, packets, 0)
		if d := time.Since(begin); end.ID != wmsp.FrameEnd || d < (clipSeconds-2)*time.Second || d > clipSeconds*time.Second {
			t.Errorf("$%c after %v", end.ID, d)
		}
	})
}

// A second Play on the connection that streams replaces the first, and lives
// as long as any other.
func TestPlayTwiceOnOneConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, func(_ *wmsp.ServerOptions, p *point.Options) { p.Speed = 0.2 })
		defer s.Stop()
		c := s.connect()
		id := c.describe12()
		first := c.play12(id, allThree)
		first.some(5)
		c.send("GET /clip.wmv HTTP/1.1", agent12, "Host: h", "Pragma: version11-enabled=1",
			"Pragma: no-cache", "Pragma: xPlayStrm=1,packet-num=2", id, testGUID, allThree)
		if _, then := first.data(); then.ID != 0 {
			t.Errorf("$%c at the end of the first stream", then.ID)
		}
		fr := c.stream(c.head())
		fr.upTo(wmsp.FrameHeader)
		begin := time.Now()
		head := fr.some(200)
		if all := s.Sessions.All(); len(all) != 1 || all[0].State() != session.Streaming {
			t.Errorf("sessions %v after %v", all, time.Since(begin))
		}
		packets, end := fr.data()
		checkClip(t, append(head, packets...), 2)
		if d := time.Since(begin); end.ID != wmsp.FrameEnd || d < 2*time.Minute {
			t.Errorf("$%c after %v", end.ID, d)
		}
	})
}

// [MS-WMSP] 4.10 and 3.2.5.7 in pipelined mode: on the connection that
// streams, with the responses that waited before it.
func TestSelectStreamPipelined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		c := s.connect()
		id := c.describe12()
		fr := c.play12(id, "Pragma: stream-switch-entry=ffff:2:0")
		before := fr.some(5)
		c.send("OPTIONS * HTTP/1.1", agent12, "Host: h", id)
		c.send("GET /clip.wmv HTTP/1.1", agent12, "Host: h", id, "Pragma: stream-switch-count=3",
			"Pragma: stream-switch-entry=ffff:1:0 2:c:0")
		more, then := fr.data()
		if then.ID != 0 {
			t.Fatalf("$%c before the SelectStream response", then.ID)
		}
		if r, _ := c.response(); r.Status != 200 || r.Header.Get("Public") == "" {
			t.Errorf("KeepAlive: %+v", r)
		}
		r := c.head()
		if r.Status != 200 || !r.Chunked() {
			t.Errorf("SelectStream: %+v", r)
		}
		fr = c.stream(r)
		after, end := fr.data()
		if got := streamsIn(t, append(before, more...)); got != "2 " {
			t.Errorf("streams %s before the switch", got)
		}
		checkSwitch(t, after)
		if end.ID != wmsp.FrameEnd {
			t.Errorf("$%c at the end", end.ID)
		}
		all := append(append(before, more...), after...)
		for i, f := range all {
			if f.Flags != byte(i) {
				t.Fatalf("sequence %d at packet %d", f.Flags, i)
			}
		}
	})
}

// checkSwitch fails unless the video begins with a key frame and stream 12
// follows stream 2 without a gap.
func checkSwitch(t *testing.T, packets []wmsp.Frame) {
	t.Helper()
	var video, second bool
	var last2, first12 uint32
	payloadsOf(t, packets, func(_ int, p asf.Payload) {
		switch p.Stream {
		case 1:
			if !video && (!p.Key || p.Offset != 0) {
				t.Errorf("the video begins with object %d, offset %d, key %v", p.Object, p.Offset, p.Key)
			}
			video = true
		case 2:
			last2 = p.Time
		case 12:
			if !second {
				first12 = p.Time
			}
			second = true
		}
	})
	if !video || !second || first12 > last2+100 || last2 > first12 {
		t.Errorf("video %v; stream 2 up to %d, stream 12 from %d", video, last2, first12)
	}
}

// The same in non-pipelined mode: the request comes on a connection of its
// own and is answered there.
func TestSelectStreamNonPipelined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		c := s.connect()
		id := c.describe12()
		c.send("GET /clip.wmv HTTP/1.0", agent12, "Pragma: xPlayStrm=1", id, testGUID, "Pragma: stream-switch-entry=ffff:2:0")
		fr := c.stream(c.head())
		fr.upTo(wmsp.FrameHeader)
		before := fr.some(5)
		k := s.connect()
		k.send("POST /clip.wmv HTTP/1.0", agent12, id, "Pragma: stream-switch-count=2",
			"Pragma: stream-switch-entry=ffff:1:0 2:c:0", "Content-Length: 0")
		if r, _ := k.response(); r.Status != 200 {
			t.Errorf("SelectStream: %+v", r)
		}
		after, _ := fr.data()
		if got := streamsIn(t, before); got != "2 " {
			t.Errorf("streams %s before the switch", got)
		}
		checkSwitch(t, after)
	})
}

// [MS-WMSP] 4.9: fast forward and rewind.
func TestStride(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		for _, k := range []struct {
			rate   string
			reason uint32
		}{{"5.000", wmsp.ReasonDone}, {"-5.000", wmsp.ReasonEndReceding}} {
			c := s.connect()
			fr := c.play12(c.describe12(), allThree, "Pragma: no-cache,rate="+k.rate)
			packets, end := fr.data()
			if end.Reason != k.reason || len(packets) < clipSeconds/2 {
				t.Errorf("rate %s: %d packets, then reason %#x", k.rate, len(packets), end.Reason)
			}
			payloadsOf(t, packets, func(_ int, p asf.Payload) {
				if p.Stream != 1 || !p.Key {
					t.Errorf("rate %s: stream %d, key %v", k.rate, p.Stream, p.Key)
				}
			})
			falls := packets[0].Location > packets[len(packets)-1].Location
			if falls != (k.rate[0] == '-') {
				t.Errorf("rate %s: locations from %d to %d", k.rate, packets[0].Location, packets[len(packets)-1].Location)
			}
		}
	})
}

// [MS-WMSP] 3.2.6.1: a proxy that holds back the second request fails the
// pipeline test.
func TestPipelineTestExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		c := s.connect()
		id := c.describe12()
		ask := func() {
			c.send("GET /clip.wmv HTTP/1.1", agent12, "Host: h", "Pragma: no-cache", "Pragma: pipeline-request=1", id)
		}
		ask()
		fr := c.stream(c.head())
		fr.expect(wmsp.FrameTest)
		begin := time.Now()
		if f := fr.next(); f.ID != 0 || time.Since(begin) != time.Second {
			t.Errorf("$%c after %v, want the end of the body after a second", f.ID, time.Since(begin))
		}
		ask()
		r, _ := c.response()
		p := r.Pragma()
		if r.Status != 204 || r.Minor != 0 || p.PipelineResult || !p.Has(wmsp.TokenPipelineResult) {
			t.Errorf("second Pipeline response: %+v", r)
		}
	})
}

func TestSendEventAndContentInfo(t *testing.T) {
	s := startServer(t, false, unpaced)
	c := s.connect()
	e := remote.Event{Type: remote.Log}
	e.User.AddInt(remote.ItemContextType, 2)
	e.Command.AddInt(remote.ItemContextType, 5)
	e.Command.AddText(remote.ItemRemoteLog, "<XML><Summary/></XML>")
	body := string(e.Append(nil))
	c.send("POST /clip.wmv HTTP/1.1", "User-Agent: NSPlayer/11.0.5721.5145", "Host: h", testGUID,
		fmt.Sprintf("Content-Length: %d", len(body)), "Content-Type: application/x-wms-sendevent", "", body)
	r, _ := c.response()
	if p := r.Pragma(); r.Status != 200 || p.Has(wmsp.TokenClientID) {
		t.Errorf("SendEvent: %+v", r)
	}
	c.send("POST /clip.wmv HTTP/1.1", "User-Agent: WMCacheProxy/9.5.6001.1", "Via: HTTP/1.1 WMCacheProxy (WMCacheProxy/9.5.6001.1)",
		"Max-Forwards: 9", "Pragma: xClientGUID={00000000-0000-0000-0000-000000000000}",
		"Content-Type: application/x-wms-getcontentinfo", "Host: h", "Content-Length: 1", "Connection: Keep-Alive", "", "x")
	r, _ = c.response()
	if r.Status != 200 || r.ContentLength() != 0 || r.Header.Get("Etag") == "" || r.Header.Get("Cache-Control") == "no-cache" {
		t.Errorf("GetContentInfo: %+v", r)
	}
	logs := fronttest.EventsOf[event.LogReceived](s.Rig)
	if len(logs) == 0 || logs[len(logs)-1].Form != "remote" || logs[len(logs)-1].Text != "<XML><Summary/></XML>" {
		t.Errorf("the remote log was not published, but %+v", logs)
	}
}

// [MS-WMSP] 3.2.5.4: redirection by status, and by script command for players
// older than 7.0.
func TestRedirect(t *testing.T) {
	s := startServer(t, false, unpaced)
	p, _, err := s.Points.Lookup("/clip.wmv")
	if err != nil {
		t.Fatal(err)
	}
	moved := &point.Point{Name: "moved.wmv", Redirect: "http://other.example/film.wmv", Opener: p.Opener, Options: p.Options}
	s.Points.Add(moved)
	c := s.connect()
	c.send("GET /moved.wmv HTTP/1.1", agent12, "Host: h", testGUID)
	if r, _ := c.response(); r.Status != 302 || r.Header.Get("Location") != moved.Redirect {
		t.Errorf("version 12: %+v", r)
	}
	c = s.connect()
	c.send("GET /moved.wmv HTTP/1.0", agent64, testGUID)
	r, body := c.response()
	f, _, err := wmsp.ParseFrame(body)
	if r.Status != 200 || err != nil {
		t.Fatal(r, err)
	}
	h, _, err := asf.ParseHeader(f.Payload)
	if err != nil {
		t.Fatal(err)
	}
	commands := h.ScriptCommands()
	if len(commands) != 1 || commands[0].Type != "FILENAME" || commands[0].Value != moved.Redirect {
		t.Errorf("version 6.4: commands %+v", commands)
	}
}

// [MS-WMSP] 3.2.5.6: an old player whose session is gone is told so by $E, $C
// and a second header.
func TestResetOfOldPlayers(t *testing.T) {
	s := startServer(t, false, unpaced)
	c := s.connect()
	c.send("GET /clip.wmv HTTP/1.0", agent64, "Pragma: xPlayStrm=1,request-context=2", "Pragma: client-id=77", allThree)
	r := c.head()
	fr := c.stream(r)
	fr.expect(wmsp.FrameHeader)
	if e := fr.expect(wmsp.FrameEnd); e.Reason != wmsp.ReasonEntryDone {
		t.Errorf("$E with reason %d", e.Reason)
	}
	fr.expect(wmsp.FrameChange)
	fr.expect(wmsp.FrameHeader)
	packets, _ := fr.data()
	checkClip(t, packets, 0)
	if !r.Pragma().ResetStrm {
		t.Errorf("%+v", r)
	}
}
