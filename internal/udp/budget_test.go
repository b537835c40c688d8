package udp

import (
	"testing"
	"time"
)

// A storm gets no more than the burst, and then no more than the rate, which
// fills up with time and not beyond the burst.
func TestBudget(t *testing.T) {
	const rate, burst = 128, 64
	var q Budget
	now := time.Unix(1000, 0)
	for _, k := range []struct {
		wait time.Duration
		want int
	}{
		{0, burst}, {0, 0}, {time.Second / rate, 1}, {time.Second / 4, rate / 4},
		{-time.Hour, 0}, {time.Hour + 50*time.Second/rate, 50}, {time.Hour, burst},
	} {
		now = now.Add(k.wait)
		n := 0
		for q.Take(now, rate, burst) {
			n++
		}
		if n != k.want {
			t.Errorf("after %v: %d, want %d", k.wait, n, k.want)
		}
	}
	q.GiveBack(rate)
	if !q.Take(now, rate, burst) || q.Take(now, rate, burst) {
		t.Error("what was given back is not there once")
	}
}
