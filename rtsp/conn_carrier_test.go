package rtsp

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"caracal/asf"
	"caracal/internal/head"
)

const (
	testSSRC = 0xCAFE0001
	testFEC  = 0xCAFE0009
)

func overUDP(t testing.TB) []track {
	t.Helper()
	h, _ := sampleHeader(t)
	var list []track
	for i, s := range h.Streams() {
		list = append(list, track{stream: s.Number(), control: s.Number(), ssrc: testSSRC + uint32(i), transport: Transport{Lower: LowerUDP},
			next: firstSequence, fecNext: firstSequence})
	}
	return list
}

// twoWays sends the first stream over TCP, the others over UDP.
func twoWays(t testing.TB) []track {
	t.Helper()
	list := overUDP(t)
	list[0].transport = Transport{Lower: LowerTCP, Interleaved: PortPair{4, 5, 2}}
	return list
}

// Whatever selections and switches come, on one way or two, each datagram that
// the log knows is made again as it was.
func TestCopiesAcrossSelections(t *testing.T) {
	for seed := range uint64(6) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		tracks, agent := overUDP(t), "WMPlayer/9.0"
		if seed%2 == 1 {
			tracks = twoWays(t)
		}
		if seed%3 == 2 {
			agent = "Lavf59.27.100"
		}
		r := newRig(t, agent, head.FeatureLocID, tracks...)
		r.st.carriers[LowerUDP].framing.Size = 400
		sent := map[uint16][]byte{}
		stream := func() uint8 { return tracks[rnd.IntN(len(tracks))].stream }
		for n := range r.entry.packets {
			switch rnd.IntN(6) {
			case 0:
				r.sel.Set(stream(), asf.Level(rnd.IntN(3)))
			case 1:
				r.sel.Switch(stream(), stream(), asf.Level(rnd.IntN(2)))
			}
			before := r.st.carriers[LowerUDP].packets
			r.step(n)
			r.st.layout.media.rtp.Flush()
			r.mem.Reset()
			for range r.st.carriers[LowerUDP].packets - before {
				b := r.rtp.hear()
				sent[uint16(b[2])<<8|uint16(b[3])] = b
			}
		}
		r.checkCopies(sent)
	}
}

// checkCopies has every packet that the log knows sent again.
func (r *rig) checkCopies(sent map[uint16][]byte) {
	t, c := r.rtp.t, r.st.carriers[LowerUDP]
	t.Helper()
	now, partial := time.Unix(1000, 0), 0
	for seq, want := range sent {
		s, ok := c.resends.Log.Find(seq)
		if !ok {
			continue
		}
		if s.Keep != asf.KeepAll {
			partial++
		}
		now = now.Add(time.Second / ResendRate)
		if !r.copy(r.st, c, seq, now) {
			t.Fatalf("packet %d is not to be had", seq)
		}
		c.media.rtp.Flush()
		r.mem.Reset()
		if got := r.again.hear(); !bytes.Equal(got, want) {
			t.Fatalf("packet %d: %d bytes, want %d", seq, len(got), len(want))
		}
	}
	if c.resends.Log.Len() < 20 || partial == 0 || int(c.resends.Resent) != c.resends.Log.Len() {
		t.Errorf("%d of %d sent again, %d of them not whole", c.resends.Resent, c.resends.Log.Len(), partial)
	}
}

// What is not in memory is read, and then all that has waited goes out, in
// order; the shard waits for nothing.
func TestCopiesWaitForStorage(t *testing.T) {
	r := newRig(t, "WMPlayer/9.0", 0, overUDP(t)...)
	c := r.st.carriers[LowerUDP]
	for n := range 10 {
		r.step(n)
	}
	c.media.rtp.Flush()
	r.conn = nil // nothing is posted but by wake, which this test calls itself
	var missing []Missing
	for seq := range uint16(5) {
		missing = append(missing, Missing{testSSRC, firstSequence + seq})
	}
	absent := c.must(t, firstSequence+1).Packet
	r.entry.absent[absent] = nil
	r.st.player.asked.Add(missing, maxAsked)
	r.resend(r.st.player)
	if c.resends.Resent != 1 || len(c.resends.waiting) != 4 || r.entry.absent[absent] == nil {
		t.Fatalf("%d sent again, %d wait", c.resends.Resent, len(c.resends.waiting))
	}
	r.st.player.asked.Add(missing[:1], maxAsked) // while it is read, nothing overtakes
	r.resend(r.st.player)
	if delete(r.entry.absent, absent); len(c.resends.waiting) != 5 {
		t.Errorf("%d wait", len(c.resends.waiting))
	}
	r.loaded(r.st, c)
	for _, want := range []uint16{1, 2, 3, 4, 5, 1} {
		if b := r.again.hear(); uint16(b[2])<<8|uint16(b[3]) != want {
			t.Errorf("packet %d, want %d", uint16(b[2])<<8|uint16(b[3]), want)
		}
	}
	// A cache that keeps nothing ends it too.
	r.entry.absent[absent] = nil
	r.st.player.asked.Add(missing[1:3], maxAsked)
	r.resend(r.st.player)
	for range 2 {
		r.loaded(r.st, c)
	}
	if len(c.resends.waiting) != 0 || c.resends.loading && c.resends.Unknown == 0 {
		t.Errorf("%d still wait", len(c.resends.waiting))
	}
}

