package rtsp_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"testing"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"caracal/asf"
	"caracal/rtsp"
)

// lossy loses RTP packets of the media port, which is the first that a Client
// opens.
type lossy struct {
	net.PacketConn
	lose func(seq uint16) bool
}

func (l *lossy) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, from, err := l.PacketConn.ReadFrom(b)
		var p rtp.Packet
		if err != nil || p.Unmarshal(b[:n]) != nil || p.PayloadType != rtsp.PayloadASF || !l.lose(p.SequenceNumber) {
			return n, from, err
		}
	}
}

// A Client that loses packets gets all of them in the end: by asking for them,
// also after the stream's end, or from FEC packets alone.
func TestLostPacketsComeBack(t *testing.T) {
	for _, tt := range []struct {
		name  string
		paced bool // FEC packets must not overtake the response to Play
		opt   rtsp.PlayOptions
		lose  func(seq uint16) bool
		check func(rtsp.ClientStats) bool
	}{
		{"asked for", false, rtsp.PlayOptions{}, func(seq uint16) bool { return seq%3 == 0 },
			func(s rtsp.ClientStats) bool { return s.Resent > 0 && s.Repaired == 0 }},
		{"asked for after the end", false, rtsp.PlayOptions{}, func(seq uint16) bool { return seq > 15 },
			func(s rtsp.ClientStats) bool { return s.Resent > 0 }},
		{"repaired", true, rtsp.PlayOptions{NoRTX: true, FEC: rtsp.FECParameters{Span: 3, PerSpan: 1, BurstMargin: 3}},
			func(seq uint16) bool { return seq < 19 && seq%9 >= 2 && seq%9 < 5 },
			func(s rtsp.ClientStats) bool { return s.Repaired > 0 && s.Asked == 0 && s.Resent == 0 }},
	} {
		s := startServer(t)
		first := true
		c := rtsp.Client{Listen: func(ctx context.Context, network, address string) (net.PacketConn, error) {
			conn, err := new(net.ListenConfig).ListenPacket(ctx, network, address)
			if err == nil && first {
				first, conn = false, &lossy{PacketConn: conn, lose: tt.lose}
			}
			return conn, err
		}}
		tt.opt.UDP = true
		name, content := "clip.wmv", shortClip()
		if tt.paced {
			name, content = "long.wmv", longClip()
		}
		stream, err := c.Play(t.Context(), s.url(name), tt.opt)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		n := takeAll(t, stream, content)
		stats := stream.Stats()
		stream.Close()
		if n != shortClip().Count() || stats.Lost+stats.Broken != 0 || !tt.check(stats) {
			t.Errorf("%s: %d packets of %d, %+v", tt.name, n, shortClip().Count(), stats)
		}
		s.Stop()
	}
}

// takeAll takes as many packets as the short clip has, or all up to the end, and
// compares them with the content.
func takeAll(t *testing.T, stream *rtsp.Stream, content clip) (n int) {
	t.Helper()
	for ; n < shortClip().Count(); n++ {
		e, err := stream.Next()
		if errors.Is(err, io.EOF) || err == nil && e.Kind == rtsp.GotEnd {
			return n
		}
		if err != nil {
			t.Fatalf("after %d packets: %v", n, err)
		}
		if !samePayloads(t, e.Data, content.Packet(n)) {
			t.Fatalf("packet %d differs", n)
		}
	}
	return n
}

// samePayloads compares what two packets hold, whatever their padding.
func samePayloads(t *testing.T, a, b []byte) bool {
	t.Helper()
	var p, q asf.Packet
	if asf.ParsePacket(a, &p) != nil || asf.ParsePacket(b, &q) != nil {
		t.Fatal("no ASF packet")
	}
	i, j := p.Payloads(), q.Payloads()
	for i.Next() {
		if !j.Next() || i.Payload.Stream != j.Payload.Stream || !bytes.Equal(i.Payload.Data, j.Payload.Data) {
			return false
		}
	}
	return !j.Next() && i.Err() == nil && j.Err() == nil && p.SendTime == q.SendTime
}

// A player that asks for the last packets when it has been told of the end gets
// them, until the session is over.
func TestPacketsComeAgainAfterTheEnd(t *testing.T) {
	s := startServer(t)
	c, u, clip := s.connect(), newUDPPlayer(t), s.url("clip.wmv")
	media, rtx := u.setUp(c, clip)
	c.must("PLAY", clip, "Range: npt=0-")
	got := &receiver{t: t, clip: shortClip()}
	var last []byte
	for len(got.got) < shortClip().Count() {
		last = datagram(t, u.rtp)
		got.add(last)
	}
	for !isBye(t, datagram(t, u.rtcp)) {
	}
	nack, _ := rtsp.AppendNacks(nil, 7, media.SSRC, rtx.SSRC, got.seq[len(got.seq)-1:])
	u.tell(t, media, nack)
	if b := datagram(t, u.rtx); !bytes.Equal(b, last) {
		t.Errorf("the copy differs: % x", b[:12])
	}
	c.must("TEARDOWN", clip)
	s.WaitFor("the session ends", s.NoSession)
	u.tell(t, media, nack) // nobody is there any more
}

// tell sends RTCP to the server.
func (u *udpPlayer) tell(t *testing.T, media rtsp.Transport, b []byte) {
	t.Helper()
	to := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(media.ServerPort.RTCP)}
	if _, err := u.rtcp.WriteToUDP(b, to); err != nil {
		t.Fatal(err)
	}
}

// What players report of the packets that they get is in the session's figures;
// reports about others' packets and about nothing are not.
func TestReceiverReportsAreCounted(t *testing.T) {
	s := startServer(t)
	c, u, long := s.connect(), newUDPPlayer(t), s.url("long.wmv")
	media, rtx := u.setUp(c, long)
	c.must("PLAY", long, "Range: npt=0-")
	ses := s.Sessions.All()[0]
	report := func(ssrc, lost uint32) []byte {
		b, err := rtsp.AppendReceiverReport(nil, 7, []rtcp.ReceptionReport{
			{SSRC: ssrc, FractionLost: 64, TotalLost: lost, Jitter: 12}}, "x")
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, b := range [][]byte{{}, {0x81}, report(media.SSRC, 3)[:20], report(1, 9), report(rtx.SSRC, 9), report(media.SSRC, 5)} {
		u.tell(t, media, b)
	}
	s.WaitFor("the report counts", func() bool { return ses.Lost.Load() == 5 })
	if ses.LossRate.Load() != 64 || ses.Jitter.Load() != 12 {
		t.Errorf("rate %d, jitter %d", ses.LossRate.Load(), ses.Jitter.Load())
	}
	u.tell(t, media, report(media.SSRC, 0xFFFFFF)) // one packet came twice
	s.WaitFor("fewer than none is none", func() bool { return ses.Lost.Load() == 0 })
	c.must("PAUSE", long)
}
