package proxy

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
	"caracal/internal/cachecontrol"
	"caracal/internal/fronttest"
	"caracal/internal/point"
)

// A player may go where the fetching has not come yet, at once; in the end all of
// it is there.
func TestSeekAhead(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := &fakeOrigin{}
		c := o.add("a.wmv", 60)
		c.every = 20 * time.Millisecond // as fast as it plays
		r := newRig(t, o, nil)
		e := r.open("a.wmv")
		defer e.Close()
		r.upTo(e, 10)
		at := time.Now()
		p, err := e.CleanPoint(1, 40_100)
		if err != nil {
			t.Fatal(err)
		}
		if want := int64(c.packetAt(40_000)); p.Packet < want-20 || p.Packet > want {
			t.Errorf("packet %d, want %d", p.Packet, want)
		}
		if _, err := await(e, p.Packet); err != nil || time.Since(at) > time.Second {
			t.Errorf("after %v: %v", time.Since(at), err)
		}
		if again, err := e.CleanPoint(1, 1_100); err != nil || again.Packet > 50 {
			t.Errorf("back to %+v, %v", again, err)
		}
		got, err := read(e, p.Packet)
		if want := c.Packets[p.Packet*fronttest.PacketSize:]; err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d packets, %v", len(got)/fronttest.PacketSize, err)
		}
		r.plays(e, c)
		time.Sleep(time.Second)
		synctest.Wait()
		if _, _, plays := o.counts(); plays > 3 || r.Status().Files != 1 {
			t.Errorf("played %+v, %+v", o.plays, r.Status())
		}
	})
}

// A player that only reads from somewhere on is served from there too, and many
// such players do not become as many streams.
func TestManyPlaces(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := &fakeOrigin{}
		c := o.add("a.wmv", 300)
		c.every = 5 * time.Millisecond
		r := newRig(t, o, nil)
		done := make(chan error)
		for i := range 10 {
			go func() {
				n := int64(i * c.Count() / 10)
				e := r.open("a.wmv")
				defer e.Close()
				got, err := read(e, n)
				if err == nil && !bytes.Equal(got, c.Packets[n*fronttest.PacketSize:]) {
					err = errShort
				}
				done <- err
			}()
		}
		most := 0
		for range 10 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		_, _, plays := o.counts()
		if most = plays - o.closed; most != 0 || r.Status().Files != 1 || plays > 40 {
			t.Errorf("%d streams left of %d, %+v", most, plays, r.Status())
		}
	})
}

// An origin that breaks off goes on where it stopped; the pause grows.
func TestResume(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := &fakeOrigin{}
		c := o.add("a.wmv", 20)
		c.dies = 50
		r := newRig(t, o, nil)
		e := r.open("a.wmv")
		at := time.Now()
		r.plays(e, c)
		e.Close()
		synctest.Wait()
		if len(o.plays) != 2 || o.plays[1].value != 50 || time.Since(at) < retryFirst || r.Status().Files != 1 {
			t.Errorf("%+v after %v, %+v", o.plays, time.Since(at), r.Status())
		}
	})
}

// An origin that stays away is given up: players have what had come, and an error
// behind it; nothing is left on the disk.
func TestGivenUp(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := &fakeOrigin{}
		c := o.add("a.wmv", 20)
		c.dies = 50
		r := newRig(t, o, nil)
		e := r.open("a.wmv")
		r.upTo(e, 49)
		o.set(errDown)
		got, err := read(e, 0)
		if !errors.Is(err, ErrOrigin) || !bytes.Equal(got, c.Packets[:50*fronttest.PacketSize]) {
			t.Errorf("%d packets, %v", len(got)/fronttest.PacketSize, err)
		}
		synctest.Wait()
		o.set(nil)
		time.Sleep(unreachable + time.Second)
		again := r.open("a.wmv") // begins anew
		r.plays(again, c)
		again.Close()
		e.Close()
		synctest.Wait()
		if len(r.files()) != 2 || r.Status().Failures != 1 || r.Status().Fetching != 0 {
			t.Errorf("%q, %+v", r.files(), r.Status())
		}
	})
}

// Content that has changed by the time that the fetching goes on is not put
// together from two versions.
func TestChangedMeanwhile(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := &fakeOrigin{}
		c := o.add("a.wmv", 20)
		c.dies = 50
		r := newRig(t, o, nil)
		e := r.open("a.wmv")
		r.upTo(e, 49)
		now := o.add("a.wmv", 20)
		now.facts.Tag = "2"
		if _, err := read(e, 0); !errors.Is(err, ErrChanged) {
			t.Error(err)
		}
		synctest.Wait()
		again := r.open("a.wmv")
		r.plays(again, now)
		if again.Info().Tag != "2" {
			t.Error(again.Info().Tag)
		}
		again.Close()
		e.Close()
	})
}

