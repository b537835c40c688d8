package udp

import (
	"math/rand/v2"
	"testing"
)

// A History knows what a list of all notes would, over the end of the numbers.
func TestHistoryAgainstModel(t *testing.T) {
	const most = 1 << 10
	type note struct {
		n uint16
		v int
	}
	var h History[uint16, int]
	var model []note
	r := rand.New(rand.NewPCG(1, 2))
	h.Restart(65_000)
	for v := range 20_000 {
		switch {
		case v%4000 == 3999:
			h.Restart(h.Next() + 7)
			model = nil
		case r.IntN(5) == 0:
			h.Drop()
			model = model[min(1, len(model)):]
		}
		model = append(model, note{h.Next(), v})
		h.Push(v, most)
		model = model[max(len(model)-most, 0):]
		if h.Len() != len(model) || *h.Oldest() != model[0].v {
			t.Fatalf("step %d: %d notes, the oldest is %d; want %d and %d", v, h.Len(), *h.Oldest(), len(model), model[0].v)
		}
		for range 5 {
			n := h.Next() + 20 - uint16(r.IntN(most+200))
			want := -1
			for _, m := range model {
				if m.n == n {
					want = m.v
				}
			}
			if got := h.Find(n); got == nil && want >= 0 || got != nil && *got != want {
				t.Fatalf("step %d, number %d: got %v, want %d", v, n, got, want)
			}
		}
	}
	if len(h.ring) > most {
		t.Errorf("room for %d notes", len(h.ring))
	}
}

func TestHistoryIsEmptyFirst(t *testing.T) {
	var h History[uint32, int]
	h.Drop()
	if h.Oldest() != nil || h.Find(0) != nil || h.Find(1<<32-1) != nil || h.Len() != 0 {
		t.Error("an empty History knows something")
	}
}

func TestHistoryAllocatesOnlyToGrow(t *testing.T) {
	var h History[uint32, [3]uint64]
	push := func() {
		for range 2000 {
			h.Push([3]uint64{}, 1<<8)
			h.Find(h.Next() - 100)
		}
	}
	push()
	if n := testing.AllocsPerRun(10, push); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
