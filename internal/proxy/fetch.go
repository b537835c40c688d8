package proxy

import (
	"context"
	"errors"
	"sync"
	"time"

	"caracal/internal/point"
)

// The bounds of one content that is being fetched.
const (
	maxRuns  = 4 // streams from the origin at once, one of which is the main one
	maxFails = 6 // failures of the origin in turn, after which it is given up

	reachTime  = 8 // seconds of the content's bit rate
	reachLeast = 64

	retryFirst = time.Second
	retryMost  = 15 * time.Second
	// openFor is how long a connection on which the content was described waits
	// for somebody who plays it.
	openFor = 20 * time.Second
)

// fetch is one content on its way from the origin, for all who play it meanwhile,
// or, without a disk, for the one who does. One goroutine decides what is asked
// for: what players wait for first, and then what is missing.
type fetch struct {
	from   origin
	url    string
	facts  facts
	info   *point.Info
	opened []byte // the header as the origin has sent it
	most   int64  // packets that the content may have
	reach  int64  // packets
	stock  *stock
	store  bool // all of it is fetched, for the cache
	meter  *meter
	done   func(*fetch, error) // is told once that it is complete, or why it is not

	ctx    context.Context
	cancel context.CancelCauseFunc
	kick   chan struct{}
	wg     sync.WaitGroup

	mu      sync.Mutex
	begun   bool // somebody plays it
	holders int
	first   *opening // that nobody has played; nil: none
	runs    []*run
	fails   int
	retry   time.Time // no run before
	shortAt int64     // where the content ended too early; -1: it did not
	over    bool
}

// fetchOptions say what is fetched; file nil is a window in memory.
type fetchOptions struct {
	from  origin
	url   string
	op    *opening
	facts facts
	info  *point.Info
	stock *stock
	most  int64
	store bool
	meter *meter
	done  func(*fetch, error)
}

// newFetch begins to watch over content that was asked for. Nothing is fetched
// before somebody plays it.
func newFetch(o fetchOptions) *fetch {
	ctx, cancel := context.WithCancelCause(context.Background())
	f := &fetch{
		from: o.from, url: o.url, facts: o.facts, info: o.info, opened: o.op.header, most: o.most, store: o.store,
		stock: o.stock, meter: o.meter, done: o.done, first: o.op,
		ctx: ctx, cancel: cancel, kick: make(chan struct{}, 1), shortAt: -1,
	}
	f.reach = max(int64(o.info.BitRate)/8*reachTime/int64(o.info.PacketSize), reachLeast)
	f.stock.missed = f.wake
	f.wg.Go(f.steer)
	return f
}

// wake has steer look again.
func (f *fetch) wake() {
	select {
	case f.kick <- struct{}{}:
	default:
	}
}

// close ends it and waits until nothing of it is under way.
func (f *fetch) close() {
	f.cancel(errClosed)
	f.wg.Wait()
	f.stock.reads.Wait()
}

// steer begins runs until the content is complete or given up.
func (f *fetch) steer() {
	unused := time.NewTimer(openFor)
	defer unused.Stop()
	var pause <-chan time.Time
	for {
		select {
		case <-f.ctx.Done():
			f.end(context.Cause(f.ctx))
			return
		case <-unused.C:
			f.dropOpening()
			continue
		case <-pause:
		case <-f.kick:
		}
		pause = nil
		wait, over := f.decide(time.Now())
		if over {
			return
		}
		if wait > 0 {
			pause = time.After(wait)
		}
	}
}

// decide begins the runs that are needed, and says when to look again: 0 for not
// before something happens.
func (f *fetch) decide(now time.Time) (wait time.Duration, over bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	wanted := f.stock.wanted() // with the mutex: no run is past what is still wanted
	gap, whole := f.stock.missing()
	f.begin(len(wanted) > 0)
	switch {
	case f.over:
		return 0, true
	case f.ctx.Err() != nil: // given up, however much has come: steer ends it
		return 0, false
	case whole && f.begun && f.store && len(f.runs) == 0:
		f.over = true
		f.stock.ends(f.stock.packets())
		f.wg.Go(func() { f.done(f, nil) })
		return 0, true
	case !f.begun:
		return 0, false
	case now.Before(f.retry):
		return f.retry.Sub(now), false
	}
	for _, n := range wanted {
		if !f.reached(n) && f.room(wanted, now) {
			f.start(position{value: n}, now)
		}
	}
	if f.store && !whole && len(f.runs) == 0 {
		f.start(position{value: gap}, now)
	}
	return 0, false
}