func (c *carrier) must(t *testing.T, seq uint16) Sent {
	t.Helper()
	s, ok := c.resends.Log.Find(seq)
	if !ok {
		t.Fatalf("packet %d is not known", seq)
	}
	return s
}

// NACKs about another RTP session bring nothing, those about none are about the
// one that carries.
func TestCopiesOfWhichSession(t *testing.T) {
	r := newRig(t, "WMPlayer/9.0", 0, overUDP(t)...)
	r.step(0)
	for _, ssrc := range []uint32{testSSRC + 1, 7, 0, testSSRC} {
		r.st.player.asked.Add([]Missing{{ssrc, firstSequence}}, maxAsked)
		r.resend(r.st.player)
	}
	if c := r.st.carriers[LowerUDP]; c.resends.Resent != 2 || c.resends.Unknown != 2 {
		t.Errorf("%d sent again, %d unknown", c.resends.Resent, c.resends.Unknown)
	}
}

// The streams' payloads go their own ways, each whole and once.
func TestTwoCarriers(t *testing.T) {
	tracks := twoWays(t)
	r := newRig(t, "WMPlayer/9.0", head.FeatureLocID, tracks...)
	if r.st.only != nil {
		t.Fatal("one carrier for two transports")
	}
	var tcp, udp Joiner
	got := [lowers]map[uint8]int{{}, {}}
	take := func(lower Lower) func(Received) error {
		return func(p Received) error {
			for stream, size := range payloadBytes(t, p.Data) {
				got[lower][stream] += size
			}
			return nil
		}
	}
	want := map[uint8]int{}
	for n, raw := range r.entry.packets {
		for stream, size := range payloadBytes(t, raw) {
			want[stream] += size
		}
		r.step(n)
		for i := 0; i < len(r.mem.Vector); i += 2 {
			frame := append(bytes.Clone(r.mem.Vector[i]), r.mem.Vector[i+1]...)
			if frame[1] != 4 {
				t.Fatalf("channel %d", frame[1])
			}
			joinOne(t, &tcp, frame[FrameHeadSize:], take(LowerTCP))
		}
		sent, _, _ := r.st.layout.media.rtp.Flush()
		for range sent {
			joinOne(t, &udp, r.rtp.hear(), take(LowerUDP))
		}
		r.mem.Reset()
	}
	for i, tr := range tracks {
		mine, other := got[tr.transport.Lower][tr.stream], got[1-tr.transport.Lower][tr.stream]
		if mine != want[tr.stream] || mine == 0 || other != 0 {
			t.Errorf("stream %d: %d bytes its way, %d the other, want %d", i, mine, other, want[tr.stream])
		}
	}
	if r.st.tally.Packets != uint64(len(r.entry.packets)) || tcp.Lost+udp.Lost != 0 {
		t.Errorf("%d packets counted of %d", r.st.tally.Packets, len(r.entry.packets))
	}
}

func payloadBytes(t testing.TB, pkt []byte) map[uint8]int {
	t.Helper()
	var p asf.Packet
	if err := asf.ParsePacket(pkt, &p); err != nil {
		t.Fatal(err)
	}
	sizes := map[uint8]int{}
	it := p.Payloads()
	for it.Next() {
		sizes[it.Payload.Stream] += len(it.Payload.Data)
	}
	if it.Err() != nil {
		t.Fatal(it.Err())
	}
	return sizes
}

func joinOne(t testing.TB, j *Joiner, b []byte, emit func(Received) error) {
	t.Helper()
	var p rtp.Packet
	if err := p.Unmarshal(b); err != nil {
		t.Fatal(err)
	}
	if err := j.Add(&p, emit); err != nil {
		t.Fatal(err)
	}
}

