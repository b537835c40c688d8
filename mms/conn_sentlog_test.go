package mms

import (
	"math/rand/v2"
	"testing"
	"time"
)

// A SentLog knows what a list of everything sent would, of the last 10 s.
func TestSentLogAgainstModel(t *testing.T) {
	type noted struct {
		seq Sequence
		Sent
	}
	var l SentLog
	var model []noted
	r := rand.New(rand.NewPCG(1, 2))
	now := time.Unix(1000, 0)
	next := Sequence(1<<32 - 3000) // it goes round
	for i := range 20_000 {
		now = now.Add(time.Duration(r.IntN(5)) * time.Millisecond)
		switch {
		case i%1500 == 1499:
			now = now.Add(time.Duration(r.IntN(12)) * time.Second)
			next = next.Restart()
		case i == 7000:
			next += 5 // begins anew
			model = nil
		}
		s := Sent{Packet: int64(i), Keep: 1 + r.Uint64N(9), At: now, Incarnation: byte(i)}
		l.Add(next, s)
		model = append(model, noted{next, s})
		next++
		if i%97 != 0 {
			continue
		}
		for range 50 {
			seq := next + 20 - Sequence(r.IntN(10_000))
			want, ok := Sent{}, false
			for j := len(model) - 1; j >= 0 && j >= len(model)-MaxSent; j-- {
				if m := model[j]; m.seq == seq && now.Sub(m.At) <= sentSpan {
					want, ok = m.Sent, true
				}
			}
			got, found := l.Find(seq, now)
			if found != ok && int(next-seq) < MaxSent-20 || found && got != want {
				t.Fatalf("step %d, packet %d: %+v %v, want %+v %v", i, seq, got, found, want, ok)
			}
		}
	}
	if l.Len() > MaxSent {
		t.Errorf("%d packets", l.Len())
	}
}

func TestSentLogIsEmptyFirst(t *testing.T) {
	var l SentLog
	for _, seq := range []Sequence{0, 1, 1<<32 - 1} {
		if _, ok := l.Find(seq, time.Now()); ok {
			t.Error(seq)
		}
	}
}
