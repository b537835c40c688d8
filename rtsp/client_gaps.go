package rtsp

import "time"

// How long a receiver waits for a packet that is missing while later ones are
// there.
const (
	gapTick      = 20 * time.Millisecond // also how long a packet may be late before it is asked for
	askAgain     = 200 * time.Millisecond
	patience     = 100 * time.Millisecond // without a way to get it
	patienceRTX  = 1500 * time.Millisecond
	patienceFEC  = 3 * time.Second // a span can last
	maxAskedOnce = MaxMissing
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
		s.watching = true
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
	for _, r := range s.receivers {
		if r.waits() {
			r.chase(s, now)
		}
	}
	s.watchGaps()
}

// chase asks for what is missing, or gives the next packet up.
func (r *clientReceiver) chase(s *clientSession, now time.Time) {
	if r.gapSince.IsZero() {
		r.gapSince, r.askAt = now, now
	}
	if now.Sub(r.gapSince) >= s.patience(r) {
		seq := r.next
		for seq != r.end && r.packet(seq) == nil {
			seq++
		}
		r.skip(s, seq)
		r.drain(s)
		return
	}
	if s.rtx == nil || !s.rtx.ready || now.Before(r.askAt) {
		return
	}
	r.askAt = now.Add(askAgain)
	var missing []uint16
	for seq := r.next; seq != r.end && len(missing) < maxAskedOnce; seq++ {
		if r.packet(seq) == nil {
			missing = append(missing, seq)
		}
	}
	for len(missing) > 0 {
		b, n := AppendNacks(nil, 0, r.ssrc, s.rtx.ssrc, missing)
		if n == 0 {
			return
		}
		s.rtx.rtcp.send(b)
		s.stats.Asked += uint64(n)
		missing = missing[n:]
	}
}

func (s *clientSession) patience(r *clientReceiver) time.Duration {
	for _, t := range s.tracks {
		if t.kind == trackFEC && t.of.ssrc == r.ssrc {
			return patienceFEC
		}
	}
	if s.rtx != nil && s.rtx.ready {
		return patienceRTX
	}
	return patience
}
