package conf

import (
	"net/netip"
	"sync"
	"time"
)

// bucket is a token bucket of a Rate, full at first.
type bucket struct {
	used float64
	at   time.Time
}

// take takes n if there are as many.
func (b *bucket) take(r Rate, n float64, now time.Time) bool {
	b.refill(r, now)
	if b.used+n > r.Burst {
		return false
	}
	b.used += n
	return true
}

func (b *bucket) refill(r Rate, now time.Time) {
	b.used = max(b.used-r.PerSecond*now.Sub(b.at).Seconds(), 0)
	b.at = now
}

// maxSources is how many addresses are remembered; when there are more, those that
// have done nothing lately go, and else any.
const maxSources = 10000

// sources are buckets of addresses.
type sources struct {
	mu sync.Mutex
	of map[netip.Prefix]*bucket
}

func (s *sources) take(r Rate, from netip.Addr, n float64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, p := time.Now(), source(from)
	b := s.of[p]
	if b == nil {
		s.forget(r, now)
		b = &bucket{at: now}
		s.of[p] = b
	}
	return b.take(r, n, now)
}

func (s *sources) forget(r Rate, now time.Time) {
	if s.of == nil {
		s.of = map[netip.Prefix]*bucket{}
	}
	if len(s.of) < maxSources {
		return
	}
	for p, b := range s.of {
		if b.refill(r, now); b.used == 0 {
			delete(s.of, p)
		}
	}
	for p := range s.of {
		if len(s.of) < maxSources {
			break
		}
		delete(s.of, p)
	}
}

// source is what counts as one address: of IPv6 a whole /64.
func source(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits) // the zero Prefix of no address
	return p
}
