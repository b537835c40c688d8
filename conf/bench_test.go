package conf

import (
	"fmt"
	"net/netip"
	"runtime"
	"testing"
)

func benchLimits() Limits {
	return Limits{LineRate: plenty, DrawRate: plenty, JoinRate: plenty, MembersByAddress: 1 << 20, Members: 1 << 20, Conferences: 2000}
}

func fill(b testing.TB, c *Conference, n int) []*Member {
	b.Helper()
	list := make([]*Member, n)
	for i := range list {
		m, _, err := c.Join(b.Context(), Who{Name: "x", Protocol: "test", Address: netip.MustParseAddrPort("192.0.2.1:5")})
		if err != nil {
			b.Fatal(err)
		}
		list[i] = m
	}
	for _, m := range list {
		drain(b, m)
	}
	return list
}

// One line to a thousand members, who all read it.
func BenchmarkLineToThousand(b *testing.B) {
	_, c := one(b, Options{Limits: benchLimits()})
	list := fill(b, c, 1000)
	b.ReportAllocs()
	for b.Loop() {
		if err := list[0].Say("hello, all of you"); err != nil {
			b.Fatal(err)
		}
		for _, m := range list {
			if _, ok, err := m.Poll(); !ok || err != nil {
				b.Fatal(ok, err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/member")
}

func BenchmarkDrawToThousand(b *testing.B) {
	_, c := one(b, Options{Limits: benchLimits()})
	list := fill(b, c, 1000)
	id, err := list[0].Draw(Object{Kind: Polyline, Points: make([]Point, 20)})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := list[0].Change(Object{ID: id, Kind: Polyline, Points: make([]Point, 20)}); err != nil {
			b.Fatal(err)
		}
	}
}

func heap() uint64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}

// What a member takes in a conference of a thousand.
func BenchmarkMemoryOfMember(b *testing.B) {
	for b.Loop() {
		_, c := one(b, Options{Limits: benchLimits()})
		before := heap()
		list := fill(b, c, 1000)
		b.ReportMetric((float64(heap())-float64(before))/1000, "B/member")
		runtime.KeepAlive(list)
	}
}

// A thousand conferences of four members, with a line in each.
func BenchmarkThousandConferences(b *testing.B) {
	opt := Options{Limits: benchLimits()}
	before := heap()
	m := openManager(b, opt)
	var all [][]*Member
	for i := range 1000 {
		c, err := m.Create(b.Context(), account("bob"), Plan{Name: fmt.Sprint("c-", i)})
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, fill(b, c, 4))
	}
	size := (float64(heap()) - float64(before)) / 1000
	b.ReportAllocs()
	for b.Loop() {
		for _, members := range all {
			members[0].Say("hello")
			for _, m := range members {
				m.Poll()
			}
		}
	}
	b.ReportMetric(size, "B/conference")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/line")
}

// A line to a thousand members costs no allocation for each of them.
func TestLineAllocatesOnce(t *testing.T) {
	_, c := one(t, Options{Limits: benchLimits()})
	list := fill(t, c, 1000)
	for range 2000 { // until ring and history are as large as they become
		list[0].Say("x")
	}
	for _, m := range list {
		m.Snapshot()
	}
	n := testing.AllocsPerRun(50, func() {
		list[0].Say("hello")
		for _, m := range list {
			m.Poll()
		}
	})
	if n > 8 {
		t.Errorf("%v allocations", n)
	}
}
