package rtsp

import (
	"net/netip"
	"testing"
	"time"

	"caracal/internal/pull"
)

// nackTimes is what a client asked for, by sequence number.
type nackTimes map[uint16][]time.Time

// watchNacks loses media packets, and notes and loses what is asked for.
func watchNacks(t *testing.T, f *fakeServer, lose func(i int) bool) nackTimes {
	all, i := nackTimes{}, 0
	f.n.Drop(func(from, to netip.AddrPort, b []byte) bool {
		if to.Port() == 5005 {
			ssrc, missing, err := ParseNacks(nil, b)
			if err != nil || ssrc != fakeRTX || len(missing) == 0 || len(missing) > MaxMissing {
				t.Errorf("NACK for %x, %v, %v", ssrc, missing, err)
			}
			for _, m := range missing {
				all[m.Sequence] = append(all[m.Sequence], time.Now())
			}
			return true
		}
		if from.Port() != 5004 || to.Port() != 40_002 {
			return false
		}
		i++
		return lose(i)
	})
	return all
}

// Packets that cannot be had hold the others up for a bounded time, however
// many gaps there are, and Next tells of each gap. Each is asked for a bounded
// number of times, not at once and not too often.
func TestClientReportsGaps(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
		nacks := watchNacks(t, f, func(i int) bool { return i%20 == 0 && i <= 1000 })
		begin := time.Now()
		s, err := c.Play(t.Context(), fakeURL, PlayOptions{UDP: true})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		lost, gaps, longest, last := uint64(0), 0, time.Duration(0), time.Now()
		for {
			e, err := s.Next()
			if err != nil {
				t.Fatal(err)
			}
			longest, last = max(longest, time.Since(last)), time.Now()
			if e.Kind == GotGap {
				gaps++
				lost += uint64(e.Lost)
			}
			if e.Kind == GotEnd {
				break
			}
		}
		stats := s.Stats()
		if gaps != 50 || lost != 50 || stats.Lost != 50 || stats.Asked > 50*maxAsks {
			t.Errorf("%d packets are lost in %d gaps: %+v", lost, gaps, stats)
		}
		sent := time.Duration(len(f.packets)) * f.pause
		if d := time.Since(begin); longest > patienceRTX+2*gapTick || d > sent+patienceRTX+2*gapTick {
			t.Errorf("waits for %v, ends after %v; it was sent in %v", longest, d, sent)
		}
		for seq, times := range nacks {
			if len(times) > maxAsks {
				t.Errorf("packet %d is asked for %d times", seq, len(times))
			}
			for i := 1; i < len(times); i++ {
				if d := times[i].Sub(times[i-1]); d < askAgain {
					t.Errorf("packet %d is asked for again after %v", seq, d)
				}
			}
		}
	})
}

// A burst is asked for in portions, and a packet that is only late is not.
func TestClientAsksInPortions(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeServer, c *Client) {
		nacks := watchNacks(t, f, func(i int) bool { return i > 100 && i <= 100+2*MaxMissing })
		s, err := c.Play(t.Context(), fakeURL, PlayOptions{UDP: true})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		collect(t, s, f)
		first := map[time.Time]int{}
		for _, times := range nacks {
			first[times[0]]++
		}
		for at, n := range first {
			if n > MaxMissing {
				t.Errorf("%d packets at once at %v", n, at)
			}
		}
		if len(nacks) != 2*MaxMissing || len(first) != 2 {
			t.Errorf("%d packets in %d portions", len(nacks), len(first))
		}
	})
}

// What Next does not take in time is left out, and told.
func TestClientQueueIsBounded(t *testing.T) {
	s := testReceiving()
	for seq := range uint16(pull.MaxOverflow + 10) {
		s.packet(testFragment(seq), false)
	}
	if s.queue.Len() != pull.MaxOverflow || s.stats.Overflow != 10 {
		t.Fatalf("%d events, %+v", s.queue.Len(), s.stats)
	}
	s.queue.Take()
	s.packet(testFragment(pull.MaxOverflow+10), false)
	for s.queue.Len() > 2 {
		s.queue.Take()
	}
	if e, _ := s.queue.Take(); e.Kind != GotGap || e.Lost != 10 {
		t.Errorf("%+v", e)
	}
}

// A client that was stopped for a while asks for what is missing, as if that had not
// been: it does not give up at once what it has never asked for.
func TestClientThatWasStopped(t *testing.T) {
	for late, want := range map[time.Duration]time.Duration{0: 0, gapTick - 1: 0, gapTick: gapTick, time.Minute: time.Minute} {
		s := testReceiving()
		s.packet(testFragment(2), false)
		r := s.receivers[1]
		since := r.missingSince()
		r.putOff(late)
		if got := r.missingSince().Sub(since); got != want || !r.waits() {
			t.Errorf("late by %v: put off by %v, want %v", late, got, want)
		}
	}
}
