package point

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
	"caracal/internal/pace"
)

// An entry follows the other without a pause, each from its beginning, and all that
// was opened is closed.
func TestListPlays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newFake(t)
		w := listOf(t, ListItem{Entry: e}, ListItem{Entry: newFake(t)}, ListItem{Entry: newFake(t)})
		w.delay = time.Second
		opt := Options{Batch: 200 * time.Millisecond, Speed: 1}
		legs, why := travel(t, w, opt, Request{})
		if why != EndNatural || len(legs) != 3 {
			t.Fatalf("%d entries, then %v", len(legs), why)
		}
		for i, l := range legs {
			if int64(l.packets) != e.info.Packets || l.first != 0 || l.generation != uint32(i+1) {
				t.Errorf("entry %d: %+v", i, l)
			}
			if i > 0 && l.at-legs[i-1].last > opt.Batch {
				t.Errorf("entry %d begins %v after the one before", i, l.at-legs[i-1].last)
			}
		}
		if took := legs[2].last; took < 55*time.Second || took > 60*time.Second {
			t.Errorf("three times 20 s took %v", took)
		}
		if n := w.inUse(); n != 0 {
			t.Errorf("%d entries are open", n)
		}
	})
}

// A part of an entry plays from the key frame before it, and no longer than the list
// says.
func TestListPlaysParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		part := ListItem{Entry: newFake(t), Clip: Clip{From: 7 * time.Second, For: 5 * time.Second}}
		w := listOf(t, part, part, ListItem{Entry: newFake(t), Clip: Clip{For: 3 * time.Second}})
		legs, why := travel(t, w, Options{Batch: 100 * time.Millisecond, Speed: 1}, Request{})
		if why != EndNatural || len(legs) != 3 {
			t.Fatalf("%d entries, then %v", len(legs), why)
		}
		at6, _ := part.Entry.CleanPoint(fakeVideo, 6000+fakePreroll)
		for i, want := range []time.Duration{6 * time.Second, 6 * time.Second, 3 * time.Second} {
			l := legs[i]
			if took := l.last - l.at; took < want-300*time.Millisecond || took > want {
				t.Errorf("entry %d took %v, not %v", i, took, want)
			}
			if i < 2 && l.first != at6.Packet {
				t.Errorf("entry %d begins with packet %d, the key frame before is in %d", i, l.first, at6.Packet)
			}
		}
		if n := w.inUse(); n != 0 {
			t.Errorf("%d entries are open", n)
		}
	})
}

// What was to follow is closed with an entry that its player does not play to the end,
// also if it is opened after that.
func TestListIsLeft(t *testing.T) {
	for _, early := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			w := listOf(t, ListItem{Entry: newFake(t)}, ListItem{Entry: newFake(t)})
			l, err := Enter(t.Context(), w)
			if err != nil {
				t.Fatal(err)
			}
			w.delay = time.Second
			if next, err := l.follow(func() {}); next != nil || err != nil {
				t.Fatal(next, err)
			}
			if !early {
				time.Sleep(2 * time.Second)
			}
			l.Close()
			l.Close()
			time.Sleep(2 * time.Second)
			if n := w.inUse(); n != 0 {
				t.Errorf("%d entries are open", n)
			}
		})
	}
}

// Skipping opens the neighbours, and says so where there are none; an entry that is
// closed still knows them.
func TestListSkips(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := listOf(t, ListItem{Entry: newFake(t), Role: "intro"}, ListItem{Entry: newFake(t)})
		l, err := Enter(t.Context(), w)
		if err != nil || l.Item().Role != "intro" {
			t.Fatal(l, err)
		}
		l.Close()
		next, err := l.Beside(t.Context(), 1, Position{By: ByTime, Value: 9000})
		if err != nil || next.Item().Place != 1 || next.Generation() != 2 {
			t.Fatal(next, err)
		}
		if c, _ := next.CleanPoint(fakeVideo, 8000+fakePreroll); next.start.packet != c.Packet {
			t.Errorf("it begins with packet %d, not %d", next.start.packet, c.Packet)
		}
		if _, err := next.Beside(t.Context(), 1, Position{}); !errors.Is(err, io.EOF) {
			t.Error(err)
		}
		back, err := next.Beside(t.Context(), -1, Position{})
		if err != nil || back.Item().Place != 0 {
			t.Fatal(back, err)
		}
		next.Close()
		back.Close()
		if n := w.inUse(); n != 0 {
			t.Errorf("%d entries are open", n)
		}
	})
}

