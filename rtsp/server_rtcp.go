package rtsp

import (
	"net/netip"

	"github.com/pion/rtcp"
)

// rtcp takes a packet of RTCP that came over UDP. Whose it is tells the SSRC of
// the retransmission stream in a NACK's CNAME, [MS-RTSP] 3.2.5.10, or that of an
// RTP session that it reports on; and it has to come from that player's address.
// scratch is for the list of packets, which is returned for the next call.
func (s *Server) rtcp(b []byte, from netip.AddrPort, scratch []Missing) []Missing {
	rtx, missing, err := ParseNacks(scratch, b)
	if err == nil && len(missing) > 0 {
		if p, ok := s.bySSRC.Find(rtx); ok && p.rtx == rtx && p.isAt(from) {
			p.ses.Touch()
			p.nacked(missing)
		}
		scratch = missing
	}
	if ssrc, ok := reportedOn(b); ok {
		if p, ok := s.bySSRC.Find(ssrc); ok && p.isAt(from) {
			p.reports(b)
		}
	}
	return scratch
}

// isAt says whether an address is the player's; its port may be any.
func (p *player) isAt(a netip.AddrPort) bool {
	return p.ses.Player.Address.Addr() == a.Addr().Unmap()
}

// nacked has the player's shard send packets again.
func (p *player) nacked(missing []Missing) {
	c := p.connection()
	if c != nil && p.asked.Add(missing, maxAsked) {
		c.Post(func() { c.tx.resend(p) })
	}
}

// reportedOn returns the SSRC of the first RTP session that is reported on.
func reportedOn(b []byte) (ssrc uint32, ok bool) {
	for it := NewRTCPIter(b); it.Next(); {
		if r, ok := it.Report(0); ok {
			return r.SSRC, true
		}
	}
	return 0, false
}

// reports takes the receiver reports of an RTCP packet of this player, which
// may have come over UDP or TCP: they are a sign of life, and what they say of
// the RTP sessions that carry packets goes into the session's figures. What is
// malformed is not looked at further.
func (p *player) reports(b []byte) {
	carrying := p.carryingSSRCs()
	alive := false
	for it := NewRTCPIter(b); it.Next(); {
		alive = alive || it.Type == rtcp.TypeReceiverReport || it.Type == rtcp.TypeSenderReport
		for i := range int(it.Count) {
			r, ok := it.Report(i)
			if !ok {
				break
			}
			if r.SSRC != 0 && (r.SSRC == carrying[LowerUDP] || r.SSRC == carrying[LowerTCP]) {
				p.note(&r)
			}
		}
	}
	if alive {
		p.ses.Touch()
	}
}

// note keeps the figures of a reception report, RFC 3550 6.4.1. A player that
// gets packets twice reports a negative number of lost ones, in 24 bits.
func (p *player) note(r *rtcp.ReceptionReport) {
	const negative = 1 << 23
	lost := r.TotalLost
	if lost >= negative {
		lost = 0
	}
	p.ses.Lost.Store(lost)
	p.ses.LossRate.Store(uint32(r.FractionLost))
	p.ses.Jitter.Store(r.Jitter)
}

// carryingSSRCs are those of the RTP sessions that carry packets, by lower
// transport; 0 for none.
func (p *player) carryingSSRCs() (ssrcs [lowers]uint32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.tracks {
		if t := &p.tracks[i]; ssrcs[t.transport.Lower] == 0 {
			ssrcs[t.transport.Lower] = t.ssrc
		}
	}
	return ssrcs
}
