package auth

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"caracal/internal/auth/access"
)

const (
	// freeFailures cost nothing: people mistype.
	freeFailures = 3
	// firstDelay is that of the failure after, and each next one doubles it.
	firstDelay = 250 * time.Millisecond
	maxDelay   = 30 * time.Second
	// maxWait is how long a try waits for its turn; one that would have to wait
	// longer is turned away without being looked at.
	maxWait = 5 * time.Second
	// forgetAfter is how long failures count.
	forgetAfter = 15 * time.Minute
	// accountDelay is the most that what others do costs an account's owner.
	accountDelay = 2 * time.Second
	// perAddress is how many failures of one address count against an account.
	perAddress = 3
	// maxTracked is how many addresses, and how many accounts, are remembered.
	maxTracked = 20000
	// maxFailing is how many addresses are remembered of one account.
	maxFailing = 64
)

// throttle slows failures down: those of an address by its own, and those of an
// account by those of many addresses. An address that proved itself for an account
// is not slowed by what others do to it.
type throttle struct {
	mu        sync.Mutex
	addresses map[netip.Prefix]*tries
	accounts  map[string]*accountTries
}

// tries are those of an address.
type tries struct {
	failures int
	last     time.Time // of a failure
	next     time.Time // when the next try may be looked at
}

// accountTries are those for an account.
type accountTries struct {
	tries
	failing map[netip.Prefix]int // failures that count, by address
	trusted map[netip.Prefix]bool
}

func newThrottle() *throttle {
	return &throttle{addresses: map[netip.Prefix]*tries{}, accounts: map[string]*accountTries{}}
}

// source is what counts as one address: of IPv6 a whole /64, which one machine has.
func source(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits) // the zero Prefix of no address
	return p
}

// delay is how far tries are apart after so many failures.
func delay(failures int) time.Duration {
	if failures < freeFailures {
		return 0
	}
	return min(firstDelay<<min(failures-freeFailures, 20), maxDelay)
}

// turn waits until a try is to be looked at. The error is *SlowError, or ctx's.
func (t *throttle) turn(ctx context.Context, from netip.Addr, account string) error {
	wait, ok := t.reserve(time.Now(), source(from), access.Fold(account))
	switch {
	case !ok:
		return &SlowError{Retry: wait}
	case wait <= 0:
		return nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// reserve takes the next turn of an address, or says how long there is none.
func (t *throttle) reserve(now time.Time, from netip.Prefix, account string) (wait time.Duration, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if x := t.addresses[from]; x != nil && x.alive(now) {
		if wait = max(x.next.Sub(now), 0); wait > maxWait {
			return wait, false
		}
		x.next = now.Add(wait + delay(x.failures))
	}
	// Nobody queues for an account: many who try would keep its owner out.
	if x := t.accounts[account]; x != nil && x.alive(now) && !x.trusted[from] {
		wait = max(wait, min(delay(x.failures), accountDelay))
	}
	return wait, true
}

// failed counts a failure and returns how many the address has.
func (t *throttle) failed(from netip.Addr, account string) int {
	p, account, now := source(from), access.Fold(account), time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	x := track(t.addresses, p, now, func() *tries { return &tries{} })
	x.count(now)
	x.next = later(x.next, now.Add(delay(x.failures)))
	if account == "" {
		return x.failures
	}
	y := track(t.accounts, account, now, func() *accountTries {
		return &accountTries{failing: map[netip.Prefix]int{}, trusted: map[netip.Prefix]bool{}}
	})
	if !y.alive(now) {
		clear(y.failing)
	}
	if n := y.failing[p]; n < perAddress && (n > 0 || len(y.failing) < maxFailing) {
		y.failing[p]++
		y.count(now)
	}
	return x.failures
}

// passed forgives an address what it did wrong for this account, and no more: who
// has one account could try those of others in between.
func (t *throttle) passed(from netip.Addr, account string) {
	p, account := source(from), access.Fold(account)
	t.mu.Lock()
	defer t.mu.Unlock()
	y := t.accounts[account]
	if y == nil {
		return
	}
	if x := t.addresses[p]; x != nil {
		x.failures = max(x.failures-y.failing[p], 0)
	}
	y.failures = max(y.failures-y.failing[p], 0)
	delete(y.failing, p)
	if len(y.trusted) < maxFailing {
		y.trusted[p] = true
	}
}

func (x *tries) alive(now time.Time) bool { return now.Sub(x.last) < forgetAfter }

func (x *tries) count(now time.Time) {
	if !x.alive(now) {
		x.failures = 0
	}
	x.failures++
	x.last = now
}

// track returns what is remembered under a key. When that is too much, what is over
// goes, and else any.
func track[K comparable, V interface{ alive(time.Time) bool }](m map[K]V, key K, now time.Time, make func() V) V {
	if v, ok := m[key]; ok {
		return v
	}
	if len(m) >= maxTracked {
		for k, v := range m {
			if !v.alive(now) {
				delete(m, k)
			}
		}
		for k := range m {
			if len(m) < maxTracked {
				break
			}
			delete(m, k)
		}
	}
	v := make()
	m[key] = v
	return v
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
