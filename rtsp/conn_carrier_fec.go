package rtsp

import "caracal/internal/pace"

// The limits of what a server grants of FEC: [MS-RTSP] 2.2.6.11 would let a
// player have each packet twenty-four times.
const (
	maxFECPerSpan = 8
	// maxFECSize is the largest FEC packet, bytes: an encoder keeps eight times
	// that for each FEC packet of a Total Span.
	maxFECSize = blocksizeUDP
)

// defaultFEC is what the description offers, and what a player gets that does
// not say what it wants.
var defaultFEC = FECParameters{Span: MaxFECSpan, PerSpan: 1, BurstMargin: 1}

// fecSender makes the FEC packets beside the packets of a carrier, [MS-RTSP]
// 3.2.4.3. They protect the RTP session that they were set up for, and go where
// it goes.
//
// A span that is incomplete at the end, at a pause or at a seek gets none: no
// FEC packet can cover fewer packets than the span was granted for, and the
// matrix of another span is not the player's. Lost packets of it can be asked
// for.
type fecSender struct {
	asked   FECParameters
	encoder *FECEncoder
	session FECSession
	sent    uint64 // packets that nobody has counted
}

// grantFEC is what a player gets of what it asks for; false for values that
// [MS-RTSP] 2.2.6.11 does not have.
func grantFEC(f FECParameters) (FECParameters, bool) {
	if f == (FECParameters{}) {
		return defaultFEC, true
	}
	if f.BurstMargin == 0 {
		f.BurstMargin = defaultFEC.BurstMargin
	}
	if f.PerSpan == 0 {
		f.PerSpan = defaultFEC.PerSpan
	}
	if !f.Valid() {
		return f, false
	}
	f.PerSpan = min(f.PerSpan, maxFECPerSpan)
	return FitFEC(f), true
}

// setFEC begins or ends FEC for a carrier as its stream's track says. The size
// of its packets changes with it, so that the FEC packets, which are longer, fit
// too; those that were sent before cannot be made again then.
func (c *carrier) setFEC(t *track, blocks int) {
	if c.media == nil || c.fec == nil && t.fec == (FECParameters{}) {
		return
	}
	if c.fec != nil && c.fec.asked == t.fec && c.fec.session.SSRC == t.fecSSRC {
		return
	}
	c.fec, c.resends.Log, c.resends.waiting = nil, SentLog{}, nil
	c.framing.Size = datagramSize(blocks)
	if t.fec == (FECParameters{}) {
		return
	}
	c.framing.Size = min(c.framing.Size, maxFECSize) - FECHeadSize
	c.fec = &fecSender{
		asked: t.fec, encoder: NewFECEncoder(t.fec, c.framing.Size),
		session: FECSession{PayloadType: PayloadFEC, SSRC: t.fecSSRC, Sequence: t.fecNext},
	}
}

// protect adds an RTP packet to its span, and sends the FEC packets when the
// Total Span is complete. It returns their size.
func (c *carrier) protect(mem *pace.Scratch, f Fragment) (size int) {
	if c.fec == nil || !c.fec.encoder.Add(f.Head, f.Body) {
		return 0
	}
	s := &c.fec.session
	s.Last = c.seq
	count := c.fec.encoder.Packets()
	for i := range count {
		b := c.fec.encoder.Append(mem.Grab(maxFECSize)[:0], i, *s)
		c.media.rtp.Queue(c.rtp, b)
		size += len(b)
	}
	s.Sequence += uint16(count)
	c.fec.sent += uint64(count)
	return size
}

// takeParity returns how many FEC packets there were since it was last asked.
func (c *carrier) takeParity() uint64 {
	if c.fec == nil {
		return 0
	}
	n := c.fec.sent
	c.fec.sent = 0
	return n
}
