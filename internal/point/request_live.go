package point

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
