package pace

import (
	"math"
	"testing"
	"time"
)

func TestSchedule(t *testing.T) {
	normal := Schedule{Rate: 1}
	fast := Schedule{Rate: 1, AccelRate: 5, Accel: 3 * time.Second}
	cached := Schedule{Rate: 4, AccelRate: 8, Accel: 8 * time.Second}
	cases := []struct {
		name    string
		s       Schedule
		media   time.Duration
		elapsed time.Duration
	}{
		{"real time", normal, 7 * time.Second, 7 * time.Second},
		{"start", fast, 0, 0},
		{"inside the acceleration", fast, time.Second, 200 * time.Millisecond},
		{"its end", fast, 3 * time.Second, 600 * time.Millisecond},
		{"after it", fast, 4 * time.Second, 1600 * time.Millisecond},
		{"Speed after it", cached, 12 * time.Second, 2 * time.Second},
	}
	for _, c := range cases {
		if got := c.s.When(c.media); got != c.elapsed {
			t.Errorf("%s: media %v is due after %v, want %v", c.name, c.media, got, c.elapsed)
		}
		if got := c.s.Due(c.elapsed); got != c.media {
			t.Errorf("%s: after %v media up to %v is due, want %v", c.name, c.elapsed, got, c.media)
		}
	}
	if (Schedule{}).When(time.Hour) != 0 || (Schedule{}).Due(0) != math.MaxInt64 {
		t.Error("an unpaced schedule holds media back")
	}
	slow := Schedule{Rate: 1e-9}
	if slow.When(math.MaxInt64) != math.MaxInt64 {
		t.Error("When overflows")
	}
}
