package rtsp_test

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/rtsp"
)

// live is a broadcast of the long clip, under the name live, which players that join
// begin about that long behind the present.
func (s *server) live(burst time.Duration, o point.BroadcastOptions) *fronttest.Live {
	s.T.Helper()
	return s.Live("live", point.Options{
		Batch: 150 * time.Millisecond, Unpaced: true, Speed: 1, MaxSpeed: 1, MaxAccel: 3_500_000, Burst: burst,
	}, o).Start(longClip())
}

const usualBurst = 500 * time.Millisecond

// joins checks that packets follow one another from a clean point of the video on
// that is about half a second old, and returns the number behind the last one.
func joins(t *testing.T, l *fronttest.Live, got []rtsp.Received, newest int) int {
	t.Helper()
	if len(got) == 0 || !got[0].Key || !beginsVideo(t, got[0].Data) {
		t.Fatalf("%d packets, the first of which is no clean point", len(got))
	}
	from := int(got[0].Location)
	if age := sendTime(t, l.Clip.Packet(newest)) - got[0].SendTime; age < 500 || age > 1100 {
		t.Errorf("begins %d ms behind the newest packet", age)
	}
	return from + len(got)
}

func beginsVideo(t *testing.T, data []byte) bool {
	t.Helper()
	var p asf.Packet
	if err := asf.ParsePacket(data, &p); err != nil {
		t.Fatal(err)
	}
	for it := p.Payloads(); it.Next(); {
		if it.Payload.Stream == 1 && it.Payload.Key && it.Payload.Offset == 0 {
			return true
		}
	}
	return false
}

func sendTime(t *testing.T, pkt []byte) uint32 {
	t.Helper()
	ms, err := asf.SendTime(pkt)
	if err != nil {
		t.Fatal(err)
	}
	return ms
}

// What a broadcast is told to be: it has no length, cannot be wound, and no cache
// may keep it.
func TestLiveIsDescribed(t *testing.T) {
	s := startServer(t)
	s.live(usualBurst, point.BroadcastOptions{})
	c := s.connect()
	r := c.must("DESCRIBE", s.url("live"))
	sdp, err := rtsp.ParseSDP(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if want := rtsp.PropertyBroadcast | rtsp.PropertyNotSeekable | rtsp.PropertyNotStridable; sdp.Properties != want {
		t.Errorf("a=type:%s, want %s", sdp.Properties, want)
	}
	if !bytes.Contains(r.Body, []byte("\r\na=range:npt=now-\r\n")) || !bytes.Equal(sdp.Header, longClip().LiveHeader()) {
		t.Errorf("described as\n%s", r.Body)
	}
	const cache = `no-cache, x-wms-stream-type="broadcast", x-wms-proxy-split, x-wms-event-subscription="remote-log"`
	for name, want := range map[string]string{"X-Playlist-Gen-Id": "1", "X-Broadcast-Id": "1", "Cache-Control": cache, "Last-Modified": ""} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	info := c.must("GET_PARAMETER", s.url("live"), "Content-Type: application/x-wms-getcontentinfo", "Content-Length: 0")
	if got := info.Header.Get("Cache-Control"); got != cache {
		t.Errorf("Cache-Control for a cache: %s", got)
	}
	for _, k := range []struct {
		line   string
		status int
	}{{"X-Playlist-Gen-Id: 7", 412}, {"X-Playlist-Gen-Id: 1", 200}} {
		if r := s.connect().ask("SETUP", s.url("live/video"), overTCP, k.line); r.Status != k.status {
			t.Errorf("SETUP with %s: %d, want %d", k.line, r.Status, k.status)
		}
	}
}

// Whatever place and rate a Play names, it joins the present at a clean point; so
// does one after a pause. Nothing in between is lost.
func TestLiveIsJoined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true})
		defer s.Stop()
		l := s.live(usualBurst, point.BroadcastOptions{})
		c, url := s.connect(), s.url("live")
		c.setUp(url, wantsNumbers)
		for _, lines := range [][]string{
			nil, {"Range: npt=3.5-"}, {"Range: npt=now-"}, {"Range: x-asf-packet=2-", "Scale: 5"}, {"Range: npt=5-7"}, {"Range: npt=-20"},
		} {
			l.Bring(60)
			r := c.must("PLAY", url, lines...)
			if got := r.Header.Get("Range"); got != "npt=now-" || r.Header.Has("Scale") {
				t.Errorf("%s: granted %+v", lines, r.Header)
			}
			got := c.some(l.Clip, 1)
			from := int(got.got[0].Location)
			got.add2(c.some(l.Clip, l.Next-from-1))
			l.Bring(7)
			got.add2(c.some(l.Clip, 7))
			got.check(from)
			joins(t, l, got.got, l.Next-8)
			if infos, err := rtsp.ParseRTPInfo(r.Header.Get("RTP-Info")); err != nil || infos[0].RTPTime != got.got[0].SendTime {
				t.Errorf("RTP-Info: %s, %v; begins at %d ms", r.Header.Get("RTP-Info"), err, got.got[0].SendTime)
			}
			c.must("PAUSE", url)
		}
	})
}

