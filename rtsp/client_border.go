package rtsp

// Over UDP packets of the next entry may be there before the last ones of the entry
// before, which are asked for again, and before its end, which comes over TCP. Where
// the one ends and the other begins is in RTP-Info of EndOfStream, [MS-RTSP] 2.2.7.3.

// bound is told that packets from seq on are of the next entry, which wait until it is
// announced. What was taken for the entry before is taken back as far as Next has not
// returned it, and comes as what it is behind the Announce.
func (r *clientReceiver) bound(s *clientSession, seq uint16) {
	past := int16(r.next - seq)
	if !r.started || r.anywhere || r.ordered || past >= receiveHistory {
		return
	}
	r.bounded, r.border = true, seq
	if past <= 0 {
		return
	}
	s.queue.Drop(func(e StreamEvent) bool {
		return e.Kind == GotPacket && e.ssrc == r.ssrc && int16(e.seq-seq) >= 0
	})
	r.next, r.joiner = seq, Joiner{}
}

// limit is the end of what may be used.
func (r *clientReceiver) limit() uint16 {
	if r.bounded && int16(r.end-r.border) > 0 {
		return r.border
	}
	return r.end
}

// maxBehind is how much may be told while packets are missing before they are given up.
const maxBehind = 32

// clientStep is a step from one entry to the next: the Announce of one, or the end of
// another.
type clientStep struct {
	entry   *StreamEvent // nil: EndOfStream
	reason  EndReason
	rtpInfo string
}

// step does a step behind the packets that come before it. The caller holds mu.
func (s *clientSession) step(next clientStep) {
	if !s.ending {
		s.turn(next)
		return
	}
	s.behind = append(s.behind, next)
	for s.ending && len(s.behind) > maxBehind {
		for _, r := range s.receivers {
			r.skip(s, r.limit())
		}
		s.ended()
	}
}

// catchUp does the steps that have waited for an end.
func (s *clientSession) catchUp() {
	for len(s.behind) > 0 && !s.ending {
		next := s.behind[0]
		s.behind = s.behind[1:]
		s.turn(next)
	}
}

func (s *clientSession) turn(next clientStep) {
	if next.entry == nil {
		s.endOfStream(next.reason, next.rtpInfo)
		return
	}
	s.announce(*next.entry)
}

// announce tells Next of the entry that begins, whose packets may have come. The
// caller holds mu.
func (s *clientSession) announce(entry StreamEvent) {
	s.describes(entry.SDP)
	s.over = false
	s.push(entry)
	for _, r := range s.receivers {
		r.bounded = false
		r.drain(s)
	}
}
