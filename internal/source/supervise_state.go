package source

import (
	"time"

	"caracal/internal/event"
)

// Phase is what a Supervisor's Feeder is at.
type Phase string

// The phases, in the order in which they come.
const (
	Connecting Phase = "connecting" // started, and no packet has come
	Streaming  Phase = "streaming"
	Waiting    Phase = "waiting" // it has failed and will be started again
	Stopped    Phase = "stopped"
)

// State is what can be seen of a Feeder from outside.
type State struct {
	Phase   Phase
	Since   time.Time // when the phase began
	Packets uint64    // that were brought since the point is there
	Bytes   uint64    // of them, with padding
	BitRate uint64    // of the last seconds, bits a second
	Tries   int       // how often it was started since it last worked
	Starts  uint64    // how often it was started in all
	Retry   time.Time // when it is started again; while Waiting
	Note    string    // what it does, in its own words; "" when it says nothing
	Err     error     // why it failed last; nil: it never did
}

func (s *State) enter(p Phase, now time.Time) { s.Phase, s.Since = p, now }

// State returns how things stand.
func (s *Supervisor) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// note takes the Feeder's own words.
func (s *Supervisor) note(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state.Phase != Stopped {
		s.state.Note = text
	}
}

func (s *Supervisor) connecting(now time.Time, try int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.enter(Connecting, now)
	s.state.Tries, s.state.Note, s.state.BitRate, s.state.Retry = try, "", 0, time.Time{}
	s.state.Starts++
	s.opt.Bus.Publish(event.SourceConnecting{Source: s.opt.Source, Try: try})
}

func (s *Supervisor) failed(a *attempt, wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.state.enter(Waiting, now)
	s.state.Err, s.state.Retry, s.state.Note, s.state.BitRate = a.err, now.Add(wait), "", 0
	packets, bytes := a.sum()
	s.opt.Bus.Publish(event.SourceFailed{
		Source: s.opt.Source, Err: a.err, Packets: packets, Bytes: bytes, Elapsed: now.Sub(a.began), Retry: wait,
	})
}

func (s *Supervisor) stopped(a *attempt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.state.enter(Stopped, now)
	s.state.Note, s.state.BitRate, s.state.Retry = "", 0, time.Time{}
	packets, bytes := a.sum()
	s.opt.Bus.Publish(event.SourceStopped{Source: s.opt.Source, Packets: packets, Bytes: bytes, Elapsed: now.Sub(a.began)})
}
