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

// announce tells Next of the entry that begins, whose packets may have come. The
// caller holds mu.
func (s *clientSession) announce(entry StreamEvent) {
	s.describes(entry.SDP)
	s.over, s.coming = false, nil
	s.push(entry)
	for _, r := range s.receivers {
		r.bounded = false
		r.drain(s)
	}
}
