package session

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync"
	"time"

	"caracal/internal/event"
)

// The reasons for which a session is refused or ended.
var (
	ErrFull        = errors.New("session: the server has as many players as it may")
	ErrAddressFull = errors.New("session: this address has as many players as it may")
	ErrDraining    = errors.New("session: the server is shutting down")
	ErrIdle        = errors.New("session: idle for too long")
)

// Options are the manager's limits; 0 means no limit.
type Options struct {
	Max           int           // sessions
	MaxPerAddress int           // sessions from one address
	IdleTimeout   time.Duration // of a session that does not stream
}

// sweepEvery is how often idle sessions are looked for: one timer for all.
const sweepEvery = time.Second

// Manager is the registry. Run must run while it is used.
type Manager struct {
	opt Options
	bus *event.Bus

	mu       sync.Mutex
	byID     map[uint32]*Session
	byAddr   map[netip.Addr]int
	draining bool
	empty    chan struct{} // closed when draining and the last session is gone
	total    uint64
}

// NewManager returns a manager that publishes on bus.
func NewManager(opt Options, bus *event.Bus) *Manager {
	return &Manager{
		opt: opt, bus: bus,
		byID: map[uint32]*Session{}, byAddr: map[netip.Addr]int{}, empty: make(chan struct{}),
	}
}

// Admit registers a player or says why not. end is called when the session has
// to end, from any goroutine, perhaps more than once, and perhaps before Admit
// has returned. It may wait for that, and for nothing longer; the session's owner
// then calls Close.
func (m *Manager) Admit(p event.Player, end func(error)) (*Session, error) {
	m.mu.Lock()
	if err := m.admissible(p.Address.Addr()); err != nil {
		m.mu.Unlock()
		return nil, err
	}
	for p.Session == 0 || m.byID[p.Session] != nil {
		p.Session = rand.Uint32()
	}
	s := &Session{Player: p, Started: time.Now(), manager: m, end: end, timeout: m.opt.IdleTimeout}
	m.byID[p.Session] = s
	m.byAddr[p.Address.Addr()]++
	m.total++
	m.mu.Unlock()
	s.Touch()
	m.bus.Publish(event.Connected{Player: p})
	return s, nil
}

func (m *Manager) admissible(a netip.Addr) error {
	switch {
	case m.draining:
		return ErrDraining
	case m.opt.Max > 0 && len(m.byID) >= m.opt.Max:
		return ErrFull
	case m.opt.MaxPerAddress > 0 && m.byAddr[a] >= m.opt.MaxPerAddress:
		return ErrAddressFull
	}
	return nil
}

func (m *Manager) remove(s *Session, why string) {
	m.mu.Lock()
	if m.byID[s.ID()] != s {
		m.mu.Unlock()
		return
	}
	delete(m.byID, s.ID())
	a := s.Player.Address.Addr()
	if m.byAddr[a]--; m.byAddr[a] <= 0 {
		delete(m.byAddr, a)
	}
	m.signalEmpty()
	m.mu.Unlock()
	s.state.Store(uint32(Ended))
	m.bus.Publish(event.Disconnected{
		Player: s.Who(), Reason: why, Packets: s.Packets.Load(), Bytes: s.Bytes.Load(),
		Late: s.Late.Load(), Skipped: s.Skipped.Load(), Resent: s.Resent.Load(), Parity: s.Parity.Load(), Lost: uint64(s.Lost.Load()),
		Elapsed: time.Since(s.Started),
	})
}

func (m *Manager) signalEmpty() {
	if !m.draining || len(m.byID) > 0 {
		return
	}
	select {
	case <-m.empty:
	default:
		close(m.empty)
	}
}

// Count returns how many sessions there are and how many there have been.
func (m *Manager) Count() (now int, total uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.byID), m.total
}

// Find returns the session with an id, nil if it is over.
func (m *Manager) Find(id uint32) *Session {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.byID[id]
}

// All returns the sessions, the oldest first.
func (m *Manager) All() []*Session {
	m.mu.Lock()
	all := make([]*Session, 0, len(m.byID))
	for _, s := range m.byID {
		all = append(all, s)
	}
	m.mu.Unlock()
	slices.SortFunc(all, func(a, b *Session) int { return a.Started.Compare(b.Started) })
	return all
}

// Run ends idle sessions until ctx is done.
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

func (m *Manager) sweep(now time.Time) {
	var idle []*Session
	m.mu.Lock()
	for _, s := range m.byID {
		// Touch may have looked before the stream began, and written after.
		if at := s.expires.Load(); at != 0 && now.UnixNano() >= at && !s.mayBeSilent() {
			idle = append(idle, s)
		}
	}
	m.mu.Unlock()
	for _, s := range idle {
		s.End(ErrIdle)
	}
}

// Drain refuses new sessions, asks all to end and waits until they have or
// ctx is done; then it returns how many are left.
func (m *Manager) Drain(ctx context.Context) int {
	m.mu.Lock()
	m.draining = true
	m.signalEmpty()
	m.mu.Unlock()
	for _, s := range m.All() {
		s.End(ErrDraining)
	}
	select {
	case <-m.empty:
	case <-ctx.Done():
	}
	now, _ := m.Count()
	return now
}
