package rtsp

import (
	"time"

	"github.com/pion/rtp"
)

const (
	receiveRing    = 1024 // packets that a receiver keeps, before and behind the next one
	receiveHistory = receiveRing / 2
	maxEarly       = 1024 // packets that come before the response to Play
)

// clientReceiver puts the packets of one RTP session, one SSRC, into their
// order: the RTP-Order-List of [MS-RTSP] 3.1.1. Packets stay for a while after
// they were used: FEC needs them. The session's mu guards it.
type clientReceiver struct {
	ssrc     uint32
	ordered  bool // over TCP: packets come in order, and what is missing never comes
	started  bool
	anywhere bool   // the next packet is whichever comes first
	next     uint16 // the packet that is due
	end      uint16 // behind the last packet that came or is known to have been sent
	ring     [receiveRing]clientSlot
	early    [][]byte
	joiner   Joiner
	lost     uint32    // given up since the last packet that was used
	tail     time.Time // when end was told by something else than a packet
	bounded  bool      // packets from border on wait for the Announce of their entry
	border   uint16

	parity      []FECPacket
	earlyParity []FECPacket // that came before the response to Play
}

// clientSlot is what a receiver knows of one sequence number.
type clientSlot struct {
	packet []byte    // with its RTP header; nil: missing
	at     time.Time // when the packet came
	due    time.Time // when to ask for the missing packet
	asks   int       // how often that was done
}

// begin starts at the packet with sequence number seq, with what came already.
func (r *clientReceiver) begin(s *clientSession, seq uint16) {
	r.started, r.anywhere, r.bounded, r.next, r.end = true, false, false, seq, seq
	r.parity, r.lost, r.joiner = r.earlyParity, 0, Joiner{}
	clear(r.ring[:])
	early := r.early
	r.early, r.earlyParity = nil, nil
	for _, b := range early {
		r.add(s, b)
	}
	r.repair(s)
}

// goOn begins at seq unless that is where the packets under way lead to: a Play
// while it plays changes the speed, and servers number on or begin anew. same says
// that this one does not begin anew: packets from seq on may have come already, since
// they overtake the response.
func (r *clientReceiver) goOn(s *clientSession, seq uint16, same bool) {
	if !r.started {
		r.begin(s, seq)
		return
	}
	if r.anywhere {
		return
	}
	ahead := int16(seq - r.next)
	if same && ahead < 0 {
		r.early, r.earlyParity = nil, nil
		return
	}
	if ahead >= 0 && ahead < receiveHistory {
		if r.ordered {
			r.skip(s, seq)
		}
		r.endAt(s, seq)
		r.early, r.earlyParity = nil, nil
		return
	}
	r.skip(s, r.end)
	r.begin(s, seq)
}

// beginAnywhere starts at whichever packet comes first.
func (r *clientReceiver) beginAnywhere(s *clientSession) {
	if r.started {
		return
	}
	if len(r.early) > 0 {
		r.begin(s, sequenceOf(r.early[0]))
		return
	}
	r.begin(s, 0)
	r.anywhere = true
}

// stopReceivers gives up what is missing and takes nothing more until Play. The
// caller holds mu.
func (s *clientSession) stopReceivers() {
	s.playing, s.starting = false, false
	for _, r := range s.receivers {
		if r.started {
			r.skip(s, r.end)
			r.finish(s)
		}
		r.started, r.early, r.earlyParity = false, nil, nil
	}
}

func sequenceOf(b []byte) uint16 { return uint16(b[2])<<8 | uint16(b[3]) }

