package session

import (
	"time"

	"caracal/internal/event"
)

// Flows is told that packets leave of a Play that began at a time. The first time in
// a session's life that is an event.
func (s *Session) Flows(began time.Time) {
	if s.flowing.Load() || s.flowing.Swap(true) {
		return
	}
	now := time.Now()
	s.manager.bus.Publish(event.Flowing{Player: s.Who(), After: now.Sub(s.Started), Start: now.Sub(began)})
}

// Each calls f with every session, in no order and without a lock that holds others up.
func (m *Manager) Each(f func(*Session)) {
	m.mu.Lock()
	all := make([]*Session, 0, len(m.byID))
	for _, s := range m.byID {
		all = append(all, s)
	}
	m.mu.Unlock()
	for _, s := range all {
		f(s)
	}
}
