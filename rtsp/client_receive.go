package rtsp

import (
	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"caracal/asf"
	"caracal/internal/pull"
)

// packet takes a media or FEC packet; ordered says that it came over TCP. The
// caller holds mu.
func (s *clientSession) packet(b []byte, ordered bool) {
	var p rtp.Packet
	if err := p.Unmarshal(b); err != nil {
		s.stats.Strange++
		return
	}
	if protected := s.protectedBy(&p); protected != nil {
		protected.protect(s, p.Payload)
		return
	}
	r := s.receiver(p.SSRC)
	if r == nil {
		s.stats.Strange++
		return
	}
	r.ordered = ordered
	r.add(s, append([]byte(nil), b...))
	r.repair(s)
}

// datagram takes what comes to the port for media. The caller holds mu.
func (s *clientSession) datagram(b []byte) {
	s.packet(b, false)
	s.watchGaps()
}

// receiver returns that of an SSRC, nil if there are too many.
func (s *clientSession) receiver(ssrc uint32) *clientReceiver {
	r := s.receivers[ssrc]
	if r == nil && len(s.receivers) < maxClientReceivers {
		r = &clientReceiver{ssrc: ssrc}
		if s.playing { // RTP-Info does not know it
			r.beginAnywhere(s)
		}
		s.receivers[ssrc] = r
	}
	return r
}

// protectedBy returns whose FEC packet p is, nil if it is none.
func (s *clientSession) protectedBy(p *rtp.Packet) *clientReceiver {
	for _, t := range s.tracks {
		if t.kind == trackFEC && t.payload == p.PayloadType && (t.ssrc == p.SSRC || t.of.ssrc == p.SSRC) {
			return s.receiver(t.of.ssrc)
		}
	}
	return nil
}

// received takes an ASF packet of a Joiner. The caller holds mu.
func (s *clientSession) received(p Received) error {
	data := make([]byte, 0, max(s.packetSize, len(p.Data)))
	if s.c.Unpadded {
		data = append(data, p.Data...)
	} else {
		var err error
		if data, err = asf.AppendPadded(data, p.Data, s.packetSize); err != nil {
			s.stats.Broken++
			return nil
		}
	}
	packet := pull.Event{Kind: GotPacket, Data: data, Packet: p.Location, HasPacket: p.HasLocation}
	s.push(StreamEvent{Event: packet, SendTime: p.SendTime, Key: p.Key, rtpOrigin: s.using})
	return nil
}

// resent takes what comes to the port for the retransmission stream. The caller
// holds mu.
func (s *clientSession) resent(b []byte) {
	var p rtp.Packet
	if p.Unmarshal(b) != nil {
		s.stats.Strange++
		return
	}
	if first, following, pair := ParsePair(&p); pair {
		s.stats.Pairs++
		s.paired(p.SSRC, first, following, len(b))
		return
	}
	r := s.receivers[p.SSRC]
	if r == nil {
		s.stats.Strange++
		return
	}
	if !r.started {
		s.stats.Duplicates++ // of before Pause or the end
		return
	}
	if r.add(s, append([]byte(nil), b...)) {
		s.stats.Resent++
	}
	r.repair(s)
	s.watchGaps()
}

// rtcp takes an RTCP packet: a BYE of every SSRC is an end too. The caller
// holds mu.
func (s *clientSession) rtcp(b []byte) {
	for it := NewRTCPIter(b); it.Next(); {
		if it.Type != rtcp.TypeGoodbye || len(it.Body) < 4 {
			continue
		}
		ssrc := uint32(it.Body[0])<<24 | uint32(it.Body[1])<<16 | uint32(it.Body[2])<<8 | uint32(it.Body[3])
		if s.receivers[ssrc] != nil {
			s.byes[ssrc] = true
		}
	}
	if len(s.byes) > 0 && len(s.byes) >= len(s.receivers) && s.playing && !s.ending {
		s.step(clientStep{reason: EndPlain})
	}
}

// endOfStream takes the stream's end, which comes when all packets before it
// have come or were given up, [MS-RTSP] 3.1.5.13. rtpInfo tells the sequence
// numbers that follow the last ones. The caller holds mu.
func (s *clientSession) endOfStream(reason EndReason, rtpInfo string) {
	s.playing, s.starting, s.ending, s.reason = false, false, true, reason
	s.rearm()
	list, _ := ParseRTPInfo(rtpInfo)
	for _, info := range list {
		t := s.track(info.URL)
		if t == nil || !info.HasSeq {
			continue
		}
		if r := s.receivers[t.ssrc]; r != nil {
			if reason == EndOfEntry {
				r.bound(s, info.Seq)
			}
			r.lastAt(s, info.Seq)
		}
	}
	s.ended()
	s.watchGaps()
}

// ended puts the end into the queue once nothing is missing before it.
func (s *clientSession) ended() {
	if !s.ending {
		return
	}
	for _, r := range s.receivers {
		if r.waits() {
			return
		}
	}
	for _, r := range s.receivers {
		r.finish(s)
	}
	s.ending, s.over = false, s.reason != EndOfEntry
	for _, r := range s.receivers {
		r.started = r.started && !s.over // the next Play may number anew
	}
	s.push(StreamEvent{Event: pull.Event{Kind: GotEnd, More: !s.over}, Reason: s.reason})
	if !s.changeNotice {
		s.submitLog(LogPlay)
		s.submitLog(SendEvent)
	}
	s.catchUp()
}
