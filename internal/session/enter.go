package session

// Enter has the session be one of a publishing point's players, and of no other's any
// more, or says why it cannot and leaves it where it is.
func (s *Session) Enter(point string) error {
	err := s.manager.enter(s, place{scope: inPoint, name: "/" + point})
	if err == nil {
		s.point.Store(&point)
	}
	return err
}

// SetAccount says who the player is, where its protocol says that after admission;
// "" is nobody. An account that has as many players as it may is the error.
func (s *Session) SetAccount(account string) error {
	err := s.manager.enter(s, place{scope: inAccount, name: account})
	if err == nil {
		s.account.Store(&account)
	}
	return err
}

// enter moves a session to another place of the same scope.
func (m *Manager) enter(s *Session, to place) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	from := s.places[to.scope]
	switch {
	case s.gone:
		return ErrEnded
	case from == to:
		return nil
	}
	if to.counted() {
		b := m.opt.Load().bounds(to)
		if err := b.admits(to.scope, m.countOf(to), 1, s.bits); err != nil {
			return err
		}
	}
	m.leave(from, s.bits)
	m.come(to, s.bits)
	s.places[to.scope] = to
	return nil
}

// countOf is what there is in a place. The mutex is held.
func (m *Manager) countOf(p place) count {
	if c := m.counts[p]; c != nil {
		return *c
	}
	return count{}
}

// come counts a session in a place. The mutex is held.
func (m *Manager) come(p place, bits int64) {
	if !p.counted() {
		return
	}
	c := m.counts[p]
	if c == nil {
		c = &count{}
		m.counts[p] = c
	}
	c.players++
	c.bits += bits
}

// leave is the contrary of come. The mutex is held.
func (m *Manager) leave(p place, bits int64) {
	if !p.counted() {
		return
	}
	c := m.counts[p]
	c.bits -= bits
	if c.players--; c.players == 0 {
		delete(m.counts, p)
	}
}
