package front

import (
	"net/netip"
	"sync"
	"time"
)

// Rate is how much may come: Burst at once, and PerSecond in the long run; no limit
// if that is 0.
type Rate struct {
	PerSecond float64
	Burst     int
}

// bucket counts by the clock what of a Rate is left. The zero value is full.
type bucket struct {
	used float64 // of the burst, at the time last
	last time.Time
}

// take takes one, or says that there is none.
func (b *bucket) take(r Rate, now time.Time) bool {
	if r.PerSecond <= 0 {
		return true
	}
	b.settle(r, now)
	if b.used+1 > float64(max(r.Burst, 1)) {
		return false
	}
	b.used++
	return true
}

// settle gives back what time has brought.
func (b *bucket) settle(r Rate, now time.Time) {
	b.used = max(b.used-now.Sub(b.last).Seconds()*r.PerSecond, 0)
	b.last = now
}

// GateRates are the rates at which connections may come.
type GateRates struct {
	All     Rate
	Address Rate // of each address; of IPv6 each /64
}

// maxGuests is how many addresses a Gate knows. It forgets those first that have
// their whole burst left, and then any.
const maxGuests = 1 << 16

// networkBits is the length of the prefix of IPv6 that is one subscriber's.
const networkBits = 64

// Gate lets connections in at a rate, those of all front-ends that have it. Any
// goroutine may use it; nil lets all in.
type Gate struct {
	mu     sync.Mutex
	rates  GateRates
	all    bucket
	guests map[netip.Prefix]*bucket
}

// NewGate returns a gate with these rates.
func NewGate(r GateRates) *Gate { return &Gate{rates: r, guests: map[netip.Prefix]*bucket{}} }

// SetRates has other rates hold from now on.
func (g *Gate) SetRates(r GateRates) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.rates = r
}

// enter lets a connection in, or names the limit that it has reached. Those of trusted
// proxies are many people's.
func (g *Gate) enter(a netip.Addr, trusted bool, now time.Time) (limit string) {
	if g == nil {
		return ""
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if r := g.rates.Address; r.PerSecond > 0 && a.IsValid() && !trusted && !g.guest(a, r, now).take(r, now) {
		return "address.connection_rate"
	}
	if !g.all.take(g.rates.All, now) {
		return "server.connection_rate"
	}
	return ""
}

// guest returns what is counted of an address.
func (g *Gate) guest(a netip.Addr, r Rate, now time.Time) *bucket {
	bits := a.BitLen()
	if a.Is6() {
		bits = networkBits
	}
	key, _ := a.Prefix(bits)
	b := g.guests[key]
	if b == nil {
		if len(g.guests) >= maxGuests {
			g.forget(r, now)
		}
		b = &bucket{}
		g.guests[key] = b
	}
	return b
}

// forget makes room for half of the guests.
func (g *Gate) forget(r Rate, now time.Time) {
	for key, b := range g.guests {
		if b.settle(r, now); b.used == 0 {
			delete(g.guests, key)
		}
	}
	for key := range g.guests {
		if len(g.guests) <= maxGuests/2 {
			return
		}
		delete(g.guests, key)
	}
}
