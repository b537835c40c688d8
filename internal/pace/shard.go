package pace

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Tick is the usual grain of the schedule: wake-ups are rounded up to it, so
// that a shard with any number of players wakes at most this often.
const Tick = 20 * time.Millisecond

// Grains is how many times in a batch interval those who gather for one come up,
// each at one of them: often enough that the players are spread, seldom enough that
// a wake-up serves many.
const Grains = 8

// inboxEvery is how many tasks run between two looks at the inbox, so that a
// new player never waits for a long round.
const inboxEvery = 32

// Shard owns players and runs them, one after the other, on one goroutine.
type Shard struct {
	Scratch Scratch // memory for one run of one task

	epoch  time.Time
	heap   taskHeap
	vector vector

	mu    sync.Mutex
	inbox []func()
	spare []func()
	wake  chan struct{}

	quit chan struct{}
	done chan struct{}
}

func newShard(epoch time.Time) *Shard {
	s := &Shard{
		epoch: epoch, wake: make(chan struct{}, 1),
		quit: make(chan struct{}), done: make(chan struct{}),
	}
	go s.loop()
	return s
}

// Post runs f on the shard's goroutine soon, in the order of the calls; not within
// the call, if it comes from there. After Close f is not run.
func (s *Shard) Post(f func()) {
	s.mu.Lock()
	s.inbox = append(s.inbox, f)
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *Shard) loop() {
	defer close(s.done)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		s.runPosted()
		next := s.runDue()
		if next <= 0 {
			select {
			case <-s.quit:
				s.runPosted()
				return
			default:
				continue
			}
		}
		timer.Reset(next)
		select {
		case <-timer.C:
		case <-s.wake:
		case <-s.quit:
			s.runPosted()
			return
		}
	}
}

func (s *Shard) runPosted() {
	s.mu.Lock()
	posted := s.inbox
	s.inbox = s.spare[:0]
	s.mu.Unlock()
	for i, f := range posted {
		f()
		posted[i] = nil
	}
	s.spare = posted
}

// runDue runs what is due and returns how long the next task may wait.
func (s *Shard) runDue() time.Duration {
	for n := 0; len(s.heap) > 0; n++ {
		now := time.Now()
		t := s.heap[0]
		if wait := t.at - now.Sub(s.epoch); wait > 0 {
			return wait
		}
		if n == inboxEvery {
			return 0
		}
		s.heap.remove(0)
		s.Scratch.Reset()
		if next := t.Run(now); !next.IsZero() && t.index < 0 {
			s.schedule(t, next.Sub(s.epoch), now.Sub(s.epoch))
		}
	}
	return time.Hour
}

// maxAhead bounds how far ahead a task is scheduled: sums with later times
// overflow, and such a task would hold up all others. It runs early then, and
// says again how long it waits.
const maxAhead = 24 * time.Hour

// schedule makes t run at this time after the epoch, rounded up to its grain; 0
// is at once. A time that has come already is not rounded.
func (s *Shard) schedule(t *Task, at, now time.Duration) {
	at = min(at, now+maxAhead)
	if at > now {
		grain := t.Grain
		if grain <= 0 {
			grain = Tick
		}
		at = (at + grain - 1) / grain * grain
	}
	t.at = at
	if t.index >= 0 {
		s.heap.fix(t.index)
		return
	}
	s.heap.push(t)
}

// Group is a set of shards, one for each core by default.
type Group struct {
	shards []*Shard
	next   atomic.Uint32
}

// NewGroup starts n shards; n < 1 means one for each core.
func NewGroup(n int) *Group {
	if n < 1 {
		n = runtime.GOMAXPROCS(0)
	}
	g := &Group{}
	epoch := time.Now() // the same for all: they wake together
	for range n {
		g.shards = append(g.shards, newShard(epoch))
	}
	return g
}

// Pick returns the shard for a new connection.
func (g *Group) Pick() *Shard {
	return g.shards[int(g.next.Add(1))%len(g.shards)]
}

// Close runs what has been posted, stops the shards and waits for them.
func (g *Group) Close() {
	for _, s := range g.shards {
		close(s.quit)
	}
	for _, s := range g.shards {
		<-s.done
	}
}