// When the stream that carries goes, the next of its transport carries on in
// its own RTP session, from its first sequence number; a stream that comes over
// another transport has a carrier at once.
func TestCarriersChangeHands(t *testing.T) {
	tracks := overUDP(t)
	r := newRig(t, "WMPlayer/9.0", 0, tracks...)
	for n := range 5 {
		r.step(n)
	}
	r.st.layout.media.rtp.Flush()
	first := r.st.carriers[LowerUDP]
	layoutOf := func(tracks ...track) *layout {
		l := *r.st.layout
		l.tracks = tracks
		return &l
	}
	infos := func() (list []uint16) {
		for _, i := range r.st.rtpInfo(false) {
			list = append(list, i.Seq)
		}
		return list
	}
	if got := infos(); got[0] != first.seq || got[1] != firstSequence {
		t.Errorf("RTP-Info says %v, want %d and %d", got, first.seq, firstSequence)
	}
	r.st.arrange(layoutOf(tracks...))
	if r.st.carriers[LowerUDP] != first {
		t.Error("the carrier changes though nothing else does")
	}
	r.st.arrange(layoutOf(tracks[1]))
	second := r.st.carriers[LowerUDP]
	if second == first || second.framing.SSRC != tracks[1].ssrc || second.seq != firstSequence || infos()[0] != firstSequence {
		t.Errorf("SSRC %x from %d on", second.framing.SSRC, second.seq)
	}
	tcp := tracks[0]
	tcp.ssrc, tcp.transport = 77, Transport{Lower: LowerTCP, Interleaved: PortPair{0, 1, 2}}
	r.st.arrange(layoutOf(tracks[1], tcp))
	if r.st.carriers[LowerUDP] != second || r.st.carriers[LowerTCP] == nil || r.st.only != nil || !r.st.tcp.Has(tcp.stream) {
		t.Error("no carrier over TCP beside the other")
	}
	r.st.arrange(layoutOf())
	if r.st.only != nil || r.step(6) != 0 || len(r.st.rtpInfo(false)) != 0 {
		t.Error("something goes out where nothing is set up")
	}
}

// Sender reports go with the batches about every five seconds, and their times
// agree with the packets.
func TestSenderReports(t *testing.T) {
	for _, agent := range []string{"LibVLC/3.0", "WMPlayer/9.0"} {
		r := newRig(t, agent, 0, twoWays(t)...)
		var reports [lowers][]*rtcp.SenderReport
		began := r.st.tally.Began
		for n := range r.entry.packets {
			if size := r.step(n); size > 0 {
				now := began.Add(time.Duration(n) * 100 * time.Millisecond)
				r.mem.Vector = r.mem.Vector[:0]
				before := r.st.reported
				r.report(r.st, now)
				if r.st.reported != before {
					reports[LowerUDP] = append(reports[LowerUDP], readSenderReport(t, r.rtcp.hear()))
					b := r.mem.Vector[0]
					if b[1] != 5 {
						t.Errorf("channel %d", b[1])
					}
					reports[LowerTCP] = append(reports[LowerTCP], readSenderReport(t, b[FrameHeadSize:]))
				}
			}
			r.st.layout.media.rtp.Flush()
			r.mem.Reset()
		}
		if agent != "LibVLC/3.0" {
			if len(reports[0])+len(reports[1]) != 0 {
				t.Errorf("%s gets reports", agent)
			}
			continue
		}
		for lower, list := range reports {
			checkReports(t, fmt.Sprint(Lower(lower)), list, r.st)
		}
	}
}

func readSenderReport(t *testing.T, b []byte) *rtcp.SenderReport {
	t.Helper()
	packets, err := rtcp.Unmarshal(b)
	if err != nil || len(packets) != 2 {
		t.Fatalf("%d messages, %v", len(packets), err)
	}
	if sdes, ok := packets[1].(*rtcp.SourceDescription); !ok || len(sdes.Chunks) != 1 || sdes.Chunks[0].Items[0].Text != "1234" {
		t.Errorf("no CNAME: %v", packets[1])
	}
	return packets[0].(*rtcp.SenderReport)
}

func checkReports(t *testing.T, name string, list []*rtcp.SenderReport, st *stream) {
	t.Helper()
	if len(list) < 2 {
		t.Fatalf("%s: %d reports", name, len(list))
	}
	for i, sr := range list {
		since := int64(sr.NTPTime>>32) - ntpEpoch - 1000
		if since < int64(5*(i+1)) || since > int64(6*(i+1)) || sr.RTPTime-st.first < uint32(1000*since) || sr.RTPTime-st.first > uint32(1000*(since+1)) {
			t.Errorf("%s: report %d at %d s with timestamp %d, the first packet's is %d", name, i, since, sr.RTPTime, st.first)
		}
		if sr.PacketCount == 0 || sr.OctetCount <= sr.PacketCount || i > 0 && sr.PacketCount <= list[i-1].PacketCount {
			t.Errorf("%s: %+v", name, sr)
		}
	}
}
