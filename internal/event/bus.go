package event

import (
	"sync"
	"sync/atomic"
	"time"
)

// Record is an event with the time it was published.
type Record struct {
	Time  time.Time
	Event Event
}

// Bus hands every event to every subscription. A slow subscriber loses
// events, counted, and never holds up a publisher. The zero Bus is ready; a
// nil one swallows everything.
type Bus struct {
	mu   sync.RWMutex
	subs []*Subscription
}

// Subscription is one subscriber's queue.
type Subscription struct {
	bus  *Bus
	ch   chan Record
	lost atomic.Uint64
}

// Subscribe returns a subscription that holds up to n events not yet read.
func (b *Bus) Subscribe(n int) *Subscription {
	s := &Subscription{bus: b, ch: make(chan Record, n)}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.subs = append(b.subs, s)
	return s
}

// Publish hands e to the subscribers and returns at once.
func (b *Bus) Publish(e Event) {
	if b == nil {
		return
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	if len(b.subs) == 0 {
		return
	}
	r := Record{Time: time.Now(), Event: e}
	for _, s := range b.subs {
		select {
		case s.ch <- r:
		default:
			s.lost.Add(1)
		}
	}
}

// C is closed by Close.
func (s *Subscription) C() <-chan Record { return s.ch }

// Lost counts the events that found the queue full.
func (s *Subscription) Lost() uint64 { return s.lost.Load() }

// Close ends the subscription and closes its channel.
func (s *Subscription) Close() {
	s.bus.mu.Lock()
	defer s.bus.mu.Unlock()
	for i, t := range s.bus.subs {
		if t == s {
			s.bus.subs = append(s.bus.subs[:i:i], s.bus.subs[i+1:]...)
			close(s.ch)
			return
		}
	}
}
