package asf

import "math"

const (
	// indexInterval is how far the entries of an index are apart, ms.
	indexInterval = 1000
	// longestObject is the most that the last media object of a stream counts
	// towards the play duration, ms: nobody knows how long it really is.
	longestObject = 1000
)

// ledger is what the packets of a file say, gathered as they come, that its
// header and index have to say.
type ledger struct {
	packets   int64
	sent      bool
	firstSend uint32 // ms
	lastSend  uint32
	sendEnd   uint32 // of the last packet, with its duration
	streams   [MaxStreams + 1]*streamLedger
}

// streamLedger is the part of one stream.
type streamLedger struct {
	video  bool
	known  bool
	last   uint32 // highest presentation time, ms
	step   uint32 // from the one before
	object uint32 // the key frame that may go on
	keys   []keyFrame
}

// keyFrame is the last one of an index interval.
type keyFrame struct {
	time    uint32 // ms
	packet  uint32 // in which it starts
	packets uint16 // over which it extends
}

func newLedger(h *Header) *ledger {
	l := &ledger{}
	for _, s := range h.Streams() {
		l.streams[s.Number()&streamNumberBits] = &streamLedger{video: s.Kind() == Video}
	}
	return l
}

// add takes the next packet; one that is damaged only counts.
func (l *ledger) add(b []byte) {
	n := uint32(l.packets)
	l.packets++
	var p Packet
	if ParsePacket(b, &p) != nil || p.Opaque {
		return
	}
	if !l.sent {
		l.sent, l.firstSend = true, p.SendTime
	}
	l.lastSend = max(l.lastSend, p.SendTime)
	l.sendEnd = max(l.sendEnd, p.SendTime+min(uint32(p.Duration), math.MaxUint32-p.SendTime))
	for it := p.Payloads(); it.Next(); {
		if s := l.streams[it.Payload.Stream&streamNumberBits]; s != nil {
			s.add(&it.Payload, n)
		}
	}
}

func (s *streamLedger) add(p *Payload, packet uint32) {
	switch {
	case !s.known:
		s.known, s.last = true, p.Time
	case p.Time > s.last:
		s.last, s.step = p.Time, p.Time-s.last
	}
	if !s.video || !p.Key {
		return
	}
	if p.Offset == 0 {
		s.begin(p, packet)
	} else if k := len(s.keys) - 1; k >= 0 && p.Object == s.object {
		s.keys[k].packets = uint16(min(packet-s.keys[k].packet+1, math.MaxUint16))
	}
}

// begin notes a key frame. Of several within an interval the last one stays, but
// for the first of all, to which the rows before it lead; one that goes back in
// time is for no index.
func (s *streamLedger) begin(p *Payload, packet uint32) {
	k := keyFrame{time: p.Time, packet: packet, packets: 1}
	switch last := len(s.keys) - 1; {
	case last < 0:
		s.keys = append(s.keys, k)
	case k.time < s.keys[last].time:
		return
	case last == 0 || rowOf(s.keys[last].time, indexInterval) < rowOf(k.time, indexInterval):
		s.keys = append(s.keys, k)
	default:
		s.keys[last] = k
	}
	s.object = p.Object
}

// rowOf is the first row of an index that a key frame at a time is good for.
func rowOf(ms uint32, interval uint64) uint64 { return (uint64(ms) + interval - 1) / interval }

// playEnd is the presentation time at which the last media object is over, ms.
func (l *ledger) playEnd() uint64 {
	end := uint64(0)
	for _, s := range l.streams {
		if s != nil && s.known {
			end = max(end, uint64(s.last)+uint64(min(s.step, longestObject)))
		}
	}
	return end
}
