package session

import "time"

// Need is what a stream takes of the network, in bits a second.
type Need struct {
	Least int64         // as fast as it plays
	Bits  int64         // as fast as it is to be sent; Least for 0
	Peak  int64         // while it begins; Bits for less
	Burst time.Duration // for how long that is
}

// Grant is what a stream got of what it needs.
type Grant struct{ Bits, Peak int64 }

// Reservation is the bandwidth that a stream has until Release. nil is none, and
// changes nothing.
type Reservation struct{ s *Session }

// Reserve has a stream take its bandwidth, in the place of the session's stream
// before, whose Reservation counts no longer. There is as much above Least as the
// limits leave; that they do not leave even that is the error.
func (s *Session) Reserve(n Need) (*Reservation, Grant, error) {
	m := s.manager
	m.mu.Lock()
	defer m.mu.Unlock()
	if s.gone {
		return nil, Grant{}, ErrEnded
	}
	n.Bits = max(n.Bits, n.Least)
	n.Peak = max(n.Peak, n.Bits)
	limit, err := m.playerLimit(s, n.Least)
	if err != nil {
		return nil, Grant{}, err
	}
	if limit > 0 {
		n.Bits, n.Peak = min(n.Bits, limit), min(n.Peak, limit)
	}
	steady := n.Bits
	if m.affords(s, n.Bits) != nil {
		steady = n.Least
	}
	if err := m.affords(s, steady); err != nil {
		return nil, Grant{}, err
	}
	peak := steady
	if steady == n.Bits && n.Burst > 0 && m.affords(s, n.Peak) == nil {
		peak = n.Peak
	}
	m.reserve(s, peak)
	s.steady, s.settles = steady, time.Time{}
	if peak > steady {
		s.settles = time.Now().Add(n.Burst)
	}
	s.holder = &Reservation{s}
	return s.holder, Grant{steady, peak}, nil
}

// Change has the stream take another bandwidth from now on, or says that it cannot
// and leaves it.
func (r *Reservation) Change(bits int64) error {
	if r == nil {
		return nil
	}
	m := r.s.manager
	m.mu.Lock()
	defer m.mu.Unlock()
	if r.s.holder != r {
		return nil
	}
	if bits > r.s.steady {
		if _, err := m.playerLimit(r.s, bits); err != nil {
			return err
		}
		if err := m.affords(r.s, bits); err != nil {
			return err
		}
	}
	m.reserve(r.s, bits)
	r.s.steady, r.s.settles = bits, time.Time{}
	return nil
}

// Release gives the bandwidth back, once.
func (r *Reservation) Release() {
	if r == nil {
		return
	}
	m := r.s.manager
	m.mu.Lock()
	defer m.mu.Unlock()
	if r.s.holder == r {
		m.reserve(r.s, 0)
		r.s.holder, r.s.steady, r.s.settles = nil, 0, time.Time{}
	}
}

// playerLimit returns the most that this player may have; 0 is no limit. The mutex
// is held.
func (m *Manager) playerLimit(s *Session, bits int64) (most int64, err error) {
	opt := m.opt.Load()
	for _, p := range s.places {
		if !p.counted() {
			continue
		}
		b := opt.bounds(p)
		if b.PlayerBandwidth > 0 && bits > b.PlayerBandwidth {
			return 0, &LimitError{p.scope.String() + ".player_bandwidth", ErrPlayerBandwidth}
		}
		most = least(most, b.PlayerBandwidth)
	}
	return most, nil
}

// affords says why a session cannot take so many bits a second, in the place of those
// that it has. The mutex is held.
func (m *Manager) affords(s *Session, bits int64) error {
	opt := m.opt.Load()
	for _, p := range s.places {
		if p.counted() {
			b := opt.bounds(p)
			if err := b.admits(p.scope, *m.counts[p], 0, bits-s.bits); err != nil {
				return err
			}
		}
	}
	return nil
}

// reserve has a session take so many bits a second. The mutex is held.
func (m *Manager) reserve(s *Session, bits int64) {
	for _, p := range s.places {
		if p.counted() {
			m.counts[p].bits += bits - s.bits
		}
	}
	s.bits = bits
}
