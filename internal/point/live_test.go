package point

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/pace"
)

// A player that joins gets a clean point with as much before the present as
// makes its reserve, and from then on every packet.
func TestJoinBroadcast(t *testing.T) {
	b, s := broadcast(t, BroadcastOptions{})
	s.bring(100)
	newest, err := asf.SendTime(s.packet(99))
	if err != nil {
		t.Fatal(err)
	}
	for _, burst := range []time.Duration{0, 3 * time.Second, time.Hour} {
		want := s.e.clean[0].Packet
		for _, c := range s.e.clean {
			at, _ := asf.SendTime(s.packet(c.Packet))
			if c.Packet < 100 && time.Duration(newest-at)*time.Millisecond >= burst {
				want = c.Packet
			}
		}
		w := watch(t, b, Options{Unpaced: true, Burst: burst})
		last := w.run(liveNow, s)
		w.followed(want, 100-want)
		if last.Kind != Wait || !last.At.Equal(liveNow.Add(150*time.Millisecond*(pace.Grains-1)/pace.Grains)) {
			t.Errorf("burst of %v: %+v", burst, last)
		}
		s.bring(7)
		w.run(last.At, s)
		w.followed(want, 107-want)
		// For the next one there are 100 again.
		s.Feed.Close()
		s = feed(t, b)
		s.bring(100)
	}
}

// A player looks for more in equal intervals, even if its shard is late for some; not
// so late that there is another interval's worth.
func TestLooksInEqualIntervals(t *testing.T) {
	b, s := broadcast(t, BroadcastOptions{})
	s.bring(10)
	w := watch(t, b, Options{Unpaced: true})
	first := w.run(liveNow, s).At
	at := first
	for i, late := range []time.Duration{0, 20, 140, 0, 149} {
		next := w.run(at.Add(late*time.Millisecond), s).At
		if at = at.Add(150 * time.Millisecond); !next.Equal(at) {
			t.Errorf("look %d, %d ms late: the next is %v after the first, want %v", i, late, next.Sub(first), at.Sub(first))
		}
	}
	early := at.Add(-10 * time.Millisecond)
	if next := w.run(early, s).At; !next.Equal(at) {
		t.Errorf("woken 10 ms early it looks %v later", next.Sub(early))
	}
	late := at.Add(time.Second)
	if next := w.run(late, s).At; !next.After(late) || next.After(late.Add(150*time.Millisecond)) {
		t.Errorf("a second late it looks %v later", next.Sub(late))
	}
}

// A point that gathers nothing looks for what comes no more often than a shard
// wakes.
func TestBroadcastWithoutBatch(t *testing.T) {
	b, s := broadcast(t, BroadcastOptions{})
	s.bring(20)
	w := watch(t, b, Options{Unpaced: true})
	w.batch = 0
	if last := w.run(liveNow, s); last.Kind != Wait || !last.At.Equal(liveNow.Add(pace.Tick)) {
		t.Errorf("%+v", last)
	}
}

