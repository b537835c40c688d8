package udp

import (
	"slices"
	"sync"
	"sync/atomic"
)

// Asked is what a peer wants to be sent again, until whoever sends has time. One
// command is under way at most, whatever comes: requests that come meanwhile add
// to it, and what goes beyond the limit is dropped; the peer asks again for what
// it still misses. The zero value is ready.
type Asked[T comparable] struct {
	Dropped atomic.Uint64 // packets asked for that were not looked for

	mu     sync.Mutex
	list   []T
	spare  []T
	posted bool
}

// Add takes packets that are asked for, up to most in all. It says whether the
// sender has to be told.
func (a *Asked[T]) Add(missing []T, most int) (post bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, m := range missing {
		if len(a.list) >= most {
			a.Dropped.Add(uint64(len(missing) - i))
			break
		}
		if !slices.Contains(a.list, m) {
			a.list = append(a.list, m)
		}
	}
	post, a.posted = !a.posted, true
	return post
}

// Take hands over what has been asked for; it is good until the next Take.
func (a *Asked[T]) Take() []T {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.posted = false
	a.list, a.spare = a.spare[:0], a.list
	return a.spare
}
