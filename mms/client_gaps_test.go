package mms

import (
	"testing"
	"time"
)

// A client that was stopped for a while asks for what is missing, as if that had not
// been: it does not give up at once what it has never asked for.
func TestClientThatWasStopped(t *testing.T) {
	for late, want := range map[time.Duration]time.Duration{0: 0, gapTick - 1: 0, gapTick: gapTick, time.Minute: time.Minute} {
		r := &clientReceiver{next: 4, end: 7}
		began := time.Now()
		r.quiet = began
		for seq := r.next; seq != r.end; seq++ {
			*r.slot(seq) = clientSlot{seq: seq, came: seq == 5, at: began}
		}
		r.putOff(late)
		for seq, put := range map[Sequence]time.Duration{4: want, 5: 0, 6: want} {
			if got := r.slot(seq).at.Sub(began); got != put {
				t.Errorf("late by %v: packet %d is put off by %v, want %v", late, seq, got, put)
			}
		}
		if got := r.quiet.Sub(began); got != want {
			t.Errorf("late by %v: the end is put off by %v, want %v", late, got, want)
		}
	}
}

// A piece of a header that was asked for before is late, one of nobody knows what strange.
func TestLatePieces(t *testing.T) {
	s := &clientSession{}
	s.header.incarnation, s.play.incarnation = 3, 9
	for _, incarnation := range []byte{1, 3, 8, 10} {
		if err := s.data(Data{PlayIncarnation: incarnation}, false); err != nil {
			t.Error(err)
		}
	}
	if s.stats != (ClientStats{Stale: 3, Strange: 1}) {
		t.Errorf("%+v", s.stats)
	}
}
