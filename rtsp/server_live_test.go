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

// live is a broadcast point of a test server, under the name live.
type live struct {
	*point.Feed
	s    *server
	b    *point.Broadcast
	clip clip
	next int // packet of the clip
}

// live has players that join begin about that long behind the present.
func (s *server) live(burst time.Duration, o point.BroadcastOptions) *live {
	s.T.Helper()
	b := point.NewBroadcast(o)
	s.Points.Add(&point.Point{Name: "live", Opener: b, Options: point.Options{
		Batch: 150 * time.Millisecond, Unpaced: true, Speed: 1, MaxSpeed: 1, MaxAccel: 3_500_000, Burst: burst,
	}})
	l := &live{s: s, b: b}
	l.start(longClip())
	return l
}

const usualBurst = 500 * time.Millisecond

// start makes a clip what is broadcast, as an encoder that begins.
func (l *live) start(c clip) {
	l.s.T.Helper()
	f, err := l.b.Start(c.Header)
	if err != nil {
		l.s.T.Fatal(err)
	}
	l.Feed, l.clip, l.next = f, c, 0
}

func (l *live) bring(n int) {
	l.s.T.Helper()
	for range n {
		if err := l.Add(l.clip.Packet(l.next)); err != nil {
			l.s.T.Fatal(err)
		}
		l.next++
	}
}

// change has the encoder go on with another clip.
func (l *live) change(c clip) {
	l.s.T.Helper()
	if err := l.Header(c.Header); err != nil {
		l.s.T.Fatal(err)
	}
	l.clip, l.next = c, 0
}

// joins checks that packets follow one another from a clean point of the video on
// that is about half a second old, and returns the number behind the last one.
func (l *live) joins(got []rtsp.Received, newest int) int {
	l.s.T.Helper()
	if len(got) == 0 || !got[0].Key || !beginsVideo(l.s.T, got[0].Data) {
		l.s.T.Fatalf("%d packets, the first of which is no clean point", len(got))
	}
	from := int(got[0].Location)
	if age := sendTime(l.s.T, l.clip.Packet(newest)) - got[0].SendTime; age < 500 || age > 1100 {
		l.s.T.Errorf("begins %d ms behind the newest packet", age)
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

// liveHeader is what players are sent of a header.
func liveHeader(c clip) []byte {
	_, b, err := asf.LiveHeader(c.Header)
	if err != nil {
		panic(err)
	}
	return b
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
	if !bytes.Contains(r.Body, []byte("\r\na=range:npt=now-\r\n")) || !bytes.Equal(sdp.Header, liveHeader(longClip())) {
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
			l.bring(60)
			r := c.must("PLAY", url, lines...)
			if got := r.Header.Get("Range"); got != "npt=now-" || r.Header.Has("Scale") {
				t.Errorf("%s: granted %+v", lines, r.Header)
			}
			got := c.some(l.clip, 1)
			from := int(got.got[0].Location)
			got.add2(c.some(l.clip, l.next-from-1))
			l.bring(7)
			got.add2(c.some(l.clip, 7))
			got.check(from)
			l.joins(got.got, l.next-8)
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
			l.bring(5)
			c.must("PLAY", url)
			c.some(l.clip, 5)
			l.Close()
			gone := time.Now()
			got, notice := c.receive(l.clip, 2)
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
		l.bring(20)
		c.must("PLAY", url)
		for l.next < 1000 {
			l.bring(10)
			time.Sleep(200 * time.Millisecond)
			synctest.Wait()
		}
		got := c.some(l.clip, 1)
		last, jumps := int(got.got[0].Location), 0
		for last < l.next-1 {
			p := c.some(l.clip, 1).got[0]
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
	l.bring(50)
	c.must("PLAY", url)
	if begun := fronttest.EventsOf[event.Playing](s.Rig); len(begun) != 1 || begun[0].Speed != 1 {
		t.Errorf("%+v", begun)
	}
	got, sent := &receiver{t: t, clip: l.clip}, [][]byte(nil)
	take := func() {
		for len(got.got) == 0 || int(got.got[len(got.got)-1].Location) < l.next-1 {
			b := datagram(t, u.rtp)
			got.add(b)
			sent = append(sent, b)
		}
	}
	take()
	first := got.seq[0]
	for l.next < 400 { // until the block of the first packets is let go
		l.bring(25)
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
