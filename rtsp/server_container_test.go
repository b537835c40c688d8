package rtsp_test

import (
	"testing"
	"testing/synctest"
	"time"

	"caracal/rtsp"
)

const isGStreamer = "User-Agent: GStreamer/1.22.0"

// GStreamer 1.22 takes x-asf-pf for a container: it gets one media description
// that stands for all streams, whose SETUP selects them.
func TestGStreamerGetsOneDescription(t *testing.T) {
	s := startServer(t)
	c, clip := s.connect(), s.url("clip.wmv")
	sdp, err := rtsp.ParseSDP(c.must("DESCRIBE", clip, isGStreamer).Body)
	if err != nil {
		t.Fatal(err)
	}
	if len(sdp.Media) != 2 || sdp.Media[0].Media != "video" || sdp.Media[0].Control != "stream=all" || sdp.Media[1].Format != rtsp.FormatRTX {
		t.Fatalf("%+v", sdp.Media)
	}
	c.must("SETUP", clip+"/"+sdp.Media[0].Control, isGStreamer, overTCP)
	c.must("PLAY", clip, isGStreamer)
	got, _ := c.receive(shortClip(), 1)
	got.checkAll(0)

	c.must("TEARDOWN", clip+"/stream=all")
	if r := c.ask("PLAY", clip); r.Status != 455 {
		t.Errorf("PLAY after all streams are deselected: %d", r.Status)
	}
}

// Content is found by its whole name, be it like a stream's.
func TestDescribeTakesTheWholeName(t *testing.T) {
	s := startServer(t)
	if r := s.connect().ask("DESCRIBE", s.url("clip.wmv/audio")); r.Status != 404 {
		t.Errorf("a description of a stream: %d", r.Status)
	}
}

// GStreamer learns of a stream's SSRC from a packet that it has in another thread,
// and is told of the end when it has had time for that.
func TestGStreamerGetsTimeBeforeTheGoodbye(t *testing.T) {
	for agent, want := range map[string]time.Duration{isGStreamer: rtsp.SettleTime, "User-Agent: Stub/1.0": 0} {
		synctest.Test(t, func(t *testing.T) {
			s := startServerWith(t, setting{memory: true})
			defer s.Stop()
			c, clip := s.connect(), s.url("clip.wmv")
			c.setUp(clip, agent)
			c.must("PLAY", clip)
			c.some(shortClip(), shortClip().Count()).check(0)
			began := time.Now()
			c.receive(shortClip(), 2)
			if took := time.Since(began); took != want {
				t.Errorf("%s: a goodbye after %v, want %v", agent, took, want)
			}
			c.Close()
		})
	}
}
