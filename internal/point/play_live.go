package point

import "time"

// catchUp is how much faster than real time a paced player of a broadcast is
// served: the source's clock may be faster than ours.
const catchUp = 1.05

// join begins with a broadcast. Wherever a player wants to begin, it begins with
// what there is, as much of it at once as makes its reserve.
func (s *Start) join(l *Live, opt Options, r Request) {
	r.Speed = 0
	s.grant(l.Info(), opt, r)
	if s.Schedule.Rate != 0 {
		s.Schedule.Rate = max(s.Schedule.Rate, catchUp)
	}
	s.stop = r.MaxDuration
	s.Packet = l.join(s.lead, opt.Burst)
}

// follow makes the block with the next packet of a broadcast present. A player
// that is too slow goes on where a clean point is still kept.
func (p *Play) follow(now time.Time, it *Step) bool {
	if p.block.Holds(p.next) {
		return true
	}
	p.live.watched.Store(now.UnixNano())
	st := p.live.state(p.next)
	if p.shifted && p.live.past != nil && (st.gone || st.missed > 0) {
		if present, handled := p.recall(it); handled {
			return present
		}
		st = p.live.state(p.next)
	}
	if st.gone {
		n := p.live.after(p.lead)
		p.Skipped += uint64(n - p.next)
		p.next, p.last = n, NoTime
		st = p.live.state(n)
	}
	switch {
	case st.block != nil:
		p.block = st.block
		return true
	case st.next != nil:
		p.Skipped += st.missed
		p.change(it, st.next)
	case !st.ended.IsZero() && now.Sub(st.ended) >= p.live.opt.Linger:
		p.pass(it)
	default:
		it.At = p.look(now)
	}
	return false
}
