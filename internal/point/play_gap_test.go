package point

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
)

// The first packet behind a gap in a list goes out so much later, be it paced or not, at
// the beginning or between entries, and the rest as fast as ever.
func TestListGaps(t *testing.T) {
	for _, opt := range []Options{{Batch: 100 * time.Millisecond, Speed: 1}, {Unpaced: true}} {
		synctest.Test(t, func(t *testing.T) {
			e := newFake(t)
			w := listOf(t, ListItem{Entry: e, Gap: 3 * time.Second}, ListItem{Entry: e}, ListItem{Entry: e, Gap: 5 * time.Second}, ListItem{Entry: e, Gap: time.Hour})
			legs, why := travel(t, w, opt, Request{})
			if why != EndNatural || len(legs) != 4 {
				t.Fatalf("%d entries, then %v", len(legs), why)
			}
			length := legs[1].last - legs[1].at
			for i, gap := range []time.Duration{3 * time.Second, 0, 5 * time.Second, time.Hour} {
				before := time.Duration(0)
				if i > 0 {
					before = legs[i-1].last
				}
				if silent := legs[i].at - before; silent < gap-opt.Batch || silent > gap+opt.Batch+time.Millisecond {
					t.Errorf("%+v: before entry %d nothing comes for %v, not %v", opt, i, silent, gap)
				}
				if took := legs[i].last - legs[i].at; (took-length).Abs() > 2*opt.Batch || int64(legs[i].packets) != e.info.Packets {
					t.Errorf("%+v: entry %d has %d packets in %v, others %v", opt, i, legs[i].packets, took, length)
				}
			}
		})
	}
}

// Who skips to an entry, or comes back to it, does not wait for the gap before it.
func TestListGapIsSkipped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := listOf(t, ListItem{Entry: newFake(t)}, ListItem{Entry: newFake(t), Gap: time.Hour})
		first, err := Enter(t.Context(), w)
		if err != nil {
			t.Fatal(err)
		}
		next, err := first.Beside(t.Context(), 1, Position{})
		if err != nil {
			t.Fatal(err)
		}
		defer next.Close()
		first.Close()
		p := NewPlay(next, 0, func() {})
		start, err := Prepare(next, Options{Unpaced: true}, Request{Selection: only()})
		if err != nil {
			t.Fatal(err)
		}
		p.Begin(start, time.Now())
		var it Step
		for p.Next(time.Now(), nil, &it); it.Kind == Load; p.Next(time.Now(), nil, &it) {
			synctest.Wait()
		}
		if it.Kind != Packet {
			t.Errorf("it waits until %v", it.At)
		}
	})
}

// Behind a gap a player joins what is live then, and not what was when the gap began.
func TestListGapBeforeBroadcast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, film := NewBroadcast(BroadcastOptions{}), newFake(t)
		f, err := b.Start(asf.DataHead{Size: asf.DataHeadSize, Reserved: asf.DataReserved}.Append(film.info.Header.Append(nil)))
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		fed := make(chan struct{})
		defer func() { stop(); <-fed }()
		each := film.info.Duration / time.Duration(film.info.Packets)
		go func() { // in real time
			defer close(fed)
			defer f.Close()
			for n := int64(0); n < film.info.Packets && ctx.Err() == nil; n++ {
				f.Add(film.packet(n))
				time.Sleep(each)
			}
		}()
		synctest.Wait()
		live, err := b.Open(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		w := listOf(t, ListItem{Entry: film, Clip: Clip{For: 2 * time.Second}}, ListItem{Entry: live, Gap: 10 * time.Second, Clip: Clip{For: 3 * time.Second}})
		legs, why := travel(t, w, Options{Batch: 100 * time.Millisecond, Speed: 1}, Request{})
		if why != EndNatural || len(legs) != 2 || legs[1].packets == 0 {
			t.Fatalf("%+v, then %v", legs, why)
		}
		if at := time.Duration(legs[1].first) * each; at < 8*time.Second || legs[1].at < 11*time.Second {
			t.Errorf("at %v the player begins with what was live at %v", legs[1].at, at)
		}
	})
}
