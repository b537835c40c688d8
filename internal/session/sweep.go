package session

import (
	"context"
	"time"
)

// sweepEvery is how often sessions are looked at whose time is over: one timer for
// all.
const sweepEvery = time.Second

// Run ends sessions that are idle or have lasted as long as they may, and bursts,
// until ctx is done.
func (m *Manager) Run(ctx context.Context) {
	t := time.NewTicker(sweepEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-t.C:
			m.sweep(now)
		}
	}
}

// ending is a session and why it is to end.
type ending struct {
	s   *Session
	why error
}

func (m *Manager) sweep(now time.Time) {
	var list []ending
	m.mu.Lock()
	opt := m.opt.Load()
	for _, s := range m.byID {
		// Touch may have looked before the stream began, and written after.
		if at := s.expires.Load(); at != 0 && now.UnixNano() >= at && !s.mayBeSilent() {
			list = append(list, ending{s, ErrIdle})
		} else if err := s.tooLong(opt, now); err != nil {
			list = append(list, ending{s, err})
		}
		if !s.settles.IsZero() && !now.Before(s.settles) {
			m.reserve(s, s.steady)
			s.settles = time.Time{}
		}
	}
	m.mu.Unlock()
	for _, e := range list {
		e.s.End(e.why)
	}
}

// tooLong says once that a session has lasted as long as it may. One that is at no
// publishing point is an encoder's, or begins yet. The mutex is held.
func (s *Session) tooLong(opt *Options, now time.Time) error {
	if s.outlived || !s.places[inPoint].counted() {
		return nil
	}
	for _, p := range s.places {
		if !p.counted() {
			continue
		}
		if b := opt.bounds(p); b.Length > 0 && now.Sub(s.Started) >= b.Length {
			s.outlived = true
			return &LimitError{p.scope.String() + ".session_length", ErrLength}
		}
	}
	return nil
}
