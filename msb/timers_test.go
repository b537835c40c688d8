package msb

import (
	"testing"
	"time"
)

var epoch = time.Date(2003, 4, 24, 0, 0, 0, 0, time.UTC)

func second(n float64) time.Time { return epoch.Add(time.Duration(n * float64(time.Second))) }

func TestBeaconTimer(t *testing.T) {
	for interval, want := range map[time.Duration]float64{0: 10, time.Millisecond: 1, 3 * time.Second: 3, time.Minute: 10} {
		b := BeaconTimer{Interval: interval}
		if _, ok := b.Next(); ok || b.Expire(second(100)) {
			t.Error("it runs before it was started")
		}
		b.Start(second(0))
		b.Start(second(0.5)) // it goes on
		if at, ok := b.Next(); !ok || at != second(want) {
			t.Errorf("%v: %v, want %v s", interval, at, want)
		}
		if b.Expire(second(want-0.001)) || !b.Expire(second(want+0.25)) || b.Expire(second(want+0.25)) {
			t.Errorf("%v: wrong time", interval)
		}
		if at, _ := b.Next(); at != second(2*want+0.25) {
			t.Errorf("%v: again at %v", interval, at)
		}
		b.Stop()
		if _, ok := b.Next(); ok {
			t.Error("it goes on after Stop")
		}
	}
}

func TestReceiverTimers(t *testing.T) {
	type step struct {
		at    float64
		heard Heard
		want  Expired
		next  float64 // 0: none runs
	}
	for name, steps := range map[string][]step{
		"nothing":         {{0, HeardNothing, ExpiredNone, 20}, {19.9, HeardNothing, ExpiredNone, 20}, {20, HeardNothing, ExpiredOpen, 0}, {99, HeardNothing, ExpiredNone, 0}},
		"beacons":         {{5, HeardBeacon, ExpiredNone, 0}, {15, HeardBeacon, ExpiredNone, 0}},
		"unknown formats": {{5, HeardUnknown, ExpiredNone, 20}, {20, HeardUnknown, ExpiredOpen, 0}},
		"packets":         {{5, HeardPacket, ExpiredNone, 35}, {30, HeardPacket, ExpiredNone, 60}, {59, HeardUnknown, ExpiredNone, 60}, {60, HeardNothing, ExpiredEnd, 0}},
		"another stream":  {{5, HeardPacket, ExpiredNone, 35}, {35, HeardNothing, ExpiredEnd, 0}, {40, HeardBeacon, ExpiredNone, 0}, {50, HeardPacket, ExpiredNone, 80}},
		"beacons after":   {{5, HeardPacket, ExpiredNone, 35}, {10, HeardBeacon, ExpiredNone, 35}, {35, HeardNothing, ExpiredEnd, 0}},
	} {
		var r ReceiverTimers
		if _, ok := r.Next(); ok || r.Expire(second(99)) != ExpiredNone {
			t.Error("they run before they were started")
		}
		r.Start(second(0))
		for _, s := range steps {
			r.Heard(s.heard, second(s.at))
			if got := r.Expire(second(s.at)); got != s.want {
				t.Errorf("%s: at %v s %d, want %d", name, s.at, got, s.want)
			}
			if at, ok := r.Next(); ok != (s.next > 0) || ok && at != second(s.next) {
				t.Errorf("%s: after %v s next at %v, want %v s", name, s.at, at, s.next)
			}
		}
	}
	for open, want := range map[time.Duration]float64{time.Second: 10, time.Minute: 30, 15 * time.Second: 15} {
		r := ReceiverTimers{Open: open, End: time.Minute}
		r.Start(second(0))
		if at, _ := r.Next(); at != second(want) {
			t.Errorf("%v: %v", open, at)
		}
		r.Heard(HeardPacket, second(1))
		if at, _ := r.Next(); at != second(61) {
			t.Errorf("the end is at %v", at)
		}
	}
}
