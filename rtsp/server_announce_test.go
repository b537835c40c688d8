package rtsp_test

import (
	"bytes"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/rtsp"
)

// turning is a hand-written player that is told of changes.
func (s *server) turning(l *fronttest.Live, supported string) (c *peer, url string) {
	s.T.Helper()
	c, url = s.connect(), s.url("live")
	c.SetDeadline(time.Time{})
	c.setUp(url, "Supported: com.microsoft.wm.eosmsg, com.microsoft.wm.locid"+supported)
	l.Bring(10)
	c.must("PLAY", url)
	c.some(l.Clip, 10).check(0)
	return c, url
}

const alsoPredicts = ", com.microsoft.wm.predstrm"

// asks reads the next request of the server, before which nothing comes but RTCP,
// and answers it.
func (p *peer) asks(kind rtsp.Kind) *rtsp.Request {
	p.t.Helper()
	frame, r, _, err := p.next()
	for frame != nil && frame.Channel%2 == 1 {
		frame, r, _, err = p.next()
	}
	if err != nil || r == nil || r.Kind != kind {
		p.t.Fatalf("%+v, %v; want %s", r, err, kind)
	}
	p.write(fmt.Sprintf("RTSP/1.0 200 OK\r\nCSeq: %d\r\nSession: %s\r\n\r\n", r.CSeq, p.session))
	return r
}

// The Announce request has all that [MS-RTSP] 2.2.7.1 and 3.2.4.2 want.
func TestAnnounceRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true})
		defer s.Stop()
		l := s.live(time.Minute, point.BroadcastOptions{})
		c, url := s.turning(l, alsoPredicts)
		l.Change(otherClip())
		end := c.asks(rtsp.EndOfStream)
		if e := rtsp.ParseEndOfStream(end.Body); e.Reason != rtsp.EndOfEntry || !e.EOF || end.GenID != 1 || !end.Header.Has("RTP-Info") {
			t.Errorf("%+v %q", end.Header, end.Body)
		}
		r := c.asks(rtsp.Announce)
		for name, want := range map[string]string{
			"Content-Type": "application/sdp", "Session": c.session, "X-Playlist-Gen-Id": "2", "X-Broadcast-Id": "1",
			"X-Receding-PlaylistChange": "",
		} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
		if r.Target.Raw != url || !r.Header.Has("Cache-Control") || r.CSeq != end.CSeq+1 {
			t.Errorf("%s %+v", r.Target.Raw, r.Header)
		}
		sdp, err := rtsp.ParseSDP(r.Body)
		if err != nil || !bytes.Equal(sdp.Header, otherClip().LiveHeader()) || sdp.MaxPacketSize != clipPacket || len(sdp.ContentDescription) == 0 {
			t.Errorf("%+v, %v", sdp, err)
		}
		if old := c.ask("GET_PARAMETER", url, "X-Playlist-Gen-Id: 1"); old.Status != 412 {
			t.Errorf("a request about the entry before: %d", old.Status)
		}
		if seek := c.ask("PLAY", url, "X-Playlist-Seek-Id: 1"); seek.Status != 412 {
			t.Errorf("back to the entry before: %d", seek.Status)
		}
		if bad := c.ask("PLAY", url, "X-RTP-Info: nothing"); bad.Status != 400 {
			t.Errorf("an unreadable confirmation: %d", bad.Status)
		}
		// It names the video alone: the audio ends.
		p := c.must("PLAY", url, "X-Playlist-Seek-Id: 2", "X-Playlist-Gen-Id: 2", "X-RTP-Info: url="+url+"/stream=5")
		if p.Header.Get("Range") != "npt=now-" || p.Header.Get("X-Playlist-Gen-Id") != "2" || !p.Header.Has("RTP-Info") {
			t.Errorf("%+v", p.Header)
		}
		l.Bring(10)
		for range 3 {
			if got := c.some(otherClip(), 1).got[0]; !hasStream(t, got.Data, 5) || hasStream(t, got.Data, 6) || hasStream(t, got.Data, 7) {
				t.Error("not the video alone")
			}
		}
	})
}

func hasStream(t *testing.T, data []byte, stream uint8) bool {
	t.Helper()
	var p asf.Packet
	if err := asf.ParsePacket(data, &p); err != nil {
		t.Fatal(err)
	}
	for it := p.Payloads(); it.Next(); {
		if it.Payload.Stream == stream {
			return true
		}
	}
	return false
}

