package rtsp

import "bytes"

// maxParity is the most FEC packets that a receiver keeps: more than the
// largest Total Span has.
const maxParity = 512

// protect takes the payload of a FEC packet for the receiver's packets.
func (r *clientReceiver) protect(s *clientSession, payload []byte) {
	p, err := ParseFEC(bytes.Clone(payload))
	if err != nil {
		s.stats.Strange++
		return
	}
	if s.asking || !r.started && s.starting {
		r.earlyParity = appendParity(r.earlyParity, p) // of what may begin with the response to Play
	}
	if r.started {
		r.parity = appendParity(r.parity, p)
		r.repair(s)
	}
}

func appendParity(list []FECPacket, p FECPacket) []FECPacket {
	if len(list) == maxParity {
		list = list[1:]
	}
	return append(list, p)
}

// repair makes packets again from those spans of which enough is there,
// [MS-RTSP] 3.1.5.12.1.
func (r *clientReceiver) repair(s *clientSession) {
	for at := 0; at < len(r.parity); {
		span := r.span(r.parity[at])
		missing, stale := r.missing(span[0])
		if missing > len(span) && !stale {
			at++
			continue
		}
		r.dropSpan(span[0])
		if missing == 0 || stale {
			continue
		}
		packets, err := RepairFEC(span, r.packet, r.ssrc)
		if err != nil {
			s.stats.Strange++
			continue
		}
		for _, b := range packets {
			if r.add(s, b) {
				s.stats.Repaired++
			}
		}
	}
}

// span returns the FEC packets that protect the same packets as p.
func (r *clientReceiver) span(p FECPacket) []FECPacket {
	var span []FECPacket
	for _, q := range r.parity {
		if q.Base == p.Base && q.Mask == p.Mask {
			span = append(span, q)
		}
	}
	return span
}

func (r *clientReceiver) dropSpan(p FECPacket) {
	kept := r.parity[:0]
	for _, q := range r.parity {
		if q.Base != p.Base || q.Mask != p.Mask {
			kept = append(kept, q)
		}
	}
	clear(r.parity[len(kept):])
	r.parity = kept
}

// missing counts what is not there of the packets that p protects. A span is
// stale if none of those can be of use any more.
func (r *clientReceiver) missing(p FECPacket) (n int, stale bool) {
	stale = true
	for bit := range uint16(fecMaskBits) {
		if p.Mask>>bit&1 == 0 {
			continue
		}
		seq := p.Base + bit
		if r.packet(seq) == nil {
			n++
		}
		stale = stale && int16(seq-r.next) < 0
	}
	return n, stale
}
