package rtsp_test

import (
	"bytes"
	"context"
	"net"
	"testing"
	"time"

	"caracal/internal/point"
	"caracal/rtsp"
)

// The RTP session goes on over a change of header: packets of the entry before can
// still be asked for, and are not taken for those of the next.
func TestMissingPacketsOfBothEntries(t *testing.T) {
	s := startServer(t)
	l := s.live(time.Minute, point.BroadcastOptions{})
	c, u, url := s.connect(), newUDPPlayer(t), s.url("live")
	media, rtx := u.setUp(c, url, "Supported: com.microsoft.wm.eosmsg, com.microsoft.wm.locid"+alsoPredicts)
	l.Bring(10)
	c.must("PLAY", url)
	sent := map[uint16][]byte{}
	take := func(c clip) *receiver {
		got := &receiver{t: t, clip: c}
		for len(got.got) < 10 {
			b := datagram(t, u.rtp)
			got.add(b)
			sent[got.seq[len(got.seq)-1]] = b
		}
		got.check(0)
		return got
	}
	before := take(longClip())
	l.Change(secondClip())
	c.asks(rtsp.EndOfStream)
	c.asks(rtsp.Announce)
	l.Bring(10)
	after := take(secondClip())
	if after.seq[0] != before.seq[9]+1 {
		t.Errorf("sequence number %d after %d", after.seq[0], before.seq[9])
	}
	lost := []uint16{before.seq[2], before.seq[9], after.seq[0], after.seq[9]}
	nack, _ := rtsp.AppendNacks(nil, 7, media.SSRC, rtx.SSRC, append(lost, before.seq[0]+30000))
	u.tell(t, media, nack)
	for _, seq := range lost {
		if b := datagram(t, u.rtx); !bytes.Equal(b, sent[seq]) {
			t.Errorf("the copy of packet %d differs", seq)
		}
	}
	c.must("PAUSE", url)
}

// FEC packets protect packets on both sides of a change: they belong to the RTP
// session.
func TestFECOverAChange(t *testing.T) {
	s := startServer(t)
	l := s.live(time.Minute, point.BroadcastOptions{})
	first := true
	c := s.client()
	c.Supported = predicting
	c.Listen = func(ctx context.Context, network, address string) (net.PacketConn, error) {
		conn, err := new(net.ListenConfig).ListenPacket(ctx, network, address)
		if err == nil && first {
			first, conn = false, &lossy{PacketConn: conn, lose: func(seq uint16) bool { return seq >= 12 && seq < 15 }}
		}
		return conn, err
	}
	l.Bring(10)
	stream := s.play(c, "live", rtsp.PlayOptions{UDP: true, NoRTX: true, FEC: rtsp.FECParameters{Span: 3, PerSpan: 1, BurstMargin: 3}})
	some(t, stream, longClip(), 0, 10, 1, 2)
	l.Change(secondClip()) // its packets 1 to 3 are lost
	l.Bring(20)
	leaves(t, stream, secondClip(), 2)
	some(t, stream, secondClip(), 0, 20, 1, 2)
	if stats := stream.Stats(); stats.Repaired != 3 || stats.Lost+stats.Broken > 0 {
		t.Errorf("%+v", stats)
	}
}
