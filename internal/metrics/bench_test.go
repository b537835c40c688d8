package metrics

import (
	"fmt"
	"testing"
)

// What one collection costs with many players.
func BenchmarkCollect(b *testing.B) {
	var w world
	w.sessions = map[uint32]*Session{}
	m := New(Options{Events: w.bus.Subscribe(1), Look: w.look()})
	defer m.Close()
	for i := range uint32(10_000) {
		w.sessions[i+1] = &Session{
			ID: i + 1, Protocol: protocols[i%4], Target: fmt.Sprintf("/point%d/film.wmv", i%50), Agent: "NSPlayer/12.0.7601.17514", Streaming: true,
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		m.collect(func(figure, float64, ...string) {})
	}
}
