package point

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
)

// fakePast answers as it is told to.
type fakePast struct {
	block  func(n int64, wake func()) (*Block, error)
	asked  int
	oldest int64
}

func (p *fakePast) Block(_ uint32, n int64, wake func()) (*Block, error) {
	p.asked++
	if n < p.oldest {
		return nil, ErrPosition
	}
	return p.block(n, wake)
}

func (p *fakePast) Before(uint32, uint8, uint32) (asf.CleanPoint, bool) {
	return asf.CleanPoint{Packet: p.oldest}, true
}

func (p *fakePast) After(_ uint32, _ uint8, n int64) (int64, bool) { return max(n, p.oldest), true }

// behind is a broadcast that has its first packets in a past alone, and a request
// for those.
func behind(t *testing.T, p *fakePast) (*Live, *liveSource, Request) {
	t.Helper()
	b := NewBroadcast(BroadcastOptions{Bytes: 2 * liveBlockBytes})
	b.SetPast(p)
	s := feed(t, b)
	s.bring(3 * liveBlockBytes / fakeSize)
	return b.current, s, Request{Position: Position{By: ByPacket, Value: 7}, Selection: only()}
}

// Storage that hangs keeps the player waiting, for a while, and no shard at all.
func TestPastHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		past := &fakePast{block: func(int64, func()) (*Block, error) { return nil, nil }}
		l, _, request := behind(t, past)
		began := time.Now()
		if _, err := Prepare(l, Options{}, request); !errors.Is(err, ErrBusy) || time.Since(began) != openTimeout {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		w := &watcher{Play: NewPlay(l, 0, func() {}), t: t}
		w.Begin(Start{Packet: 7, sel: only(), lead: fakeVideo, shifted: true}, time.Now())
		if last := w.run(time.Now(), nil); last.Kind != Load || len(w.got) != 0 {
			t.Errorf("%+v", last)
		}
	})
}

// What is gone when its turn comes is counted, and what follows it is played.
func TestPastGoes(t *testing.T) {
	past := &fakePast{}
	l, s, request := behind(t, past)
	past.block = func(n int64, _ func()) (*Block, error) { return NewBlock(n, fakeSize, s.packet(n)), nil }
	start, err := Prepare(l, Options{Unpaced: true}, request)
	if err != nil || start.Packet != 7 || !start.Shifted() {
		t.Fatalf("%+v, %v", start, err)
	}
	past.oldest = 40
	w := &watcher{Play: NewPlay(l, 0, func() {}), t: t}
	start.Schedule.Rate = 0
	w.Begin(start, liveNow)
	w.run(liveNow, s)
	w.followed(40, s.next-40)
	if w.Skipped != 33 {
		t.Errorf("%d packets were skipped", w.Skipped)
	}
	if past.asked > int(l.first().first)-40+3 {
		t.Errorf("asked for %d packets: the rest is in memory", past.asked)
	}
}

// When the storage fails the player goes on in memory.
func TestPastFails(t *testing.T) {
	past := &fakePast{}
	l, s, request := behind(t, past)
	past.block = func(n int64, _ func()) (*Block, error) { return NewBlock(n, fakeSize, s.packet(n)), nil }
	start, err := Prepare(l, Options{Unpaced: true}, request)
	if err != nil {
		t.Fatal(err)
	}
	past.block = func(int64, func()) (*Block, error) { return nil, errors.New("the disk is on fire") }
	w := &watcher{Play: NewPlay(l, 0, func() {}), t: t}
	start.Schedule.Rate = 0
	w.Begin(start, liveNow)
	w.run(liveNow, s)
	first := l.after(fakeVideo)
	w.followed(first, s.next-first)
	if past.asked > 10 || w.Skipped != uint64(first-7) {
		t.Errorf("asked for %d packets, %d skipped", past.asked, w.Skipped)
	}
}

// A broadcast without a past has no other place than the present.
func TestNoPast(t *testing.T) {
	_, s := broadcast(t, BroadcastOptions{})
	s.bring(100)
	start, err := Prepare(s.live, Options{}, Request{Position: Position{By: ByPacket, Value: 7}, Selection: only()})
	if err != nil || start.Shifted() || s.live.Info().Seekable {
		t.Errorf("%+v, %v", start, err)
	}
}
