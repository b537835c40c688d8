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

// A time for what streams already counts the preroll; one for what does not is a
// time of the content.
func TestTimeWhileStreaming(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		first := func(p *peer, seconds float64) uint32 {
			p.start(mms.Position{Position: seconds, ASFOffset: mms.NoPosition, LocationID: mms.NoPosition}, 5)
			return p.datum().LocationID
		}
		p, q, r := s.ready(player9, "long.wmv"), s.ready(player9, "long.wmv"), s.ready(player9, "long.wmv")
		p.start(beginning, 4)
		p.some(2)
		const preroll = clipPreroll / 1000.0
		early, late := first(q, 60.55-preroll), first(r, 60.55)
		if got := first(p, 60.55); got != early || early == late {
			t.Errorf("packet %d, want %d and not %d", got, early, late)
		}
	})
}

// The FrameOffset of StartStriding is to be ignored.
func TestStridingHasNoStop(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		packets := map[uint32]int{}
		for _, stop := range []uint32{0, 1<<31 | 1} {
			p := s.ready(player9, "clip.wmv")
			p.say(&mms.StartStriding{OpenFileID: 1, Rate: 2, PlayIncarnation: 4, Position: mms.Position{FrameOffset: stop}})
			want(p, mms.MIDReportStartStriding, mms.ParseReportStartStriding)
			p.end(4)
			packets[stop] = len(p.data)
		}
		if packets[0] != packets[1<<31|1] || packets[0] == 0 {
			t.Error(packets)
		}
	})
}
