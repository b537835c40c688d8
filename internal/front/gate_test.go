package front

import (
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

func TestGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(GateRates{All: Rate{5, 8}, Address: Rate{1, 3}})
		try := func(addr string, n int) (in int, limit string) {
			for range n {
				if why := g.enter(netip.MustParseAddr(addr), false, time.Now()); why == "" {
					in++
				} else {
					limit = why
				}
			}
			return in, limit
		}
		for i, tt := range []struct {
			wait  time.Duration
			addr  string
			tries int
			in    int
			limit string
		}{
			{0, "10.0.0.1", 9, 3, "address.connection_rate"},
			{0, "10.0.0.2", 3, 3, ""},
			{0, "10.0.0.3", 3, 2, "server.connection_rate"},
			{2 * time.Second, "10.0.0.1", 9, 2, "address.connection_rate"},
			{10 * time.Second, "10.0.0.1", 9, 3, "address.connection_rate"}, // never more than the burst
			{10 * time.Second, "2001:db8::1", 2, 2, ""},
			{0, "2001:db8::2", 2, 1, "address.connection_rate"}, // of the same /64
			{0, "2001:db8:0:1::2", 2, 2, ""},
		} {
			time.Sleep(tt.wait)
			if in, limit := try(tt.addr, tt.tries); in != tt.in || limit != tt.limit {
				t.Errorf("%d: %d came in, limit %q; want %d, %q", i, in, limit, tt.in, tt.limit)
			}
		}
		for range 5 {
			time.Sleep(time.Second)
			if limit := g.enter(netip.MustParseAddr("10.0.0.1"), true, time.Now()); limit != "" {
				t.Error("a trusted proxy: " + limit)
			}
		}
		g.SetRates(GateRates{})
		if in, _ := try("10.0.0.1", 100); in != 100 {
			t.Errorf("%d came in without a limit", in)
		}
	})
}

// What a gate remembers has a bound, and who has just been refused is not forgotten
// for those who have not come for long.
func TestGateForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(GateRates{Address: Rate{1, 2}})
		addr := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}) }
		for i := range maxGuests - 1 {
			g.enter(addr(i), false, time.Now())
		}
		time.Sleep(5 * time.Second)
		busy := addr(maxGuests)
		for range 3 {
			g.enter(busy, false, time.Now())
		}
		g.enter(addr(maxGuests+1), false, time.Now())
		if len(g.guests) != 2 || g.enter(busy, false, time.Now()) == "" {
			t.Errorf("%d guests are remembered, want the 2 of now", len(g.guests))
		}
		for i := range 3 * maxGuests {
			if g.enter(addr(i), false, time.Now()); len(g.guests) > maxGuests {
				t.Fatalf("%d guests", len(g.guests))
			}
		}
	})
}

func BenchmarkGate(b *testing.B) {
	g := NewGate(GateRates{All: Rate{1e9, 1e9}, Address: Rate{1e6, 1e6}})
	now, i := time.Now(), 0
	b.ReportAllocs()
	for b.Loop() {
		i++
		g.enter(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), false, now)
	}
}
