package source

import (
	"context"
	"sync"
)

// maxOrders is how many orders may wait for their turn.
const maxOrders = 32

// How says what becomes of the present item when something is inserted.
type How string

// The ways to insert.
const (
	HowAfter How = "after" // it plays to its end first
	HowLeave How = "leave" // it is left, and the next one follows
	HowPause How = "pause" // it goes on behind, where it was; what is live where it is then
)

// order is what somebody wants of a program.
type order struct {
	by     int        // items to go on, or back
	insert *Interlude // or what is to be inserted
}

// orders are those that a program has not carried out.
type orders struct {
	mu      sync.Mutex
	playing bool
	fresh   bool // one has come, and the item that plays does not know
	list    []order
	came    chan struct{}           // closed when one comes
	leave   context.CancelCauseFunc // of the present item
}

func (o *orders) open() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.playing, o.came = true, make(chan struct{})
}

func (o *orders) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.playing, o.list, o.leave = false, nil, nil
}

// give adds an order.
func (o *orders) give(n order) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case !o.playing:
		return ErrNotPlaying
	case len(o.list) >= maxOrders:
		return ErrOrders
	}
	o.list, o.fresh = append(o.list, n), true
	select {
	case <-o.came:
	default:
		close(o.came)
	}
	if o.leave != nil {
		o.leave(errLeft)
	}
	return nil
}

// take returns the first order that fits, and forgets it.
func (o *orders) take(fits func(order) bool) (order, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, n := range o.list {
		if fits(n) {
			o.list = append(o.list[:i:i], o.list[i+1:]...)
			return n, true
		}
	}
	return order{}, false
}

// wait returns when there is an order.
func (o *orders) wait(ctx context.Context) error {
	o.mu.Lock()
	o.came = make(chan struct{})
	came, any := o.came, len(o.list) > 0
	o.mu.Unlock()
	if any {
		return nil
	}
	select {
	case <-came:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// item returns the context of an item, or of what is left of it: it ends with the
// next order.
func (o *orders) item(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.leave = cancel
	if o.fresh {
		cancel(errLeft)
	}
	o.fresh = false
	return ctx, func() { cancel(context.Canceled) }
}

// Skip goes on with the item that is by places behind the present one, or before it
// when by is negative. Of a list that is over, it begins it again.
func (p *Program) Skip(by int) error {
	if _, plays := p.Now(); !plays && p.opt.Way == nil {
		return ErrNotPlaying
	}
	return p.orders.give(order{by: by})
}

// Insert plays something in the list, once.
func (p *Program) Insert(i Interlude) error { return p.orders.give(order{insert: &i}) }