// A broadcast in a list plays for as long as the list says, across a change of its
// header.
func TestListHasBroadcast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBroadcast(BroadcastOptions{})
		film := newFake(t)
		header := film.info.Header.Append(nil)
		f, err := b.Start(asf.DataHead{Size: asf.DataHeadSize, Reserved: asf.DataReserved}.Append(header))
		if err != nil {
			t.Fatal(err)
		}
		fed := make(chan struct{})
		defer func() { <-fed }()
		go func() { // in real time, again and again
			defer close(fed)
			defer f.Close()
			for n := int64(0); n < 3*film.info.Packets; n++ {
				if n%film.info.Packets == 0 && n > 0 {
					f.Header(asf.DataHead{Size: asf.DataHeadSize, Reserved: asf.DataReserved}.Append(header))
				}
				f.Add(film.packet(n % film.info.Packets))
				time.Sleep(film.info.Duration / time.Duration(film.info.Packets))
			}
		}()
		time.Sleep(15 * time.Second)
		live, err := b.Open(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		w := listOf(t, ListItem{Entry: live, Clip: Clip{For: 10 * time.Second}}, ListItem{Entry: film})
		legs, why := travel(t, w, Options{Batch: 100 * time.Millisecond, Speed: 1}, Request{})
		if why != EndNatural || len(legs) != 3 {
			t.Fatalf("%d entries, then %v", len(legs), why)
		}
		if took := legs[1].last; took < 9*time.Second || took > 11*time.Second {
			t.Errorf("the broadcast played for %v", took)
		}
		if int64(legs[2].packets) != film.info.Packets {
			t.Errorf("the film had %d packets of %d", legs[2].packets, film.info.Packets)
		}
	})
}

// For a player that is told nothing the times of the next entry go on, also over
// several of them; what the packets hold stays.
func TestListSplices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newFake(t)
		w := listOf(t, ListItem{Entry: e}, ListItem{Entry: e, Clip: Clip{For: 3 * time.Second}}, ListItem{Entry: e})
		l, err := Enter(t.Context(), w)
		if err != nil {
			t.Fatal(err)
		}
		start, err := Prepare(l, Options{Unpaced: true}, Request{Selection: only()})
		if err != nil {
			t.Fatal(err)
		}
		p := NewPlay(l, 0, func() {})
		p.Begin(start, time.Now())
		var mem pace.Scratch
		var sends, begins []uint32
		for {
			var it Step
			p.Next(time.Now(), &mem, &it)
			switch {
			case it.Kind == Packet:
				var moved, own asf.Packet
				if asf.ParsePacket(it.Data, &moved) != nil || asf.ParsePacket(e.packet(it.Number), &own) != nil {
					t.Fatalf("packet %d cannot be read", it.Number)
				}
				a, b := moved.Payloads(), own.Payloads()
				for a.Next() && b.Next() {
					if a.Payload.Time-b.Payload.Time != moved.SendTime-own.SendTime || a.Payload.Object != b.Payload.Object || !bytes.Equal(a.Payload.Data, b.Payload.Data) {
						t.Fatalf("packet %d holds something else", it.Number)
					}
				}
				if it.Number == 0 {
					begins = append(begins, moved.SendTime)
				}
				sends = append(sends, moved.SendTime)
			case it.Kind == Load:
				synctest.Wait()
			case it.Kind == End && it.Reason == EndChange:
				Leave(p.Turn(it.Next), it.Next)
				p.Splice()
			case it.Kind == End:
				p.Entry().Close()
				if !slices.IsSorted(sends) {
					t.Error("times go back")
				}
				second := uint32(fakeSeconds * 1000)
				if len(begins) != 3 || begins[0] != 0 || begins[1] < second || begins[1] > second+200 || begins[2] < second+2500 || begins[2] > second+3200 {
					t.Errorf("the entries begin at %d", begins)
				}
				return
			}
			mem.Reset()
		}
	})
}
