package msb

import (
	"context"
	"time"

	"caracal/asf"
	"caracal/internal/pace"
	"caracal/internal/point"
)

const (
	// lookEvery is how often a Sender without anything to send looks whether a
	// broadcast has begun.
	lookEvery = 200 * time.Millisecond
	// silence is how long no packet comes before those that went out get their
	// parity, however few they are, and beacons begin to wait.
	silence = time.Second
	// joinBack is how much of the past a Sender begins with that comes late, and
	// wholeEntry all that is kept, of an entry that it waited for.
	joinBack   = 5 * time.Second
	wholeEntry = 24 * time.Hour
)

// run is the shard's task: it sends what is due.
func (s *Sender) run(now time.Time) time.Time {
	mem := &s.opt.Shard.Scratch
	if s.last.IsZero() {
		s.last = now
	}
	next := now.Add(lookEvery)
	if s.play != nil || s.join(now) {
		before := s.packets.Load()
		_, step := s.play.Run(now, mem, point.MaxRunBytes, s.carry)
		s.count()
		if s.packets.Load() != before {
			s.last = now
			s.beacons.Stop()
		}
		switch {
		case step.Kind == point.Wait:
			next = step.At
		case step.Reason == point.EndChange:
			s.turn(step.Next)
			next = now
		default:
			s.play = nil
		}
	}
	next = s.idle(now, next)
	s.flush()
	return next
}

// idle does what is due while there is no packet to send, [MS-MSB] 3.1.3.2 and
// 3.1.5.3, and returns when there is more to do: at next, if not before.
func (s *Sender) idle(now, next time.Time) time.Time {
	if quiet := s.last.Add(silence); now.Before(quiet) {
		return earlier(next, quiet)
	}
	s.protect(&s.opt.Shard.Scratch)
	s.beacons.Start(now)
	if s.beacons.Expire(now) {
		s.queue(AppendBeacon(s.opt.Shard.Scratch.Grab(BeaconSize)[:0]), nil)
		s.beaconed.Add(1)
	}
	if at, ok := s.beacons.Next(); ok {
		next = earlier(next, at)
	}
	return next
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// join begins with what is being broadcast, if anything is.
func (s *Sender) join(now time.Time) bool {
	e, err := s.opt.Source.Open(context.Background(), "")
	if err != nil {
		s.waited = true
		return false
	}
	back := joinBack
	if s.waited {
		back, s.waited = wholeEntry, false
	}
	if e == s.refused || !s.begin(e) {
		return false
	}
	start, err := point.Prepare(e, point.Options{
		Batch: s.opt.Batch, Speed: 1, MaxSpeed: 1, Burst: back,
	}, point.Request{Selection: asf.NewSelection(e.Info().Header)})
	if err != nil {
		s.refuse(e, err)
		return false
	}
	s.play, s.skipped, s.refused = point.NewPlay(e, s.opt.Batch, nil), 0, nil
	s.play.Begin(start, now)
	return true
}

// turn goes on with what follows an entry.
func (s *Sender) turn(next point.Entry) {
	if s.begin(next) {
		s.play.Turn(next)
	}
}

// begin begins an entry on the wire, [MS-MSB] 3.1.5.1, behind the parity of what
// went before.
func (s *Sender) begin(e point.Entry) bool {
	s.protect(&s.opt.Shard.Scratch)
	id, err := s.list(e.Info())
	if err != nil {
		s.refuse(e, err)
		return false
	}
	s.enc.Begin(id)
	return true
}

// refuse leaves an entry out; what follows it may be sent again.
func (s *Sender) refuse(e point.Entry, err error) {
	s.play, s.refused = nil, e
	s.log.Error("what is broadcast cannot be sent as a multicast", "error", err)
}

// send sends one ASF packet, and the parity that is due after it.
func (s *Sender) send(it *point.Step) int {
	mem := &s.opt.Shard.Scratch
	o := it.Outline()
	if o == nil {
		s.leftOut.Add(1)
		return 0
	}
	d, err := s.enc.Packet(mem.Grab(MaxHead)[:0], it.Raw, o)
	if err != nil {
		s.leftOut.Add(1)
		return 0
	}
	s.queue(d.Head, d.Body)
	s.packets.Add(1)
	if s.enc.Due() {
		s.protect(mem)
	}
	return len(d.Head) + len(d.Body)
}

// protect sends the parity of the packets that have none yet.
func (s *Sender) protect(mem *pace.Scratch) {
	if s.enc.Pending() == 0 {
		return
	}
	s.queue(s.enc.AppendParity(mem.Grab(s.enc.ParitySize())[:0]), nil)
	s.parity.Add(1)
}

// queue takes a datagram in one part or two, which stay as they are until flush.
func (s *Sender) queue(head, body []byte) {
	s.parts[0], s.parts[1] = head, body
	s.out.Queue(s.opt.Group, s.parts[:]...)
	s.parts = [2][]byte{}
	s.bytes.Add(uint64(len(head) + len(body)))
}

// flush sends what is queued, and tells once when that stops to work and once
// when it works again.
func (s *Sender) flush() {
	sent, dropped, err := s.out.Flush()
	s.lost.Add(uint64(dropped))
	switch {
	case err != nil && !s.failing:
		s.failing = true
		s.log.Warn("multicasts cannot be sent", "error", err)
	case err == nil && sent > 0 && s.failing:
		s.failing = false
		s.log.Info("multicasts can be sent again")
	}
}

// count brings the counters up to date with the Play.
func (s *Sender) count() {
	s.gone.Add(s.play.Skipped - s.skipped)
	s.skipped = s.play.Skipped
}
