package mms

import (
	"time"

	"caracal/internal/pull"
)

const (
	receiveRing    = 1024 // packets that a receiver keeps in mind
	receiveHistory = receiveRing / 2
	sequenceRound  = 256 // numbers that AFFlags tells apart
)

// clientReceiver puts data packets into the order of their numbers. Numbers go
// on over stops and seeks, so those that are missing when another stream begins
// may be of the one before: when they come they are left out. The session's mu
// guards it.
type clientReceiver struct {
	started bool
	fresh   bool   // no packet of this incarnation was used
	newest  uint32 // LocationId of the last one in the stream that came; counts if located
	located bool
	reverse bool     // LocationId falls
	next    Sequence // the packet that is due
	end     Sequence // behind the last one that came
	ring    [receiveRing]clientSlot
	lost    uint32 // given up since the last packet that was used
	tail    int    // how often packets behind end were asked for
	quiet   time.Time
}

// clientSlot is what a receiver knows of one number.
type clientSlot struct {
	seq      Sequence
	came     bool
	late     bool   // it is of a stream before
	stream   byte   // its playIncarnation
	payload  []byte // until it is used
	location uint32
	at       time.Time // when it came, or when it began to be missing
	due      time.Time // when to ask for it
	asks     int
}

func (r *clientReceiver) slot(seq Sequence) *clientSlot { return &r.ring[seq%receiveRing] }

// known returns what is known of a number, nil for nothing.
func (r *clientReceiver) known(seq Sequence) *clientSlot {
	if slot := r.slot(seq); slot.seq == seq && (slot.came || !slot.due.IsZero()) {
		return slot
	}
	return nil
}

func (r *clientReceiver) has(seq Sequence) bool {
	slot := r.known(seq)
	return slot != nil && slot.came
}

// restart is told that another stream begins.
func (r *clientReceiver) restart() {
	r.fresh, r.located = true, false
	if r.next == r.end && r.started {
		r.next = r.next.Restart()
		r.end = r.next
	}
}

// media takes a data packet with an ASF packet. The caller holds mu.
func (s *clientSession) media(d Data, ordered bool) {
	r := &s.play.receiver
	late := d.PlayIncarnation != s.play.incarnation
	if late && (ordered || !r.started) {
		s.stats.Stale++
		return
	}
	seq := r.number(d, late)
	if ordered && r.started {
		seq = r.following(d)
	}
	if !r.started {
		r.started = true
		if ordered || seq >= sequenceRound/2 {
			r.next, r.end = seq, seq // it does not count from 0
		}
	}
	ahead := int32(seq - r.next)
	if !s.play.runs() {
		s.stats.Stale++
		if ahead >= 0 {
			r.next, r.end = seq+1, seq+1 // what comes next begins behind it
		}
		return
	}
	if ahead < 0 || r.has(seq) {
		s.stats.Duplicates++
		return
	}
	switch {
	case ordered && r.fresh:
		r.next, r.end = seq, seq
	case ordered:
		s.skip(seq)
	case ahead >= receiveHistory:
		s.skip(seq - receiveHistory + 1)
	}
	s.keep(seq, d, late)
	s.drain()
	s.watchGaps()
}

// keep notes a packet and which ones before it are missing.
func (s *clientSession) keep(seq Sequence, d Data, late bool) {
	r := &s.play.receiver
	now := time.Now()
	for ; int32(r.end-seq) <= 0; r.end++ {
		*r.slot(r.end) = clientSlot{seq: r.end, at: now, due: now.Add(gapTick)}
	}
	slot := r.slot(seq)
	if slot.asks > 0 {
		s.stats.Resent++
	}
	slot.came, slot.late, slot.location, slot.stream, slot.at = true, late, d.LocationID, d.PlayIncarnation, now
	r.tail, r.quiet = 0, now
	if late {
		s.stats.Stale++
		return
	}
	if !r.located || r.beyond(d.LocationID) {
		r.newest, r.located = d.LocationID, true
	}
	s.stats.Packets++
	s.stats.Bytes += uint64(len(d.Payload))
	slot.payload = append([]byte(nil), d.Payload...)
}

// drain uses packets while the next one is there.
func (s *clientSession) drain() {
	r := &s.play.receiver
	for r.next != r.end && r.has(r.next) {
		s.use(r.slot(r.next))
		r.next++
	}
	s.finish()
}

// skip uses what is there before seq and gives up what is not.
func (s *clientSession) skip(seq Sequence) {
	r := &s.play.receiver
	for ; int32(seq-r.next) > 0; r.next++ {
		switch {
		case r.has(r.next):
			s.use(r.slot(r.next))
		case r.fresh && byte(r.next) == 0xFF: // was left out, see Sequence.Restart
		default:
			s.stats.Lost++
			r.lost++
		}
	}
	if int32(r.next-r.end) > 0 {
		r.end = r.next
	}
}

func (s *clientSession) use(slot *clientSlot) {
	if slot.late {
		return
	}
	r := &s.play.receiver
	s.reportGap()
	r.fresh = false
	s.play.time(slot.payload)
	s.play.expected = slot.location + 1
	packet := pull.Event{Kind: GotPacket, Data: slot.payload, Packet: slot.location, HasPacket: true}
	s.push(StreamEvent{Event: packet, Sequence: slot.seq})
	slot.payload = nil
}

// reportGap tells Next of packets that were given up before what follows them.
func (s *clientSession) reportGap() {
	r := &s.play.receiver
	if r.lost > 0 {
		s.stats.Longest = max(s.stats.Longest, r.lost)
		s.push(gapEvent(r.lost))
		r.lost = 0
	}
}
