package point

// shift begins behind the present, where a player asks for it: at a real time
// pace, so that it stays as far behind. It says whether that is so; at the
// beginning, and past the end, everybody means the present.
func (s *Start) shift(l *Live, opt Options, r Request) (bool, error) {
	if l.past == nil || r.Position.By == ByStart {
		return false, nil
	}
	n, early, err := l.locate(r.Position, s.lead)
	if err != nil || n < 0 {
		return false, err
	}
	r.Speed, opt.Unpaced, opt.Speed = 0, false, 1
	s.grant(l.Info(), opt, r)
	s.Packet, s.shifted = n, true
	if r.MaxDuration > 0 {
		s.stop = r.MaxDuration + early
	}
	return true, nil
}

// Shifted says that a Play of a broadcast begins behind the present, where it was
// asked to.
func (s *Start) Shifted() bool { return s.shifted }

// Resume begins where another Play of the same broadcast is, as far behind the
// present.
func (s *Start) Resume(p *Play) { s.Packet, s.shifted = p.next, p.shifted }

// Following returns what a player gets after an entry that next has followed:
// that, if it is behind the present, and else what is broadcast now.
func (p *Play) Following(next Entry) Entry {
	if p.shifted {
		return next
	}
	return Latest(next)
}
