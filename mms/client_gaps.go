package mms

import "time"

// How a client asks for packets that are missing while later ones are there,
// [MS-MMSP] 3.1.4.7, and how long it waits for them.
const (
	gapTick      = 20 * time.Millisecond // also how long a packet may be late before it is asked for
	askAgain     = 200 * time.Millisecond
	maxAsks      = 7             // for one packet
	maxAskedOnce = 4 * MaxResend // packets in one tick

	patience       = 100 * time.Millisecond // without a way to get it
	patienceResend = 1500 * time.Millisecond

	// The end is told over TCP, and nothing says which packet was the last one:
	// some that would follow are asked for until none comes.
	tailPackets = 8
	maxTailAsks = 3
)

// clientGaps is the timer that looks for missing packets. The session's mu
// guards it.
type clientGaps struct {
	timer   *time.Timer
	running bool
	due     time.Time // when the timer is to run
}

// resends says that packets can be asked for.
func (s *clientSession) resends() bool {
	return s.hasClientID && !s.c.NoResend && s.udp && s.socket.peer.IsValid()
}

func (s *clientSession) patience() time.Duration {
	if s.resends() {
		return patienceResend
	}
	return patience
}

// watchGaps lets the timer run while something is missing. The caller holds mu.
func (s *clientSession) watchGaps() {
	r := &s.play.receiver
	if s.gaps.running || s.err != nil || r.next == r.end && !s.play.ending {
		return
	}
	s.gaps.running, s.gaps.due = true, time.Now().Add(gapTick)
	if s.gaps.timer == nil {
		s.gaps.timer = time.AfterFunc(gapTick, s.checkGaps)
	} else {
		s.gaps.timer.Reset(gapTick)
	}
}

func (s *clientSession) checkGaps() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gaps.running = false
	if s.err != nil {
		return
	}
	now := time.Now()
	s.play.receiver.putOff(now.Sub(s.gaps.due))
	s.giveUp(now)
	s.askMissing(now)
	s.askTail(now)
	s.watchGaps()
}

// putOff leaves time out in which the timer should have run and has not: the machine
// did something else then, and nothing was asked for or read.
func (r *clientReceiver) putOff(late time.Duration) {
	if late < gapTick {
		return
	}
	for seq := r.next; seq != r.end; seq++ {
		if slot := r.slot(seq); !slot.came {
			slot.at = slot.at.Add(late)
		}
	}
	r.quiet = r.quiet.Add(late)
}

// giveUp goes on behind packets that have been missing for too long.
func (s *clientSession) giveUp(now time.Time) {
	r := &s.play.receiver
	for r.next != r.end && now.Sub(r.slot(r.next).at) >= s.patience() {
		seq := r.next
		for seq != r.end && !r.has(seq) {
			seq++
		}
		s.skip(seq)
		s.drain()
	}
}

// askMissing asks for what is missing and due.
func (s *clientSession) askMissing(now time.Time) {
	if !s.resends() {
		return
	}
	r := &s.play.receiver
	var missing []Sequence
	for seq := r.next; seq != r.end && len(missing) < maxAskedOnce; seq++ {
		slot := r.slot(seq)
		if slot.came || now.Before(slot.due) || slot.asks == maxAsks {
			continue
		}
		slot.due = now.Add(askAgain)
		slot.asks++
		missing = append(missing, seq)
	}
	s.request(missing)
}

// askTail asks for packets behind the last one that came once the end was told.
func (s *clientSession) askTail(now time.Time) {
	r := &s.play.receiver
	if !s.play.ending || r.next != r.end {
		return
	}
	wait := patience
	if s.resends() && r.tail > 0 {
		wait = askAgain
	}
	if now.Sub(r.quiet) < wait {
		return
	}
	if !s.resends() || r.tail == maxTailAsks {
		s.finishNow()
		return
	}
	r.tail++
	r.quiet = now
	var behind []Sequence
	for i := range Sequence(tailPackets) {
		behind = append(behind, r.end+i)
	}
	s.request(behind)
}
