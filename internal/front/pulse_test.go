package front

import (
	"testing"
	"time"
)

func TestPulse(t *testing.T) {
	var p Pulse
	now := time.Now()
	for range 3 {
		for n, k := range []struct {
			after time.Duration
			add   int
			want  int
		}{{0, 1, 1}, {0, 0, 1}, {Heartbeat / 2, 3, 4}, {Heartbeat - 1, 1, 5}} {
			if got := p.Add(k.add, now.Add(k.after)); got != k.want {
				t.Errorf("%d: %d, want %d", n, got, k.want)
			}
		}
		now = now.Add(Heartbeat)
	}
}