// add keeps a packet with its RTP header and uses what is due. It is false if
// the packet was not missing.
func (r *clientReceiver) add(s *clientSession, b []byte) bool {
	seq := sequenceOf(b)
	if !r.started {
		if s.starting && len(r.early) < maxEarly {
			r.early = append(r.early, b)
		} else {
			s.stats.Duplicates++ // of before Pause
		}
		return false
	}
	if r.anywhere {
		r.anywhere, r.next, r.end = false, seq, seq
	}
	ahead := int16(seq - r.next)
	if ahead < 0 && s.asking && !r.ordered && len(r.early) < maxEarly {
		r.early = append(r.early, b) // the server may number anew
		return false
	}
	if ahead < 0 || r.packet(seq) != nil {
		s.stats.Duplicates++
		return false
	}
	switch {
	case r.ordered:
		r.skip(s, seq)
	case ahead >= receiveHistory && r.bounded:
		return false // it is asked for again when there is room
	case ahead >= receiveHistory:
		r.skip(s, seq-receiveHistory+1)
	}
	slot := r.slot(seq)
	slot.packet, slot.at = b, time.Now()
	s.stats.Packets++
	r.endAt(s, seq+1)
	r.drain(s)
	return true
}

// endAt notes that packets before seq were sent, and when to ask for those
// that are missing.
func (r *clientReceiver) endAt(s *clientSession, seq uint16) {
	ahead := int16(seq - r.end)
	if ahead <= 0 || seq-r.next > receiveHistory || !r.started || r.anywhere {
		return
	}
	now := time.Now()
	r.tail = now
	for ; r.end != seq; r.end++ {
		if r.packet(r.end) == nil {
			r.slot(r.end).due = now.Add(s.askDelay(r))
		}
	}
}

// lastAt is endAt for the end of a stream: of more missing packets than can be
// kept the first are given up.
func (r *clientReceiver) lastAt(s *clientSession, seq uint16) {
	if ahead := int16(seq - r.next); r.started && !r.anywhere && ahead > receiveHistory {
		r.skip(s, seq-receiveHistory)
	}
	r.endAt(s, seq)
}

func (r *clientReceiver) slot(seq uint16) *clientSlot { return &r.ring[seq%receiveRing] }

// packet returns a packet that is kept, else nil.
func (r *clientReceiver) packet(seq uint16) []byte {
	if b := r.slot(seq).packet; b != nil && sequenceOf(b) == seq {
		return b
	}
	return nil
}

// drain uses packets while the next one is there.
func (r *clientReceiver) drain(s *clientSession) {
	for r.next != r.limit() {
		b := r.packet(r.next)
		if b == nil {
			return
		}
		r.use(s, b)
	}
	s.ended()
}

// skip uses what is there before seq and gives up what is not.
func (r *clientReceiver) skip(s *clientSession, seq uint16) {
	for r.next != seq {
		if b := r.packet(r.next); b != nil {
			r.use(s, b)
			continue
		}
		s.stats.Lost++
		r.lost++
		r.advance()
	}
	if int16(r.next-r.end) > 0 {
		r.end = r.next
	}
}

func (r *clientReceiver) use(s *clientSession, b []byte) {
	r.reportGap(s)
	s.using.ssrc, s.using.seq = r.ssrc, r.next
	var p rtp.Packet
	if p.Unmarshal(b) != nil || r.joiner.Add(&p, s.received) != nil {
		s.stats.Strange++
	}
	s.stats.Broken += r.joiner.Lost
	r.joiner.Lost = 0
	r.advance()
}

// reportGap tells Next of packets that were given up, NumLost of [MS-RTSP]
// 3.1.5.12.2, before what follows them.
func (r *clientReceiver) reportGap(s *clientSession) {
	if r.lost > 0 {
		s.push(gapEvent(r.lost))
		r.lost = 0
	}
}

// advance goes to the next packet and forgets one that was used long ago.
func (r *clientReceiver) advance() {
	r.next++
	*r.slot(r.next + receiveHistory) = clientSlot{}
}

// waits says that packets are missing that can still come.
func (r *clientReceiver) waits() bool { return r.started && !r.anywhere && r.next != r.limit() }

// finish uses what has no marker bit at its end because FEC brought it back.
func (r *clientReceiver) finish(s *clientSession) {
	if r.packet(r.next-1) != nil && r.joiner.finish(s.received) != nil {
		s.stats.Strange++
	}
	r.reportGap(s)
}
