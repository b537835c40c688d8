package rtsp_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/pion/rtp"

	"caracal/asf"
	"caracal/rtsp"
)

const audioOverTCP = "Transport: RTP/AVP/TCP;unicast;interleaved=2-3"

// way is what came in one RTP session: the bytes of each stream.
type way struct {
	t      *testing.T
	joiner rtsp.Joiner
	next   uint16
	ssrc   uint32
	bytes  map[uint8]int
}

func newWay(t *testing.T, granted rtsp.Transport) *way {
	return &way{t: t, next: 1, ssrc: granted.SSRC, bytes: map[uint8]int{}}
}

func (w *way) add(b []byte) {
	w.t.Helper()
	var p rtp.Packet
	if err := p.Unmarshal(b); err != nil || p.SequenceNumber != w.next || p.SSRC != w.ssrc {
		w.t.Fatalf("packet %d of %x, want %d of %x (%v)", p.SequenceNumber, p.SSRC, w.next, w.ssrc, err)
	}
	w.next++
	err := w.joiner.Add(&p, func(r rtsp.Received) error {
		addBytes(w.t, r.Data, w.bytes)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func addBytes(t *testing.T, pkt []byte, sizes map[uint8]int) {
	t.Helper()
	var p asf.Packet
	if err := asf.ParsePacket(pkt, &p); err != nil {
		t.Fatal(err)
	}
	for it := p.Payloads(); it.Next(); {
		sizes[it.Payload.Stream] += len(it.Payload.Data)
	}
}

func sizesOf(t *testing.T, c clip) map[uint8]int {
	all := map[uint8]int{}
	for n := range c.Count() {
		addBytes(t, c.Packet(n), all)
	}
	return all
}

// granted is SETUP of a stream and what came of it.
func (p *peer) granted(url string, lines ...string) rtsp.Transport {
	p.t.Helper()
	r := p.must("SETUP", url, lines...)
	ts := rtsp.ParseTransports(r.Header.Get("Transport"))
	if len(ts) != 1 || !ts[0].HasSSRC {
		p.t.Fatalf("Transport: %s", r.Header.Get("Transport"))
	}
	return ts[0]
}

func (u *udpPlayer) transport() string {
	return fmt.Sprintf("Transport: RTP/AVP/UDP;unicast;client_port=%d-%d", port(u.rtp), port(u.rtcp))
}

// Video over UDP and audio over TCP: each comes whole on its way, and nothing
// else; both ways are told of the end.
func TestStreamsOverBothTransports(t *testing.T) {
	s := startServer(t)
	c, u, url := s.connect(), newUDPPlayer(t), s.url("clip.wmv")
	video := newWay(t, c.granted(url+"/video", u.transport()))
	audio := newWay(t, c.granted(url+"/audio", audioOverTCP))
	r := c.must("PLAY", url, "Range: npt=0-")
	if infos, err := rtsp.ParseRTPInfo(r.Header.Get("RTP-Info")); err != nil || len(infos) != 2 || infos[0].Seq != 1 || infos[1].Seq != 1 {
		t.Errorf("RTP-Info: %s", r.Header.Get("RTP-Info"))
	}
	want := sizesOf(t, shortClip())
	for video.bytes[1] < want[1] {
		video.add(datagram(t, u.rtp))
	}
	for bye := false; !bye; {
		frame, _, _, err := c.next()
		switch {
		case err != nil || frame == nil:
			t.Fatalf("no frame: %v", err)
		case frame.Channel == 2:
			audio.add(frame.Data)
		default:
			bye = frame.Channel == 3 && isBye(t, frame.Data)
		}
	}
	for !isBye(t, datagram(t, u.rtcp)) {
	}
	if len(video.bytes) != 1 || len(audio.bytes) != 1 || video.bytes[1] != want[1] || audio.bytes[2] != want[2] {
		t.Errorf("over UDP %v, over TCP %v, want %v", video.bytes, audio.bytes, want)
	}
}

// A stream that is set up while others flow begins its own way; when the one
// that carries goes, the next of its transport carries on.
func TestTransportsChangeWhilePlaying(t *testing.T) {
	s := startServer(t)
	c, u, url := s.connect(), newUDPPlayer(t), s.url("long.wmv")
	over := newWay(t, c.granted(url+"/video", u.transport()))
	c.must("PLAY", url, "Range: npt=0-")
	over.add(datagram(t, u.rtp))
	audio := newWay(t, c.granted(url+"/audio", audioOverTCP))
	for audio.bytes[2] < 1000 {
		if frame, _, _, err := c.next(); err != nil || frame == nil || frame.Channel != 2 {
			t.Fatalf("%+v, %v", frame, err)
		} else {
			audio.add(frame.Data)
		}
	}
	// The audio moves to UDP, where the video carries; then the video goes.
	second := c.granted(url+"/audio", u.transport())
	c.must("TEARDOWN", url+"/video")
	carried := newWay(t, second)
	for carried.bytes[2] < 1000 {
		b := datagram(t, u.rtp)
		if bytes.Equal(b[8:12], ssrcOf(second.SSRC)) {
			carried.add(b)
		} else {
			over.add(b)
		}
	}
	if over.bytes[1] == 0 || carried.bytes[1] != 0 || audio.bytes[1] != 0 {
		t.Errorf("video %v, then audio %v, over TCP %v", over.bytes, carried.bytes, audio.bytes)
	}
	c.must("PAUSE", url)
}

func ssrcOf(n uint32) []byte { return []byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)} }