// Before it has confirmed one entry a player is not told of another,
// Play-Expected-Before-Announce; and one that is behind is told as much later,
// Lag-Timer, [MS-RTSP] 3.2.1 and 3.2.2.
func TestAnnounceWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true})
		defer s.Stop()
		l := s.live(time.Minute, point.BroadcastOptions{})
		c, url := s.turning(l, alsoPredicts)
		l.Change(secondClip())
		l.Bring(5)
		c.asks(rtsp.EndOfStream)
		c.asks(rtsp.Announce)
		c.some(secondClip(), 5).check(0)
		l.Change(longClip())
		l.Bring(7)
		c.asks(rtsp.EndOfStream)
		l.Change(secondClip()) // the one between is never told
		l.Bring(9)
		time.Sleep(20 * time.Second)
		synctest.Wait()
		for _, k := range []struct{ line, lag string }{{"X-Player-Lag-Time: 4000", "4s"}, {"X-Player-Lag-Time: 4294967295", "15s"}, {"X: y", "0s"}} {
			c.must("PLAY", url, k.line)
			if len(c.frames)+len(c.asked) != 0 {
				t.Errorf("%d frames and %d requests before the confirmation", len(c.frames), len(c.asked))
			}
			since := time.Now()
			if r := c.asks(rtsp.Announce); r.GenID < 4 {
				t.Errorf("told of entry %d", r.GenID)
			}
			if took := time.Since(since).Round(200 * time.Millisecond); took.String() != k.lag {
				t.Errorf("%s: told after %v", k.line, took)
			}
			c.some(secondClip(), 9).check(0)
			l.Change(secondClip())
			l.Bring(9)
			c.asks(rtsp.EndOfStream)
		}
		// The same when the entry was confirmed long before.
		c.must("PLAY", url)
		c.asks(rtsp.Announce)
		c.some(secondClip(), 9).check(0)
		c.must("PLAY", url, "X-Player-Lag-Time: 2000")
		l.Change(secondClip())
		c.asks(rtsp.EndOfStream)
		since := time.Now()
		c.asks(rtsp.Announce)
		if took := time.Since(since).Round(200 * time.Millisecond); took != 2*time.Second {
			t.Errorf("told after %v", took)
		}
	})
}

// A player that never confirms is not kept for ever.
func TestAnnounceWaitsInVain(t *testing.T) {
	for _, supported := range []string{alsoPredicts, ""} {
		synctest.Test(t, func(t *testing.T) {
			s := startServerWith(t, setting{memory: true})
			defer s.Stop()
			l := s.live(time.Minute, point.BroadcastOptions{})
			c, _ := s.turning(l, supported)
			for range 2 {
				l.Change(secondClip())
				time.Sleep(time.Second)
			}
			go func() {
				for {
					if _, _, _, err := c.next(); err != nil {
						return
					}
				}
			}()
			time.Sleep(3 * time.Minute)
			synctest.Wait()
			if !s.NoSession() {
				t.Error("the session stays")
			}
		})
	}
}

// What has changed while a player was paused is told when it plays, [MS-RTSP]
// 2.2.6.21; and it joins the present of that.
func TestChangeWhilePaused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true})
		defer s.Stop()
		l := s.live(usualBurst, point.BroadcastOptions{})
		c, url := s.turning(l, alsoPredicts)
		c.must("PAUSE", url)
		l.Change(longClip())
		l.Change(secondClip())
		l.Bring(100)
		r := c.must("PLAY", url, "X-Playlist-Gen-Id: 1")
		if r.Header.Get("X-Playlist-Change-Notice") != "true" {
			t.Errorf("%+v", r.Header)
		}
		c.asks(rtsp.EndOfStream)
		if r := c.asks(rtsp.Announce); r.GenID != 3 {
			t.Errorf("told of entry %d", r.GenID)
		}
		got := c.some(l.Clip, 1)
		from := int(got.got[0].Location)
		got.add2(c.some(l.Clip, l.Next-from-1))
		got.check(from)
		joins(t, l, got.got, l.Next-1)
		// The Announce was lost with its connection: it is told again.
		d := s.connect()
		d.session = c.session
		d.must("PLAY", url, "X-Playlist-Gen-Id: 1", "If-Match: \"{of the first}\"")
		d.asks(rtsp.EndOfStream)
		if r := d.asks(rtsp.Announce); r.GenID != 3 {
			t.Errorf("told of entry %d", r.GenID)
		}
		// Others are told nothing.
		e := s.connect()
		e.setUp(url, wantsNumbers)
		e.must("PLAY", url)
		e.must("PAUSE", url)
		l.Change(longClip())
		l.Bring(60)
		if r := e.must("PLAY", url); r.Header.Has("X-Playlist-Change-Notice") {
			t.Errorf("%+v", r.Header)
		}
		joins(t, l, e.some(l.Clip, 5).got, l.Next-1)
	})
}
