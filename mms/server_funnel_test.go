package mms_test

import (
	"encoding/binary"
	"io"
	"testing"

	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/mms"
)

// Packet pairs over TCP are four at most; who asks on gets its number without.
func TestPairsAreBounded(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		p := s.connect()
		p.greet(player9)
		for n := range 6 {
			p.say(&mms.FunnelInfo{PlayIncarnation: mms.UsePacketPair})
			r := now(p, mms.MIDReportFunnelInfo, mms.ParseReportFunnelInfo)
			if pair := r.PlayIncarnation == mms.PacketPairTCPHighEntropy; pair != (n < 4) || pair == (len(r.Pair) == 0) {
				t.Errorf("%d: %#x, %d bytes", n, r.PlayIncarnation, len(r.Pair))
			}
			if n >= 4 {
				continue
			}
			for range 2 {
				again := now(p, mms.MIDReportFunnelInfo, mms.ParseReportFunnelInfo)
				if string(again.Pair) == string(r.Pair) {
					t.Error("the same bytes again")
				}
			}
		}
	})
}

// The last funnel counts, and the last packet pair that was asked for.
func TestLastFunnelCounts(t *testing.T) {
	s := startServer(t)
	p, u := s.connect(), newUDPPlayer(t)
	p.greet(player9)
	for _, pair := range []uint32{mms.PacketPairUDPHighEntropy, mms.DisablePacketPair} {
		p.say(&mms.FunnelInfo{PlayIncarnation: pair})
		now(p, mms.MIDReportFunnelInfo, mms.ParseReportFunnelInfo)
	}
	p.funnel(overTCP)
	p.funnel(u.funnel())
	p.open("clip.wmv")
	p.readBlock(2)
	u.header(2)
	q := s.connect()
	q.greet(player9)
	q.funnel(u.funnel())
	q.funnel(overTCP)
	q.open("clip.wmv")
	q.header(2)
	u.silence()
}

// The packets of a server are counted, whatever is in them, and what a player has
// lost is seen in its session.
func TestPacketsAreCounted(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		p := s.connect()
		p.say(&mms.Connect{SubscriberName: mms.Subscriber{Client: player9}},
			&mms.FunnelInfo{}, &mms.ConnectFunnel{FunnelName: overTCP}, &mms.OpenFile{FileName: "clip.wmv"}, &mms.StreamSwitch{})
		for n := range 5 {
			head := make([]byte, mms.TCPMessageHeaderSize)
			if _, err := io.ReadFull(p, head); err != nil {
				t.Fatal(err)
			}
			if seq := binary.LittleEndian.Uint16(head[20:]); int(seq) != n {
				t.Errorf("packet %d has number %d", n, seq)
			}
			h, _, err := mms.ParseTCPMessageHeader(head)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.CopyN(io.Discard, p, int64(h.Size())); err != nil {
				t.Fatal(err)
			}
		}
		p.say(&mms.Logging{Info: mms.LogInfo{PacketsLostClient: 7}})
		s.WaitFor("the statistics come", func() bool { return len(fronttest.EventsOf[event.LogReceived](s.Rig)) == 1 })
		s.WaitFor("they are seen", func() bool { return s.Sessions.All()[0].Lost.Load() == 7 })
	})
}
