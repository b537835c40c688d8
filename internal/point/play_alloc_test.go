package point

import (
	"testing"
	"time"

	"caracal/internal/pace"
)

func TestNextDoesNotAllocate(t *testing.T) {
	e := newFake(t)
	e.perBlock = e.info.Packets
	block, _ := e.Block(0, nil)
	for _, r := range []Request{{Selection: only()}, {Selection: only(fakeAudio)}, {Selection: only(fakeVideo), Rate: 5}} {
		s, _ := Prepare(e, Options{Unpaced: true}, r)
		p := NewPlay(e, time.Second, func() {})
		mem := &pace.Scratch{}
		for range 3 { // let the scratch grow
			mem = warm(mem)
		}
		now := time.Unix(1000, 0)
		n := testing.AllocsPerRun(20, func() {
			p.Begin(s, now)
			p.block = block
			var it Step
			for p.Next(now, mem, &it); it.Kind == Packet; p.Next(now, mem, &it) {
				mem.Reset()
			}
		})
		if n != 0 {
			t.Errorf("rate %v: %v allocations for a whole Play", r.Rate, n)
		}
	}
}

func warm(m *pace.Scratch) *pace.Scratch {
	m.Grab(4 * fakeSize)
	m.Reset()
	return m
}

func BenchmarkNext(b *testing.B) {
	e := newFake(b)
	e.perBlock = e.info.Packets
	block, _ := e.Block(0, nil)
	s, _ := Prepare(e, Options{Unpaced: true}, Request{Selection: only()})
	p := NewPlay(e, time.Second, func() {})
	var mem pace.Scratch
	now := time.Unix(1000, 0)
	var it Step
	b.ReportAllocs()
	b.SetBytes(fakeSize)
	for range b.N {
		p.Next(now, &mem, &it)
		if it.Kind != Packet {
			p.Begin(s, now)
			p.block = block
		}
	}
}
