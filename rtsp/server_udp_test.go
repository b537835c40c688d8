package rtsp_test

import (
	"bytes"
	"net"
	"testing"

	"caracal/rtsp"
)

func TestPlayOverUDP(t *testing.T) {
	for _, k := range []struct {
		line string
		most int // bytes of a datagram
	}{{"X: y", 1452}, {"Blocksize: 200", 200}} {
		s := startServer(t)
		c, u, clip := s.connect(), newUDPPlayer(t), s.url("clip.wmv")
		media, _ := u.setUp(c, clip, k.line)
		c.must("PLAY", clip, "Range: npt=0-")
		got := &receiver{t: t, clip: shortClip()}
		for len(got.got) < shortClip().Count() {
			b := datagram(t, u.rtp)
			if len(b) > k.most {
				t.Errorf("a datagram of %d bytes, want at most %d", len(b), k.most)
			}
			got.add(b)
		}
		got.checkAll(0)
		if ssrc := got.first[8:12]; !bytes.Equal(ssrc, []byte{byte(media.SSRC >> 24), byte(media.SSRC >> 16), byte(media.SSRC >> 8), byte(media.SSRC)}) {
			t.Errorf("SSRC % x, granted %08x", ssrc, media.SSRC)
		}
		for !isBye(t, datagram(t, u.rtcp)) {
		}
	}
}

func TestMissingPacketsComeAgain(t *testing.T) {
	s := startServer(t)
	c, u, long := s.connect(), newUDPPlayer(t), s.url("long.wmv")
	media, rtx := u.setUp(c, long)
	c.must("PLAY", long, "Range: npt=0-")
	sent := map[uint16][]byte{}
	got := &receiver{t: t, clip: longClip()}
	for len(got.got) < 4 {
		b := datagram(t, u.rtp)
		got.add(b)
		sent[got.seq[len(got.seq)-1]] = b
	}
	// One that was never sent brings nothing and harms nothing.
	lost := []uint16{got.seq[0], got.seq[2], got.seq[0] + 30000}
	nack, taken := rtsp.AppendNacks(nil, 7, media.SSRC, rtx.SSRC, lost)
	if taken != len(lost) {
		t.Fatalf("%d of %d fit", taken, len(lost))
	}
	to := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(rtx.ServerPort.RTCP)}
	if to.Port == 0 {
		to.Port = int(media.ServerPort.RTCP)
	}
	// Nonsense before it, and a NACK that names another session.
	other, _ := rtsp.AppendNacks(nil, 7, media.SSRC, rtx.SSRC+1, got.seq[1:2])
	for _, b := range [][]byte{{}, {0x80}, bytes.Repeat([]byte{0xFF}, 200), other, nack} {
		if _, err := u.rtcp.WriteToUDP(b, to); err != nil {
			t.Fatal(err)
		}
	}
	for _, seq := range lost[:2] {
		if b := datagram(t, u.rtx); !bytes.Equal(b, sent[seq]) {
			t.Errorf("the copy of packet %d differs: % x", seq, b[:12])
		}
	}
	c.must("PAUSE", long)
}