// begin notes that somebody plays it. The mutex is held.
func (f *fetch) begin(played bool) {
	if played && !f.begun && !f.store {
		f.meter.passed.Add(1)
	}
	f.begun = f.begun || played
}

// reached says that a run comes to packet n soon. The mutex is held.
func (f *fetch) reached(n int64) bool {
	for _, r := range f.runs {
		if r.reaches(n) {
			return true
		}
	}
	return false
}

// room makes room for a run, if need be by ending one that nobody waits for. The
// mutex is held.
func (f *fetch) room(wanted []int64, now time.Time) bool {
	most := maxRuns
	if !f.store {
		most = 1
	}
	if len(f.runs) < most {
		return true
	}
	for i, r := range f.runs {
		if r.quit || now.Sub(r.born) < seekFresh && f.store {
			continue
		}
		needed := i == 0 && f.store // the main one
		for _, n := range wanted {
			needed = needed || r.reaches(n)
		}
		if !needed {
			r.quit = true
			r.cancel(errRuns)
			return false // its end calls again
		}
	}
	return false
}

// start begins a run. The mutex is held.
func (f *fetch) start(at position, now time.Time) *run {
	ctx, cancel := context.WithCancelCause(f.ctx)
	r := &run{f: f, at: at, cancel: cancel, born: now, found: make(chan struct{}), first: -1, next: -1}
	if !at.byTime {
		r.next = at.value
	}
	op := f.first
	f.first = nil
	f.runs = append(f.runs, r)
	f.meter.runs.Add(1)
	f.wg.Go(func() {
		defer cancel(nil)
		f.finished(r, r.play(ctx, op))
	})
	return r
}

// came notes that a packet has come.
func (f *fetch) came(r *run, n int64, size int, fresh bool) {
	f.meter.fetched.Add(uint64(size))
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.first < 0 {
		r.first = n
		close(r.found)
	}
	r.next = n + 1
	if fresh {
		f.fails = 0
	}
}

// ended is told that a run has come to the content's end. One that comes before
// the end that the header claims is believed the second time.
func (f *fetch) ended(r *run) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch count := f.stock.packets(); {
	case r.next < 0:
		return nil
	case r.next >= count:
		f.stock.ends(r.next)
		return nil
	}
	if f.shortAt != r.next {
		f.shortAt = r.next
		return errShort
	}
	f.stock.ends(r.next)
	return nil
}

// finished is told that a run is over.
func (f *fetch) finished(r *run, err error) {
	f.mu.Lock()
	for i, x := range f.runs {
		if x == r {
			f.runs = append(f.runs[:i:i], f.runs[i+1:]...)
			break
		}
	}
	if r.first < 0 {
		close(r.found)
	}
	if err != nil && !r.quit && f.ctx.Err() == nil {
		f.failed(err)
	}
	f.mu.Unlock()
	f.wake()
}

// failed plans another try, or gives up. The mutex is held.
func (f *fetch) failed(err error) {
	f.fails++
	if final(err) || f.fails >= maxFails {
		f.meter.failures.Add(1)
		f.cancel(err)
		return
	}
	f.retry = time.Now().Add(min(retryFirst<<(f.fails-1), retryMost))
	if errors.Is(err, errShort) {
		f.retry = time.Time{}
	}
}

// end ends what is under way. Players get no more than what is there.
func (f *fetch) end(err error) {
	f.dropOpening()
	f.mu.Lock()
	f.over = true
	f.mu.Unlock()
	f.stock.fail(err)
	f.wg.Go(func() { f.done(f, err) })
}

func (f *fetch) dropOpening() {
	f.mu.Lock()
	op := f.first
	f.first = nil
	f.mu.Unlock()
	if op != nil {
		op.close()
	}
}
