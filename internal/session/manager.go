package session

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"caracal/internal/event"
)

// Options are the manager's limits; 0 means no limit.
type Options struct {
	Max           int           // sessions
	MaxPerAddress int           // sessions from one address
	IdleTimeout   time.Duration // of a session that does not stream
	Limits        Limits
}

// Manager is the registry. Run must run while it is used.
type Manager struct {
	opt atomic.Pointer[Options]
	bus *event.Bus

	mu       sync.Mutex
	byID     map[uint32]*Session
	counts   map[place]*count // of places in which somebody is
	draining bool
	empty    chan struct{} // closed when draining and the last session is gone
	total    uint64
}

// NewManager returns a manager that publishes on bus.
func NewManager(opt Options, bus *event.Bus) *Manager {
	m := &Manager{bus: bus, byID: map[uint32]*Session{}, counts: map[place]*count{}, empty: make(chan struct{})}
	m.opt.Store(&opt)
	return m
}

// SetOptions has other limits hold from now on. Nobody is sent away for there being
// too many, but by the length of a session; the idle time is that of new sessions.
func (m *Manager) SetOptions(opt Options) { m.opt.Store(&opt) }

// Admit registers a player or says why not. end is called when the session has
// to end, from any goroutine, perhaps more than once, and perhaps before Admit
// has returned. It may wait for that, and for nothing longer; the session's owner
// then calls Close.
func (m *Manager) Admit(p event.Player, end func(error)) (*Session, error) {
	at := placesOf(p.Address.Addr(), p.Point, p.Account)
	m.mu.Lock()
	opt := m.opt.Load()
	if err := m.admissible(opt, &at); err != nil {
		m.mu.Unlock()
		return nil, err
	}
	for p.Session == 0 || m.byID[p.Session] != nil {
		p.Session = rand.Uint32()
	}
	s := &Session{Player: p, Started: time.Now(), manager: m, end: end, timeout: opt.IdleTimeout, places: at}
	m.byID[p.Session] = s
	for _, p := range at {
		m.come(p, 0)
	}
	m.total++
	m.mu.Unlock()
	s.Touch()
	m.bus.Publish(event.Connected{Player: p})
	return s, nil
}

func (m *Manager) admissible(opt *Options, at *[scopes]place) error {
	if m.draining {
		return ErrDraining
	}
	for _, p := range at {
		if !p.counted() {
			continue
		}
		b := opt.bounds(p)
		if err := b.admits(p.scope, m.countOf(p), 1, 0); err != nil {
			return err
		}
	}
	return nil
}

func (m *Manager) remove(s *Session, why string) {
	m.mu.Lock()
	if s.gone {
		m.mu.Unlock()
		return
	}
	s.gone, s.holder = true, nil
	delete(m.byID, s.ID())
	for _, p := range s.places {
		m.leave(p, s.bits)
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
