package mms

import (
	"slices"
	"sync"
	"sync/atomic"
)

// maxAsked is how many packets of one session wait to be sent again: as many as
// may be sent at once.
const maxAsked = resendBurst

// asked is what a player wants again until its shard has time. One command is
// under way at most, whatever comes: requests that come meanwhile add to it, and
// what goes beyond maxAsked is dropped; the player asks again for what it still
// misses.
type asked struct {
	dropped atomic.Uint64 // packets asked for that were not looked for

	mu     sync.Mutex
	list   []Sequence
	spare  []Sequence
	posted bool
}

// add takes packets that are asked for. It says whether the shard has to be
// told.
func (a *asked) add(missing []Sequence) (post bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, n := range missing {
		if len(a.list) == maxAsked {
			a.dropped.Add(uint64(len(missing) - i))
			break
		}
		if !slices.Contains(a.list, n) {
			a.list = append(a.list, n)
		}
	}
	post, a.posted = !a.posted, true
	return post
}

// take hands over what has been asked for; it is good until the next take.
func (a *asked) take() []Sequence {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.posted = false
	a.list, a.spare = a.spare[:0], a.list
	return a.spare
}