// Sound begins anywhere, whatever its encoder calls its objects.
func TestJoinSoundWithoutKeys(t *testing.T) {
	h := fakeHeader()
	h.Objects = append(h.Objects[:1:1], h.Objects[2]) // the sound alone
	b := NewBroadcast(BroadcastOptions{})
	f, err := b.Start(h.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	p, err := asf.NewPacketizer(asf.PacketizerOptions{PacketSize: fakeSize, Preroll: fakePreroll})
	if err != nil {
		t.Fatal(err)
	}
	for n := range uint32(50) {
		if err := p.Add(asf.MediaObject{Stream: fakeAudio, Number: n, Time: fakePreroll + 100*n, Data: make([]byte, 300)}, f.Add); err != nil {
			t.Fatal(err)
		}
	}
	if l := b.current; l.join(fakeAudio, 0) >= l.last().first+l.last().count.Load() || l.join(fakeAudio, time.Second) < 20 {
		t.Errorf("joined at packet %d, or %d", l.join(fakeAudio, 0), l.join(fakeAudio, time.Second))
	}
}

// The end of a source is the end for its players when no other one comes in
// time; if one does, they are told what follows.
func TestBroadcastChangesItsSource(t *testing.T) {
	b, s := broadcast(t, BroadcastOptions{})
	s.bring(60)
	w, left := watch(t, b, Options{Unpaced: true}), watch(t, b, Options{Unpaced: true})
	w.run(liveNow, s)
	if items, err := b.List(); err != nil || len(items) != 1 || !items[0].Live {
		t.Errorf("listed as %+v, %v", items, err)
	}
	s.Feed.Close()
	ended := b.current.ended
	if items, err := b.List(); err != nil || len(items) > 0 {
		t.Errorf("without a source: listed as %+v, %v", items, err)
	}
	if _, err := b.Open(t.Context(), ""); !errors.Is(err, ErrNotLive) {
		t.Errorf("without a source: %v", err)
	}
	if last := w.run(ended.Add(9*time.Second), s); last.Kind != Wait {
		t.Errorf("before the time is over: %+v", last)
	}
	second := feed(t, b)
	if _, err := b.Start(liveFakeHeader()); !errors.Is(err, ErrSource) {
		t.Errorf("two sources: %v", err)
	}
	last := w.run(ended.Add(9*time.Second), s)
	if last.Kind != End || last.Reason != EndChange || last.Next != b.current {
		t.Errorf("%+v", last)
	}
	second.Feed.Close()
	if last = left.run(ended.Add(time.Minute), s); last.Reason != EndChange {
		t.Errorf("the first entry has a successor: %+v", last)
	}
	w = &watcher{Play: NewPlay(last.Next, 0, nil), t: t}
	w.Begin(Start{sel: only()}, liveNow)
	if last = w.run(b.current.ended.Add(10*time.Second), second); last.Kind != End || last.Reason != EndNatural {
		t.Errorf("nobody followed: %+v", last)
	}
}

// What the source brings is judged before any player sees it.
func TestBroadcastRefuses(t *testing.T) {
	b, s := broadcast(t, BroadcastOptions{})
	for name, pkt := range map[string][]byte{
		"nothing": nil, "no packet": bytes.Repeat([]byte{0xE1}, fakeSize), "too long": append(s.packet(0), 0),
	} {
		if err := s.Add(bytes.Clone(pkt)); err == nil {
			t.Error(name)
		}
	}
	if st := b.current.state(0); st.block != nil {
		t.Error("a packet that was refused is there")
	}
	s.Feed.Close()
	for name, header := range map[string][]byte{"nothing": nil, "no header": make([]byte, 100), "no streams": (&asf.Header{}).Append(nil)} {
		if _, err := b.Start(header); err == nil {
			t.Error(name)
		}
	}
	h := b.current.Info().Header
	if f := h.File(); !f.Broadcast() || f.Seekable() || f.DataPackets != 0 || f.PlayDuration != 0 {
		t.Errorf("%+v", f)
	}
}

// A packet that has lost its padding is filled up again.
func TestBroadcastFillsUp(t *testing.T) {
	b, s := broadcast(t, BroadcastOptions{})
	n := int64(0)
	for ; n < s.e.info.Packets; n++ {
		if _, padding, err := asf.PaddingSpan(s.packet(n)); err == nil && padding > 10 {
			break
		}
	}
	off, _, err := asf.PaddingSpan(s.packet(n))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Add(bytes.Clone(s.packet(n)[:off])); err != nil {
		t.Fatal(err)
	}
	if got := b.current.state(0).block.Packet(0); !bytes.Equal(got, s.packet(n)) {
		t.Error("the packet differs")
	}
}

// From the source to the last player nothing is allocated for a packet.
func TestBroadcastAllocatesNothing(t *testing.T) {
	b, s := broadcast(t, BroadcastOptions{Span: time.Second})
	s.bring(200)
	w := watch(t, b, Options{Unpaced: true})
	per := liveBlockBytes / fakeSize
	carry := func(it *Step) int { return len(it.Data) }
	if n := testing.AllocsPerRun(20, func() {
		s.bring(per)
		w.Run(liveNow, &w.mem, 1<<30, carry)
		w.mem.Reset()
	}); n > 6 { // those of a block
		t.Errorf("%v allocations for %d packets", n, per)
	}
}
