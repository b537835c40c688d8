package mms

import (
	"slices"
	"time"

	"caracal/asf"
	"caracal/internal/point"
	"caracal/internal/udp"
)

// Resending is bounded: whoever guesses a Client-ID and forges an address gets
// no more than this out of the server.
const (
	// resendRate is how many packets a second are sent again to one session.
	resendRate = 128
	// resendBurst is how many of them at once.
	resendBurst = 2 * MaxResend
	// maxAsked is how many packets of one session wait to be sent again: as many
	// as may be sent at once.
	maxAsked = resendBurst
)

// resends is what a sender needs to send packets again.
type resends struct {
	log     SentLog
	origins origins    // of its packets
	waiting []Sequence // packets whose block is being read, or whose turn has not come
	loading bool
	bound   limit     // the stream's
	until   time.Time // as long as what has left takes
	wake    func()

	budget udp.Budget

	resent, unknown, refused uint64 // packets
}

// note remembers a packet that was sent, and of what it is.
func (r *resends) note(seq Sequence, sent Sent, e point.Entry) {
	r.log.Add(seq, sent)
	r.origins.add(seq, r.log.first(), e)
}

// resend sends again what the player has missed, [MS-MMSP] 3.2.5.13, also for a
// while after the end.
func (s *sender) resend() {
	p := s.player
	if p == nil || s.Ending() {
		return
	}
	if !s.leave.IsZero() { // a player that asks is not silent
		s.leave = time.Now().Add(leaveTime)
	}
	s.again(p.asked.Take(), time.Now())
}

// free is when the next copy may leave: no more than udpMost leave at once, and
// then as fast as packets that are late.
func (r *resends) free() time.Time { return r.until.Add(-r.bound.restOf(udpMost)) }

// use notes that size bytes have left.
func (r *resends) use(now time.Time, size int) {
	if r.until.Before(now) {
		r.until = now
	}
	r.until = r.until.Add(r.bound.restOf(size))
}

// turn sends the copies whose turn it is, and says when the next may leave.
func (s *sender) turn(now time.Time) time.Time {
	r := &s.resends
	if at := r.free(); len(r.waiting) > 0 && !r.loading && !at.After(now) {
		list := r.waiting
		r.waiting = nil
		s.again(list, now)
	}
	if len(r.waiting) == 0 || r.loading {
		return time.Time{}
	}
	return r.free()
}

// again sends packets again, as far as their blocks are in memory and their turn
// has come; the others wait.
func (s *sender) again(list []Sequence, now time.Time) {
	p, r := s.player, &s.resends
	if r.log.Len() == 0 { // nothing went over UDP
		r.unknown += uint64(len(list))
		return
	}
	out, err := s.conn.srv.opt.Media.port.Sender(s.conn.Shard)
	if err != nil {
		return
	}
	s.Mem.Reset() // of what the last run of the shard has left there
	for _, seq := range list {
		if len(r.waiting) > 0 || r.free().After(now) || !s.rebuild(seq, now) {
			r.wait(seq)
			continue
		}
		if v := s.Mem.Vector; len(v) > 0 {
			out.Queue(p.udp, v...)
			r.use(now, len(v[0])+len(v[1]))
		}
		clear(s.Mem.Vector)
		s.Mem.Vector = s.Mem.Vector[:0]
	}
	out.Flush()
	if len(r.waiting) > 0 && !r.loading {
		s.Wake()
	}
	s.Mem.Reset() // a command has the shard's memory to itself, as a run has
}

// wait keeps a packet until storage has it, or it is its turn.
func (r *resends) wait(seq Sequence) {
	switch {
	case slices.Contains(r.waiting, seq): // asked for again
	case len(r.waiting) == maxAsked:
		r.refused++
	default:
		r.waiting = append(r.waiting, seq)
	}
}

// rebuild makes a data packet again, all of it as it was, and leaves it in the
// vector; nothing if it cannot be had. It is false if its block has to be read
// first: loaded is called then.
func (s *sender) rebuild(seq Sequence, now time.Time) bool {
	r := &s.resends
	sent, ok := r.log.Find(seq, now)
	if !ok {
		r.unknown++
		return true
	}
	if r.wake == nil {
		r.wake = func() { s.conn.Post(s.loaded) }
	}
	b, err := r.block(seq, sent.Packet)
	if err == nil && b == nil {
		r.loading = true
		return false
	}
	if !r.budget.Take(now, resendRate, resendBurst) {
		r.refused++
		return true
	}
	var data []byte
	if err == nil {
		raw := b.Packet(sent.Packet)
		data, err = asf.Pick(s.Mem.Grab(len(raw))[:0], raw, sent.Keep)
	}
	if err != nil || data == nil {
		r.unknown++
		return true
	}
	r.resent++
	s.player.ses.Resent.Add(1)
	head := AppendDataHead(s.Mem.Grab(DataHeadSize)[:0], uint32(sent.Packet), sent.Incarnation, seq.AFFlags(), len(data))
	s.Mem.Vector = append(s.Mem.Vector, head, data)
	return true
}

// block returns the block of a packet; nil without an error says that storage has
// it, and calls wake.
func (r *resends) block(seq Sequence, packet int64) (*point.Block, error) {
	e := r.origins.find(seq)
	if e == nil {
		return nil, point.ErrPosition
	}
	return e.Block(packet, r.wake)
}

// loaded goes on with what has waited for storage. Each time at least one packet
// is done with, so that a cache that drops blocks at once ends it too.
func (s *sender) loaded() {
	r := &s.resends
	r.loading = false
	list := r.waiting
	r.waiting = nil
	if s.Ending() || len(list) == 0 {
		return
	}
	s.again(list, time.Now())
	if r.loading && len(r.waiting) == len(list) {
		r.waiting = r.waiting[1:]
		r.unknown++
	}
}
