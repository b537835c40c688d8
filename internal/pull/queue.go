package pull

import (
	"slices"
	"sync"
)

// Limits of a Queue: from MaxQueue events on a connection is not read further,
// from MaxOverflow on packets that come over UDP are left out.
const (
	MaxQueue    = 512
	MaxOverflow = 8 * MaxQueue
)

// Queue keeps the events of a stream between the goroutines that receive and
// the one that plays. Next and Waiting take the mutex of its owner; whoever
// calls another method holds it.
type Queue[E any] struct {
	changed *sync.Cond
	gap     func(lost uint32) E
	events  []E
	missed  uint32 // packets that were left out since it was full
}

// NewQueue returns an empty queue; gap makes the event that tells of packets
// that were left out.
func NewQueue[E any](mu *sync.Mutex, gap func(lost uint32) E) *Queue[E] {
	return &Queue[E]{changed: sync.NewCond(mu), gap: gap}
}

// Push adds an event. It says false when it leaves out a packet.
func (q *Queue[E]) Push(event E, packet bool) bool {
	if packet && len(q.events) >= MaxOverflow {
		q.missed++
		return false
	}
	if q.missed > 0 {
		q.events = append(q.events, q.gap(q.missed))
		q.missed = 0
	}
	q.events = append(q.events, event)
	q.changed.Broadcast()
	return true
}

// Next waits for an event, or until over, which holds the mutex, returns why
// none is to come.
func (q *Queue[E]) Next(over func() error) (E, error) {
	q.changed.L.Lock()
	defer q.changed.L.Unlock()
	for len(q.events) == 0 {
		if err := over(); err != nil {
			var none E
			return none, err
		}
		q.changed.Wait()
	}
	event, _ := q.Take()
	return event, nil
}

// Take returns the next event if there is one.
func (q *Queue[E]) Take() (event E, ok bool) {
	if len(q.events) == 0 {
		return event, false
	}
	var none E
	event, q.events[0] = q.events[0], none
	q.events = q.events[1:]
	q.changed.Broadcast()
	return event, true
}

// Drop takes back the events that are not wanted any more.
func (q *Queue[E]) Drop(unwanted func(E) bool) { q.events = slices.DeleteFunc(q.events, unwanted) }

// Inherit takes over what is in another queue, which nobody uses any more.
func (q *Queue[E]) Inherit(from *Queue[E]) { q.events, q.missed = from.events, from.missed }

// Len is how many events there are.
func (q *Queue[E]) Len() int { return len(q.events) }

// Waiting is Len for who does not hold the mutex.
func (q *Queue[E]) Waiting() int {
	q.changed.L.Lock()
	defer q.changed.L.Unlock()
	return len(q.events)
}

// Full says that who can make the sender wait does so.
func (q *Queue[E]) Full() bool { return len(q.events) >= MaxQueue }

// Wait waits until the queue changes, or for Wake.
func (q *Queue[E]) Wait() { q.changed.Wait() }

// Wake makes all who wait look again at what they wait for.
func (q *Queue[E]) Wake() { q.changed.Broadcast() }
