package source

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"caracal/internal/event"
	"caracal/internal/point"
)

// A Feeder brings a broadcast its content, as long as it can. One that has other
// signs of life than packets says when it had one last, with Alive() time.Time.
type Feeder interface {
	// Run brings content until ctx is done, until the content is over (nil), or
	// until it cannot go on. When it returns, all that it started has ended. It
	// calls note, from any goroutine, with a few words on what it does.
	Run(ctx context.Context, to *point.Broadcast, note func(string)) error
}

// What a Supervisor makes of a Feeder that said nothing itself.
var (
	ErrOver   = errors.New("source: the content has come to its end")
	ErrSilent = errors.New("source: no packet has come for too long")
)

// The times of a Supervisor.
const (
	retryFirst = time.Second
	retryMost  = 30 * time.Second
	easeEvery  = 10 * time.Second // of packets: they halve the pause that follows
	watchEvery = time.Second
)

// SupervisorOptions say what is supervised. Silence 0 lets a Feeder be silent for
// any time.
type SupervisorOptions struct {
	Feeder  Feeder
	To      *point.Broadcast
	Source  event.Source
	Bus     *event.Bus
	Silence time.Duration // without packets, after which the Feeder is started anew
}

// Supervisor runs a Feeder, and runs it again whenever it ends, with pauses that
// grow from failure to failure and shrink with the time that it went well.
type Supervisor struct {
	opt  SupervisorOptions
	stop context.CancelFunc
	done chan struct{}

	mu    sync.Mutex
	state State
}

// Supervise starts a Feeder. Close ends it.
func Supervise(o SupervisorOptions) *Supervisor {
	ctx, stop := context.WithCancel(context.Background())
	s := &Supervisor{opt: o, stop: stop, done: make(chan struct{}), state: State{Phase: Connecting, Since: time.Now()}}
	go func() {
		defer close(s.done)
		s.run(ctx)
	}()
	return s
}

// Close ends the Feeder and waits until it has ended.
func (s *Supervisor) Close() {
	s.stop()
	<-s.done
}

func (s *Supervisor) run(ctx context.Context) {
	delay := retryFirst
	for try := 1; ; try++ {
		a := s.attempt(ctx, try)
		if ctx.Err() != nil {
			s.stopped(a)
			return
		}
		if delay = a.ease(delay); a.streamed() >= easeEvery && delay == retryFirst {
			try = 0
		}
		wait := jitter(delay)
		s.failed(a, wait)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			s.stopped(s.newAttempt())
			return
		}
		delay = min(2*delay, retryMost)
	}
}

// jitter makes a delay up to a fifth longer, or that much shorter than the longest
// one, so that what failed together is not started together.
func jitter(d time.Duration) time.Duration {
	d += rand.N(d / 5)
	if d > retryMost {
		return retryMost - rand.N(retryMost/5)
	}
	return d
}

// attempt is one run of the Feeder.
type attempt struct {
	meter
	began     time.Time
	streaming time.Time // since when packets have come; zero: none has
	last      time.Time // when one came, or the run began
	err       error
}

// streamed is from the first packet to the last.
func (a *attempt) streamed() time.Duration {
	if a.streaming.IsZero() {
		return 0
	}
	return a.last.Sub(a.streaming)
}

// ease makes a pause shorter, the more the longer it went well before: what worked
// for ten minutes is tried again at once, what breaks off every few seconds less
// and less often.
func (a *attempt) ease(delay time.Duration) time.Duration {
	for left := a.streamed(); left >= easeEvery && delay > retryFirst; left -= easeEvery {
		delay /= 2
	}
	return max(delay, retryFirst)
}

func (s *Supervisor) newAttempt() *attempt {
	now := time.Now()
	return &attempt{meter: newMeter(s.opt.To, now), began: now, last: now}
}

// attempt runs the Feeder once.
func (s *Supervisor) attempt(ctx context.Context, try int) *attempt {
	a := s.newAttempt()
	s.connecting(a.began, try)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ended := make(chan error, 1)
	go func() { ended <- s.opt.Feeder.Run(ctx, s.opt.To, s.note) }()
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			s.watch(a, time.Now())
			a.err = verdict(err, context.Cause(ctx))
			return a
		case now := <-tick.C:
			s.watch(a, now)
			if s.opt.Silence > 0 && now.Sub(s.heard(a)) >= s.opt.Silence {
				cancel(ErrSilent)
			}
		}
	}
}

// heard is when there was a sign of life last.
func (s *Supervisor) heard(a *attempt) time.Time {
	if l, ok := s.opt.Feeder.(interface{ Alive() time.Time }); ok && l.Alive().After(a.last) {
		return l.Alive()
	}
	return a.last
}

// verdict says why a run ended.
func verdict(err, cause error) error {
	switch {
	case errors.Is(cause, ErrSilent) && err != nil && err != context.Canceled:
		return fmt.Errorf("%w; %w", ErrSilent, err)
	case errors.Is(cause, ErrSilent):
		return ErrSilent
	case err == nil:
		return ErrOver
	}
	return err
}

// watch looks how much has come.
func (s *Supervisor) watch(a *attempt, now time.Time) {
	came := a.read(now)
	if came {
		a.last = now
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Packets, s.state.Bytes, s.state.BitRate = a.packets, a.bytes, a.rate()
	if came && a.streaming.IsZero() {
		a.streaming = now
		s.state.enter(Streaming, now)
		s.opt.Bus.Publish(event.SourceStreaming{Source: s.opt.Source, After: now.Sub(a.began)})
	}
}
