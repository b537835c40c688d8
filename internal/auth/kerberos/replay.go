package kerberos

import (
	"crypto/sha256"
	"sync"
	"time"
)

// replays remembers authenticators for as long as one of them could be used once
// more, RFC 4120 3.2.3: a clock may be off by skew both ways. It holds them in two
// generations of twice that each, so that forgetting costs nothing.
type replays struct {
	skew time.Duration

	mu       sync.Mutex
	began    time.Time
	now, old generation
}

type generation struct {
	seen  map[[sha256.Size]byte]struct{}
	count map[string]int // by principal
}

func newGeneration() generation {
	return generation{map[[sha256.Size]byte]struct{}{}, map[string]int{}}
}

// add remembers an authenticator as it came, encrypted, and fails if it was
// there. One principal cannot take the room of all others.
func (r *replays) add(now time.Time, who string, authenticator []byte) error {
	sum := sha256.Sum256(authenticator)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.age(now)
	if _, ok := r.now.seen[sum]; ok {
		return ErrReplay
	}
	if _, ok := r.old.seen[sum]; ok {
		return ErrReplay
	}
	if len(r.now.seen) >= MaxReplays/2 || r.now.count[who] >= MaxOneUser/2 {
		return ErrBusy
	}
	r.now.seen[sum] = struct{}{}
	r.now.count[who]++
	return nil
}

// age begins a new generation when it is time. A clock that was set back begins
// none.
func (r *replays) age(now time.Time) {
	past := now.Sub(r.began)
	switch {
	case r.now.seen == nil, past >= 4*r.skew:
		r.old, r.now, r.began = generation{}, newGeneration(), now
	case past >= 2*r.skew:
		r.old, r.now, r.began = r.now, newGeneration(), now
	}
}