// A header that claims more packets than there are is believed until the stream
// has ended at the same place twice.
func TestShorterThanClaimed(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := &fakeOrigin{}
		c := o.add("a.wmv", 10)
		c.short = 100
		r := newRig(t, o, nil)
		e := r.open("a.wmv")
		got, err := read(e, 0)
		if err != nil || !bytes.Equal(got, c.Packets[:100*fronttest.PacketSize]) {
			t.Errorf("%d packets, %v", len(got)/fronttest.PacketSize, err)
		}
		e.Close()
		synctest.Wait()
		e = r.open("a.wmv")
		if got, err := read(e, 0); err != nil || len(got) != 100*fronttest.PacketSize || e.Info().Packets != 100 || r.Status().Hits != 1 {
			t.Errorf("%d packets, %v, %+v", len(got)/fronttest.PacketSize, err, r.Status())
		}
		e.Close()
	})
}

// Packets without numbers count from the beginning only; those that are too many
// are none of this content.
func TestStrangePackets(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := &fakeOrigin{}
		c := o.add("a.wmv", 10)
		c.bare = true
		r := newRig(t, o, nil)
		e := r.open("a.wmv")
		r.plays(e, c)
		e.Close()

		b := o.add("b.wmv", 1)
		more := fronttest.Film(60).Clip()
		b.Packets = more.Packets // of a header that knows less
		e = r.open("b.wmv")
		for n := int64(0); ; n++ {
			if _, err := await(e, n); err != nil {
				if !errors.Is(err, errPacket) && n < int64(len(b.Packets)/fronttest.PacketSize) {
					t.Errorf("packet %d: %v", n, err)
				}
				break
			}
		}
		e.Close()
	})
}

// Content that is given up is not complete, even if nothing of it is missing when
// that is looked at next.
func TestGivenUpIsNotComplete(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	f := &fetch{ctx: ctx, stock: newStock(&point.Info{PacketSize: 100, Header: &asf.Header{}}, nil, nil), begun: true, store: true}
	f.done = func(_ *fetch, err error) { t.Errorf("it is done: %v", err) }
	cancel(errPacket)
	if wait, over := f.decide(time.Now()); wait != 0 || over {
		t.Errorf("%v, %v", wait, over)
	}
	f.wg.Wait()
}

// Without a disk no more is in memory than the window, however large the content;
// the origin waits for the player.
func TestWindow(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := &fakeOrigin{}
		c := o.add("a.wmv", 60)
		for range 6 {
			c.Packets = append(c.Packets, c.Packets...)
		}
		c.facts = facts{} // nothing is permitted
		c.Header = bytes.Clone(c.Header)
		r := newRig(t, o, nil)
		e := r.open("a.wmv")
		inMemory := func() (packets, bytes int) {
			s := e.(*fetched).f.stock
			s.mu.Lock()
			defer s.mu.Unlock()
			for _, p := range s.blocks {
				packets += int(p.span().end - p.span().first)
			}
			return packets, packets * fronttest.PacketSize
		}
		if _, err := await(e, 0); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if n, size := inMemory(); size > windowAhead+2*blockBytes || size < windowAhead/2 {
			t.Errorf("%d packets when the player is at the first", n)
		}
		last := int64(40_000)
		for n := range last {
			if _, err := await(e, n); err != nil {
				t.Fatal(n, err)
			}
			if n%1000 == 0 {
				if n, size := inMemory(); size > windowAhead+windowBehind+4*blockBytes {
					t.Fatalf("%d packets in memory", n)
				}
			}
		}
		if _, err := await(e, 5); err != nil { // far back: the origin is asked again
			t.Error(err)
		}
		if _, _, plays := o.counts(); plays != 2 {
			t.Errorf("played %d times", plays)
		}
		e.Close()
		synctest.Wait()
		if o.closed != 2 || r.Status().Fetching != 0 {
			t.Errorf("%d streams were closed, %+v", o.closed, r.Status())
		}
	})
}

// An origin that sends nothing is asked again.
func TestSilentOrigin(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := &fakeOrigin{}
		c := o.add("a.wmv", 1)
		c.every = 10 * silence
		r := newRig(t, o, nil)
		e := r.open("a.wmv")
		_, err := await(e, 0)
		if !errors.Is(err, point.ErrBusy) || len(o.plays) != maxFails {
			t.Errorf("%v after %d streams", err, len(o.plays))
		}
		e.Close()
	})
}

// A proxy that is closed leaves nothing that could be taken for complete.
func TestClosedMeanwhile(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := &fakeOrigin{}
		c := o.add("a.wmv", 60)
		c.every = time.Second
		r := newRig(t, o, nil)
		e := r.open("a.wmv")
		live := o.add("live", 1)
		live.facts = facts{Control: cachecontrol.Broadcast()}
		live.every = time.Second
		l := r.open("live")
		if _, err := await(e, 1); err != nil {
			t.Fatal(err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if got := r.files(); len(got) != 0 {
			t.Errorf("%q", got)
		}
		if _, err := await(e, 50); err == nil {
			t.Error("a packet that never came")
		}
		e.Close()
		l.Close()
		if _, err := r.Open(t.Context(), "a.wmv"); !errors.Is(err, errClosed) {
			t.Error(err)
		}
	})
}