// add2 takes what another receiver has got meanwhile.
func (r *receiver) add2(more *receiver) { r.got = append(r.got, more.got...) }

// When the encoder has gone and none comes in time, players are told of an end.
func TestLiveEnds(t *testing.T) {
	for _, knows := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := startServerWith(t, setting{memory: true})
			defer s.Stop()
			l := s.live(usualBurst, point.BroadcastOptions{Linger: 3 * time.Second})
			c, url := s.connect(), s.url("live")
			line := wantsNumbers
			if knows {
				line = wantsNotice
			}
			c.setUp(url, line)
			l.Bring(5)
			c.must("PLAY", url)
			c.some(l.Clip, 5)
			l.Close()
			gone := time.Now()
			got, notice := c.receive(l.Clip, 2)
			if took := time.Since(gone); took < 3*time.Second || took > 3500*time.Millisecond || len(got.got) != 0 {
				t.Errorf("the end came after %v and %d packets", took, len(got.got))
			}
			if (notice != nil) != knows || knows && rtsp.ParseEndOfStream(notice.Body).Reason != rtsp.EndPlain {
				t.Errorf("told by %+v", notice)
			}
			if r := s.connect().ask("DESCRIBE", url); r.Status != 404 {
				t.Errorf("described after the end: %d", r.Status)
			}
		})
	}
}

// A player over TCP that does not read for long goes on at a clean point, and what
// it has lost is counted.
func TestSlowPlayerOfLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true, write: time.Hour})
		defer s.Stop()
		l := s.live(usualBurst, point.BroadcastOptions{Span: 5 * time.Second, Bytes: 256 << 10})
		c, url := s.connect(), s.url("live")
		c.SetDeadline(time.Time{})
		c.setUp(url, wantsNumbers)
		l.Bring(20)
		c.must("PLAY", url)
		for l.Next < 1000 {
			l.Bring(10)
			time.Sleep(200 * time.Millisecond)
			synctest.Wait()
		}
		got := c.some(l.Clip, 1)
		last, jumps := int(got.got[0].Location), 0
		for last < l.Next-1 {
			p := c.some(l.Clip, 1).got[0]
			if n := int(p.Location); n != last+1 {
				jumps++
				if !beginsVideo(t, p.Data) || n < last {
					t.Errorf("packet %d follows %d", n, last)
				}
			}
			last = int(p.Location)
		}
		skipped := s.Sessions.All()[0].Snapshot().Skipped
		if jumps != 1 || skipped < 100 {
			t.Errorf("%d jumps, %d packets skipped", jumps, skipped)
		}
	})
}

// Over UDP a broadcast has a pace, also in what a player gets at once; a packet
// that is kept no longer cannot be had again, and nobody is hurt.
func TestLiveOverUDP(t *testing.T) {
	s := startServer(t)
	l := s.live(time.Minute, point.BroadcastOptions{Span: time.Second, Bytes: 128 << 10})
	c, u, url := s.connect(), newUDPPlayer(t), s.url("live")
	media, rtx := u.setUp(c, url, wantsNumbers)
	l.Bring(50)
	c.must("PLAY", url)
	if begun := fronttest.EventsOf[event.Playing](s.Rig); len(begun) != 1 || begun[0].Speed != 1 {
		t.Errorf("%+v", begun)
	}
	got, sent := &receiver{t: t, clip: l.Clip}, [][]byte(nil)
	take := func() {
		for len(got.got) == 0 || int(got.got[len(got.got)-1].Location) < l.Next-1 {
			b := datagram(t, u.rtp)
			got.add(b)
			sent = append(sent, b)
		}
	}
	take()
	first := got.seq[0]
	for l.Next < 400 { // until the block of the first packets is let go
		l.Bring(25)
		take()
	}
	got.check(int(got.got[0].Location))
	last := len(sent) - 2
	nack, _ := rtsp.AppendNacks(nil, 7, media.SSRC, rtx.SSRC, []uint16{first, got.seq[last]})
	u.tell(t, media, nack)
	if b := datagram(t, u.rtx); !bytes.Equal(b, sent[last]) {
		t.Error("the copy differs")
	}
	c.must("PAUSE", url)
}
