package rtsp_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/rtsp"
)

// What a player says between its requests, on any channel and of any length,
// keeps nobody from being answered.
func TestInterleavedFrames(t *testing.T) {
	s := startServer(t)
	c, long := s.connect(), s.url("long.wmv")
	c.setUp(long)
	c.must("PLAY", long)
	for _, channel := range []byte{0, 1, 2, 3, 77, 255} {
		for _, size := range []int{0, 1, 4, 1500, 65535} {
			for _, fill := range []byte{0, 0x80, 0xFF, '$', '\r'} {
				frame := rtsp.AppendFrameHead(nil, channel, size)
				c.write(string(append(frame, bytes.Repeat([]byte{fill}, size)...)))
			}
		}
		c.must("GET_PARAMETER", long)
	}
	c.some(longClip(), 1)
}

// A frame that never ends is waited for no longer than a head.
func TestUnfinishedFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true})
		defer s.Stop()
		c := s.connect()
		begin := time.Now()
		c.write("$\x01\xff\xff begins and")
		c.atEnd()
		if d := time.Since(begin); d < 5*time.Second || d > 15*time.Second {
			t.Errorf("the connection ended after %v", d)
		}
	})
}

// Media goes to the player's own address, whatever its Transport names.
func TestForeignDestination(t *testing.T) {
	s := startServer(t)
	c, clip := s.connect(), s.url("clip.wmv")
	u := newUDPPlayer(t)
	r := c.must("SETUP", clip+"/video", fmt.Sprintf(
		"Transport: RTP/AVP/UDP;unicast;destination=203.0.113.7;source=203.0.113.8;client_port=%d-%d", port(u.rtp), port(u.rtcp)))
	if got := r.Header.Get("Transport"); strings.Contains(got, "203.0.113") {
		t.Errorf("granted: %s", got)
	}
	c.must("PLAY", clip)
	got := &receiver{t: t, clip: shortClip()}
	got.add(datagram(t, u.rtp))
}

// Answers that nothing asked for are counted and harm nobody.
func TestAnswersToNothing(t *testing.T) {
	s := startServer(t)
	c := s.connect()
	for _, cseq := range []string{"1", "-1", "999999", "x", ""} {
		c.write("RTSP/1.0 200 OK\r\nCSeq: " + cseq + "\r\n\r\n")
	}
	c.must("OPTIONS", "*")
	s.WaitFor("all are counted", func() bool { return len(fronttest.EventsOf[event.BadInput](s.Rig)) == 5 })
}

// A player that takes no notice of the end finds its connection closed; one that
// is known to end by itself keeps it.
func TestConnectionClosesAfterTheEnd(t *testing.T) {
	for agent, closes := range map[string]bool{
		"Stub/1.0": true, "Lavf59.27.100": false, "GStreamer/1.22.0": false, "WMPlayer/11.0.5721.5145": false,
	} {
		t.Run(agent, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := startServerWith(t, setting{memory: true})
				defer s.Stop()
				c, clip := s.connect(), s.url("clip.wmv")
				c.setUp(clip, "User-Agent: "+agent)
				c.must("PLAY", clip)
				goodbyes := 2
				if strings.HasPrefix(agent, "Lavf") {
					goodbyes = 3 // one more, for the stream that it does not set up
				}
				c.receive(shortClip(), goodbyes)
				time.Sleep(9 * time.Second)
				c.must("GET_PARAMETER", clip)
				time.Sleep(2 * time.Second)
				if closes {
					c.atEnd()
				} else {
					c.must("PLAY", clip)
				}
			})
		})
	}
}

// A session that ends leaves the connection to another one that is on it.
func TestTwoSessionsOnOneConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true})
		defer s.Stop()
		c, clip := s.connect(), s.url("clip.wmv")
		c.SetDeadline(time.Time{})
		c.must("SETUP", clip+"/video", overTCP)
		first := c.session
		c.session = ""
		c.must("SETUP", clip+"/video", overTCP)
		if c.session == first {
			t.Fatal("one session only")
		}
		for range 5 { // the first one is silent, and ends
			time.Sleep(25 * time.Second)
			c.must("GET_PARAMETER", clip)
		}
		if now, _ := s.Sessions.Count(); now != 1 {
			t.Errorf("%d sessions", now)
		}
		c.must("PLAY", clip)
	})
}
