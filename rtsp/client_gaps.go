package rtsp

import "time"

// How a receiver asks for packets that are missing while later ones are there,
// [MS-RTSP] 3.1.4.6, and how long it waits for them.
const (
	gapTick      = 20 * time.Millisecond // also how long a packet may be late before it is asked for
	askAgain     = 200 * time.Millisecond
	maxAsks      = 5          // for one packet
	maxAskedOnce = MaxMissing // packets in one tick

	patience    = 100 * time.Millisecond // without a way to get it
	patienceRTX = 1500 * time.Millisecond
	patienceFEC = 3 * time.Second // a span can last
)

// watchGaps lets the timer run while a packet is missing. The caller holds mu.
func (s *clientSession) watchGaps() {
	if s.watching || s.err != nil {
		return
	}
	for _, r := range s.receivers {
		if !r.waits() {
			continue
		}
		s.watching, s.gapsDue = true, time.Now().Add(gapTick)
		if s.gaps == nil {
			s.gaps = time.AfterFunc(gapTick, s.checkGaps)
		} else {
			s.gaps.Reset(gapTick)
		}
		return
	}
}

func (s *clientSession) checkGaps() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watching = false
	if s.err != nil {
		return
	}
	now := time.Now()
	late := now.Sub(s.gapsDue)
	for _, r := range s.receivers {
		r.putOff(late)
		r.giveUp(s, now)
		if r.waits() {
			r.ask(s, now)
		}
	}
	s.watchGaps()
}

// putOff leaves time out in which the timer should have run and has not: the machine
// did something else then, and nothing was asked for or read.
func (r *clientReceiver) putOff(late time.Duration) {
	if late < gapTick {
		return
	}
	r.tail = r.tail.Add(late)
	for seq := r.next; seq != r.end; seq++ {
		r.slot(seq).at = r.slot(seq).at.Add(late)
	}
}

// giveUp goes on behind packets that have been missing for too long.
func (r *clientReceiver) giveUp(s *clientSession, now time.Time) {
	for r.waits() && now.Sub(r.missingSince()) >= s.patience(r) {
		seq := r.next
		for seq != r.limit() && r.packet(seq) == nil {
			seq++
		}
		r.skip(s, seq)
		r.drain(s)
	}
}

// missingSince is when the first packet came that is kept behind the one that
// is due: each gap has its own time, whatever was asked for before it.
func (r *clientReceiver) missingSince() time.Time {
	since := r.tail
	for seq := r.next; seq != r.end; seq++ {
		if r.packet(seq) != nil && r.slot(seq).at.Before(since) {
			since = r.slot(seq).at
		}
	}
	return since
}

// ask asks for what is missing and due.
func (r *clientReceiver) ask(s *clientSession, now time.Time) {
	if s.rtx == nil || !s.rtx.ready || r.ordered {
		return
	}
	var missing []uint16
	for seq := r.next; seq != r.end && len(missing) < maxAskedOnce; seq++ {
		slot := r.slot(seq)
		if r.packet(seq) != nil || now.Before(slot.due) || slot.asks == maxAsks {
			continue
		}
		slot.due = now.Add(askAgain)
		slot.asks++
		missing = append(missing, seq)
	}
	for len(missing) > 0 {
		b, n := AppendNacks(nil, s.ssrc, r.ssrc, s.rtx.ssrc, missing)
		if n == 0 {
			return
		}
		s.rtx.rtcp.send(b)
		s.stats.Asked += uint64(n)
		missing = missing[n:]
	}
}

func (s *clientSession) protected(r *clientReceiver) bool {
	for _, t := range s.tracks {
		if t.kind == trackFEC && t.of.ssrc == r.ssrc {
			return true
		}
	}
	return false
}

// askDelay is how long a packet may be late before it is asked for: FEC is to
// have its turn.
func (s *clientSession) askDelay(r *clientReceiver) time.Duration {
	if s.protected(r) {
		return askAgain
	}
	return gapTick
}

func (s *clientSession) patience(r *clientReceiver) time.Duration {
	if s.protected(r) {
		return patienceFEC
	}
	if s.rtx != nil && s.rtx.ready {
		return patienceRTX
	}
	return patience
}
