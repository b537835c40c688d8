package proxy

import (
	"context"
	"sync"
	"time"

	"caracal/internal/event"
	"caracal/internal/point"
	"caracal/internal/pull"
	"caracal/internal/source"
)

// lookEvery is how often it is looked whether somebody watches a broadcast.
const lookEvery = 200 * time.Millisecond

// split is a broadcast of the origin, handed on to all who watch it, or to one if
// the origin does not permit more.
type split struct {
	p   *Proxy
	it  *item // nil: it is for one player
	b   *point.Broadcast
	sup *source.Supervisor

	ready chan struct{} // closed when it is known whether there is something to play
	once  sync.Once
	err   error // why there is nothing
	stop  chan struct{}
	done  chan struct{}

	mu     sync.Mutex
	opened time.Time // when somebody has come last
}

// openSplit begins to take a broadcast for all who want it.
func (p *Proxy) openSplit(ctx context.Context, it *item) (point.Entry, error) {
	s := p.newSplit(it, it.url)
	if s == nil {
		return nil, errClosed
	}
	p.meter.split.Add(1)
	return s.open(ctx)
}

// openPrivate takes a broadcast for one player. It is asked for when the player
// begins to play.
func (p *Proxy) openPrivate(ctx context.Context, it *item) (point.Entry, error) {
	p.mu.Lock()
	full := len(p.splits) >= maxPassing
	p.mu.Unlock()
	if full {
		return nil, point.ErrBusy
	}
	s := p.newSplit(nil, it.url)
	if s == nil {
		return nil, errClosed
	}
	p.meter.passed.Add(1)
	return s.open(ctx)
}

func (p *Proxy) newSplit(it *item, url string) *split {
	s := &split{
		p: p, it: it, b: point.NewBroadcast(p.opt.Broadcast), opened: time.Now(),
		ready: make(chan struct{}), stop: make(chan struct{}), done: make(chan struct{}),
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil
	}
	p.splits[s] = struct{}{}
	if it != nil {
		it.split = s
	}
	s.sup = source.Supervise(source.SupervisorOptions{
		Feeder: &feeder{s: s, url: url}, To: s.b, Bus: p.opt.Bus, Silence: silence,
		Source: event.Source{Point: p.opt.Point, From: "proxy:" + shown(url)},
	})
	p.wg.Go(s.watch)
	return s
}

// open waits until the broadcast is there.
func (s *split) open(ctx context.Context) (point.Entry, error) {
	s.mu.Lock()
	s.opened = time.Now()
	s.mu.Unlock()
	select {
	case <-s.ready:
	case <-ctx.Done():
		return nil, point.ErrBusy
	}
	if s.err != nil {
		return nil, s.err
	}
	return s.b.Open(ctx, "")
}

// tell says that there is something to play, or why not.
func (s *split) tell(err error) {
	s.once.Do(func() { s.err = err; close(s.ready) })
}

// watch ends the broadcast when nobody has watched it for a while, or when there
// never was one.
func (s *split) watch() {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	defer close(s.done)
	for over := false; !over; {
		select {
		case <-s.stop:
			over = true
		case <-tick.C:
			over = s.unwatched(time.Now())
		}
	}
	s.p.mu.Lock()
	delete(s.p.splits, s)
	if s.it != nil && s.it.split == s {
		s.it.split = nil
		s.it.asked = time.Time{}
	}
	s.p.mu.Unlock()
	s.sup.Close()
	s.tell(errClosed)
}

func (s *split) unwatched(now time.Time) bool {
	select {
	case <-s.ready:
		if s.err != nil {
			return true
		}
	default:
	}
	s.mu.Lock()
	last := s.opened
	s.mu.Unlock()
	if at := s.b.Watched(); at.After(last) {
		last = at
	}
	return now.Sub(last) >= s.p.opt.Linger
}

// close ends it and waits.
func (s *split) close() {
	s.once.Do(func() { s.err = errClosed; close(s.ready) })
	select {
	case s.stop <- struct{}{}:
	case <-s.done:
	}
	<-s.done
}

// feeder brings the broadcast what the origin sends.
type feeder struct {
	s   *split
	url string
}

func (f *feeder) Run(ctx context.Context, to *point.Broadcast, note func(string)) error {
	err := f.run(ctx, to, note)
	if err != nil {
		f.s.tell(err)
	}
	return err
}

func (f *feeder) run(ctx context.Context, to *point.Broadcast, note func(string)) error {
	ctx, cancel := context.WithCancel(ctx) // a stream that is read ends with its context only
	defer cancel()
	op, err := f.s.p.from.open(ctx, f.url)
	if err != nil {
		return err
	}
	feed, err := to.Start(op.header)
	if err != nil {
		op.close()
		return err
	}
	defer feed.Close()
	f.s.tell(nil)
	if f.s.it == nil {
		if err := f.wanted(ctx, to); err != nil {
			op.close()
			return err
		}
	}
	f.s.p.meter.runs.Add(1)
	s, err := op.play(ctx, position{live: true})
	if err != nil {
		op.close()
		return err
	}
	defer s.Close()
	return source.Relay(metered{s, &f.s.p.meter}, feed, op.header, note)
}

// wanted waits until the one player plays.
func (f *feeder) wanted(ctx context.Context, to *point.Broadcast) error {
	tick := time.NewTicker(lookEvery / 4)
	defer tick.Stop()
	for to.Watched().IsZero() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// metered counts what comes.
type metered struct {
	stream
	meter *meter
}

func (m metered) Receive() (pull.Event, error) {
	e, err := m.stream.Receive()
	if err == nil && e.Kind == pull.GotPacket {
		m.meter.fetched.Add(uint64(len(e.Data)))
	}
	return e, err
}
