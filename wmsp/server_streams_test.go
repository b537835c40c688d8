package wmsp_test

import (
	"fmt"
	"sort"
	"testing"

	"caracal/asf"
	"caracal/wmsp"
)

// payloadsOf calls f for every payload of the packets.
func payloadsOf(t *testing.T, packets []wmsp.Frame, f func(n int, p asf.Payload)) {
	t.Helper()
	for i, fr := range packets {
		var p asf.Packet
		if err := asf.ParsePacket(fr.Payload, &p); err != nil {
			t.Fatalf("packet %d: %v", fr.Location, err)
		}
		it := p.Payloads()
		for it.Next() {
			f(i, it.Payload)
		}
		if err := it.Err(); err != nil {
			t.Fatalf("packet %d: %v", fr.Location, err)
		}
	}
}

// streamsIn lists the streams in the packets, in order, a blank after each.
func streamsIn(t *testing.T, packets []wmsp.Frame) (s string) {
	t.Helper()
	seen := map[int]bool{}
	payloadsOf(t, packets, func(_ int, p asf.Payload) { seen[int(p.Stream)] = true })
	var all []int
	for n := range seen {
		all = append(all, n)
	}
	sort.Ints(all)
	for _, n := range all {
		s += fmt.Sprint(n, " ")
	}
	return s
}
