// Package session is the session manager: the one registry of every
// connected party of both halves. It admits or refuses, gives each an id by
// which a front-end may pair several connections of one player, ends the idle,
// counts, and drains at shutdown. No media packet passes through it.
package session

import (
	"sync/atomic"
	"time"

	"caracal/internal/event"
	"caracal/internal/redact"
)

// State is what a session is doing.
type State uint32

// The states of a session. A front-end maps its protocol's own onto them.
const (
	Init State = iota
	Idle
	Streaming
	Waiting
	Ended
)

func (s State) String() string {
	return [...]string{"init", "idle", "streaming", "waiting", "ended"}[s]
}

// Session is one admitted player. Its identity does not change; its counters
// and state may be read and written from any goroutine.
type Session struct {
	Player  event.Player // as it was admitted; Who has what came later
	Started time.Time

	Packets atomic.Uint64
	Bytes   atomic.Uint64 // as sent, with the protocol's own framing
	Late    atomic.Uint64
	Skipped atomic.Uint64 // packets of a broadcast that it was too slow for

	Resent atomic.Uint64 // packets, over UDP, that it had missed
	Parity atomic.Uint64 // packets, over UDP, that repair others

	// What the player has reported last, if its protocol has reports.
	Lost     atomic.Uint32 // packets that did not reach it, in all
	LossRate atomic.Uint32 // how many of 256 lately
	Jitter   atomic.Uint32 // of their arrival, ms

	manager *Manager
	end     func(error)
	state   atomic.Uint32
	flowing atomic.Bool
	watched atomic.Bool
	target  atomic.Pointer[string] // when it was not known at admission
	expires atomic.Int64           // UnixNano after which an idle session ends; 0 never
	timeout time.Duration
	account atomic.Pointer[string] // the same
	point   atomic.Pointer[string] // the same, without its "/"

	// The manager's mutex is held for these.
	places   [scopes]place
	bits     int64        // a second, reserved
	steady   int64        // the same behind a burst
	settles  time.Time    // when that begins; zero: it has
	holder   *Reservation // of bits; nil: nobody
	outlived bool         // it was ended for its length
	gone     bool
}

// ID is the session's number, which no other has while it lasts. It is random and
// not zero.
func (s *Session) ID() uint32 { return s.Player.Session }

// SetTarget says what the player asks for, where its protocol says that after
// admission.
func (s *Session) SetTarget(target string) { s.target.Store(&target) }

// Who is the player with its present target, for events.
func (s *Session) Who() event.Player {
	p := s.Player
	if t := s.target.Load(); t != nil {
		p.Target = *t
	}
	if a := s.account.Load(); a != nil {
		p.Account = *a
	}
	if t := s.point.Load(); t != nil {
		p.Point = "/" + *t
	}
	return p
}

// State returns what the session is doing.
func (s *Session) State() State { return State(s.state.Load()) }

// SetState records what the session is doing; a session that streams does not
// expire unless it is watched.
func (s *Session) SetState(st State) {
	s.state.Store(uint32(st))
	s.Touch()
}

// Watch has the idle timer run while the session streams too: over UDP nothing
// but the player's own words says that it is still there.
func (s *Session) Watch(on bool) {
	if s.watched.Swap(on) != on {
		s.Touch()
	}
}

// Touch restarts the idle timer, or stops it for a session that may be silent.
func (s *Session) Touch() {
	switch {
	case s.mayBeSilent():
		s.expires.Store(0)
	case s.timeout > 0:
		s.expires.Store(time.Now().Add(s.timeout).UnixNano())
	}
}

// mayBeSilent says that a session may be silent for as long as it likes.
func (s *Session) mayBeSilent() bool { return s.State() == Streaming && !s.watched.Load() }

// End asks the session's owner to end it; the owner calls Close.
func (s *Session) End(why error) { s.end(why) }

// Close takes the session out of the registry. Only the first call counts.
func (s *Session) Close(why string) { s.manager.remove(s, why) }

// Snapshot is what the console and the status page show of a session, without secrets.
type Snapshot struct {
	ID       uint32    `json:"id"`
	Protocol string    `json:"protocol"`
	Address  string    `json:"address"`
	Agent    string    `json:"agent"`
	Account  string    `json:"account,omitempty"`
	Target   string    `json:"target"`
	State    string    `json:"state"`
	Started  time.Time `json:"started"`
	Packets  uint64    `json:"packets"`
	Bytes    uint64    `json:"bytes"`
	Late     uint64    `json:"late"`
	Skipped  uint64    `json:"skipped"`
	Lost     uint32    `json:"lost"`
	Jitter   uint32    `json:"jitter"` // ms
}

// Snapshot returns the session's present figures.
func (s *Session) Snapshot() Snapshot {
	return Snapshot{
		ID: s.ID(), Protocol: s.Player.Protocol, Address: s.Player.Address.String(),
		Agent: redact.Text(s.Player.Agent), Account: s.Who().Account, Target: redact.Text(s.Who().Target), State: s.State().String(),
		Started: s.Started, Packets: s.Packets.Load(), Bytes: s.Bytes.Load(), Late: s.Late.Load(), Skipped: s.Skipped.Load(),
		Lost: s.Lost.Load(), Jitter: s.Jitter.Load(),
	}
}
