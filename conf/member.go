package conf

import (
	"context"
	"time"
)

// Member is a front-end's end of a member: its orders, and its events. Orders may be
// given from any goroutine; events are drained by one.
type Member struct {
	c     *Conference
	seat  *seat
	ready chan struct{}

	// The conference's mutex is held for these.
	next uint64 // the number of the event that is read next
	last uint64 // of the last event, once err says that it is over
	err  error
}

// ID is the member's number in the conference.
func (m *Member) ID() MemberID { return m.seat.info.ID }

// Conference is where the member is.
func (m *Member) Conference() *Conference { return m.c }

// Info is what everybody may know of the member.
func (m *Member) Info() Info {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	return m.seat.info
}

func (m *Member) wake() {
	select {
	case m.ready <- struct{}{}:
	default:
	}
}

// Ready has something in it when there may be more for Poll to return.
func (m *Member) Ready() <-chan struct{} { return m.ready }

// Poll returns the member's next event, if there is one. The error is ErrBehind for a
// member that was too slow, which Snapshot heals; ErrLeft, ErrEjected, ErrEnded or
// ErrClosed behind the last event.
func (m *Member) Poll() (Event, bool, error) {
	c := m.c
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		switch {
		case m.err != nil && (m.next > m.last || m.next < c.log.first):
			return Event{}, false, m.err
		case m.next < c.log.first:
			return Event{}, false, ErrBehind
		case m.next == c.log.next:
			return Event{}, false, nil
		}
		e := c.log.at(m.next)
		m.next++
		if e.isFor(m.seat.info.ID) {
			return *e, true, nil
		}
	}
}

// Next waits for the member's next event. The error is one of Poll's, or ctx's.
func (m *Member) Next(ctx context.Context) (Event, error) {
	for {
		if e, ok, err := m.Poll(); ok || err != nil {
			return e, err
		}
		select {
		case <-m.ready:
		case <-ctx.Done():
			return Event{}, ctx.Err()
		}
	}
}

// Snapshot returns what the conference is now; events go on behind that.
func (m *Member) Snapshot() (*Snapshot, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	if m.err != nil {
		return nil, m.err
	}
	return m.c.snapshot(m), nil
}

// begin locks the conference for an order of the member's, if it may give it: it has
// the rights, and n are left in one of its buckets. The caller unlocks if there is no
// error.
func (m *Member) begin(need Rights, b *bucket, r Rate, n float64) error {
	m.c.mu.Lock()
	err := m.err
	switch {
	case err != nil:
	case m.seat.info.Rights&need != need:
		err = ErrNotAllowed
	case !b.take(r, n, time.Now()):
		err = ErrRate
	}
	if err != nil {
		m.c.mu.Unlock()
	}
	return err
}

// order is begin for what is neither a line nor drawn.
func (m *Member) order(need Rights) error {
	return m.begin(need, &m.seat.orders, m.c.limits.OrderRate, 1)
}

// end has the member's events stop behind the last that there is.
func (m *Member) end(err error) {
	if m.err == nil {
		m.err, m.last = err, m.c.log.next-1
		m.wake()
	}
}
