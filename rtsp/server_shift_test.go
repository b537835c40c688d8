package rtsp_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/rtsp"
)

// shifted is a broadcast of which little is in memory, and all in its past.
func (s *server) shifted() (*fronttest.Live, *fronttest.Past) {
	s.T.Helper()
	l := s.live(0, point.BroadcastOptions{Span: time.Millisecond})
	past := fronttest.NewPast(s.T, l.Broadcast)
	l.Change(longClip())
	return l, past
}

// inRealTime brings packets at the pace of their send times.
func inRealTime(t *testing.T, l *fronttest.Live, past *fronttest.Past, n int) {
	t.Helper()
	for range n {
		l.Bring(1)
		past.Take()
		if l.Next < l.Clip.Count() {
			ahead := int32(sendTime(t, l.Clip.Packet(l.Next)) - sendTime(t, l.Clip.Packet(l.Next-1)))
			time.Sleep(time.Duration(max(ahead, 0)) * time.Millisecond)
		}
	}
}

// A player that asks for a time in the past of a broadcast gets it; a pause goes
// on where it was, and not in the present.
func TestTimeShift(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true})
		defer s.Stop()
		l, past := s.shifted()
		inRealTime(t, l, past, 400)
		c, url := s.connect(), s.url("live")
		c.SetDeadline(time.Time{})
		sdp, err := rtsp.ParseSDP(c.must("DESCRIBE", url).Body)
		if want := rtsp.PropertyBroadcast | rtsp.PropertyNotStridable; err != nil || sdp.Properties != want || !sdp.Range.Now {
			t.Errorf("described as %s, range %v, %v", sdp.Properties, sdp.Range, err)
		}
		c.setUp(url, wantsNumbers)
		r := c.must("PLAY", url, "Range: npt=2.500-")
		if got := r.Header.Get("Range"); got != "npt=2.500-" {
			t.Errorf("granted %s", got)
		}
		got := c.some(l.Clip, 1)
		from := int(got.got[0].Location)
		if at := sendTime(t, l.Clip.Packet(from)); !got.got[0].Key || at > 2500 || at+1100 < 2500 {
			t.Errorf("begins at %d ms", at)
		}
		if infos, err := rtsp.ParseRTPInfo(r.Header.Get("RTP-Info")); err != nil || infos[0].RTPTime != got.got[0].SendTime {
			t.Errorf("RTP-Info: %s, %v", r.Header.Get("RTP-Info"), err)
		}
		began := time.Now()
		got.add2(c.some(l.Clip, 100))
		media := time.Duration(got.got[100].SendTime-got.got[0].SendTime) * time.Millisecond
		if took := time.Since(began); took < media-time.Second || took > media+time.Second {
			t.Errorf("%v of media took %v", media, took)
		}
		c.must("PAUSE", url)
		paused := got.got[100].Location + 1
		for i := range c.frames { // what came before the pause was answered
			if c.frames[i].Channel == 0 {
				paused++
			}
		}
		inRealTime(t, l, past, 100)
		c.must("PLAY", url)
		got = c.some(l.Clip, 50)
		if got.got[0].Location < paused-1 || got.got[0].Location > paused+1 {
			t.Errorf("goes on with packet %d, paused at %d", got.got[0].Location, paused)
		}
		got.check(int(got.got[0].Location))
		c.must("PAUSE", url)
		for _, present := range []string{"npt=now-", "npt=0-", "npt=5000-"} {
			if r = c.must("PLAY", url, "Range: "+present); r.Header.Get("Range") != "npt=now-" {
				t.Errorf("%s is granted as %s", present, r.Header.Get("Range"))
			}
		}
	})
}

// A player that is behind is told of each header that has followed, one after the
// other, as another one was of the present.
func TestTimeShiftTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true})
		defer s.Stop()
		l, past := s.shifted()
		inRealTime(t, l, past, 400)
		c, url := s.connect(), s.url("live")
		c.SetDeadline(time.Now().Add(time.Hour))
		c.setUp(url, "Supported: com.microsoft.wm.eosmsg, com.microsoft.wm.locid, com.microsoft.wm.predstrm")
		c.must("PLAY", url, "Range: x-asf-packet=350-")
		for range 2 {
			l.Change(longClip())
			inRealTime(t, l, past, 20)
		}
		c.some(l.Clip, 50).check(350)
		for _, generation := range []string{"3", "4"} {
			if got := c.announced(); got != generation {
				t.Errorf("told of entry %s, want %s", got, generation)
			}
			c.some(l.Clip, 20).check(0)
			c.must("PLAY", url) // the end of the entry may come before the answer
			for _, r := range c.asked {
				if r.Kind == rtsp.Announce {
					t.Error("the next entry is announced before the Play of this one is answered")
				}
			}
		}
	})
}

// announced answers requests up to an Announce, and returns the entry that it is
// about.
func (p *peer) announced() string {
	p.t.Helper()
	for {
		_, r, _, err := p.next()
		if err != nil {
			p.t.Fatal(err)
		}
		if r == nil {
			continue
		}
		p.write(fmt.Sprintf("RTSP/1.0 200 OK\r\nCSeq: %d\r\nSession: %s\r\n\r\n", r.CSeq, p.session))
		if r.Kind == rtsp.Announce {
			return r.Header.Get("X-Playlist-Gen-Id")
		}
	}
}
