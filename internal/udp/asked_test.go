package udp

import "testing"

// A storm of requests makes one command and a list that ends; what is asked for
// twice is in it once.
func TestAskedIsBounded(t *testing.T) {
	const most = 256
	type missing struct {
		source   uint32
		sequence uint16
	}
	var a Asked[missing]
	posts := 0
	for seq := range uint16(3 * most) {
		for range 2 {
			if a.Add([]missing{{1, seq}}, most) {
				posts++
			}
		}
	}
	if posts != 1 || a.Dropped.Load() < 2*2*most {
		t.Errorf("%d commands, %d dropped", posts, a.Dropped.Load())
	}
	list := a.Take()
	for i, m := range list {
		if m.sequence != uint16(i) {
			t.Fatalf("entry %d is %v", i, m)
		}
	}
	if len(list) != most || !a.Add([]missing{{1, 7}}, most) || len(list) != most || list[7].sequence != 7 {
		t.Errorf("%d packets", len(list))
	}
	if next := a.Take(); len(next) != 1 || next[0].sequence != 7 {
		t.Errorf("then %v", next)
	}
	if n := testing.AllocsPerRun(100, func() { a.Add(list[:100], most); a.Take() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// What is asked for is kept once, in its order, and no more than the bound.
func TestAskedKeepsTheOrder(t *testing.T) {
	const most = 64
	var a Asked[int]
	if !a.Add([]int{3, 1, 3}, most) || a.Add([]int{1, 2}, most) {
		t.Error("the sender is told once")
	}
	if list := a.Take(); len(list) != 3 || list[0] != 3 || list[1] != 1 || list[2] != 2 {
		t.Error(list)
	}
	for n := range 1000 {
		a.Add([]int{n}, most)
	}
	if list := a.Take(); len(list) != most || a.Dropped.Load() != 1000-most {
		t.Errorf("%d, %d dropped", len(list), a.Dropped.Load())
	}
	if len(a.Take()) != 0 {
		t.Error("taken twice")
	}
}
