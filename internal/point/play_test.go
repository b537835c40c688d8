package point

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/pace"
)

// plain are options without a burst at the beginning.
func plain() Options {
	o := DefaultOptions()
	o.Burst = 0
	return o
}

// sendOffset returns how far packet n is from the first one, in media time.
func (e *fakeEntry) sendOffset(t testing.TB, first, n int64) time.Duration {
	a, err1 := asf.SendTime(e.packet(first))
	b, err2 := asf.SendTime(e.packet(n))
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	return time.Duration(b-a) * time.Millisecond
}

func TestPlaySendsEveryPacketInTime(t *testing.T) {
	for _, batch := range []time.Duration{0, 150 * time.Millisecond, time.Second} {
		e := newFake(t)
		o := plain()
		o.Batch = batch
		d := drain(t, e, o, Request{})
		if int64(len(d.packets)) != e.info.Packets {
			t.Fatalf("batch %v: %d packets of %d", batch, len(d.packets), e.info.Packets)
		}
		for i, p := range d.packets {
			due := e.sendOffset(t, 0, p.number)
			if p.number != int64(i) || !p.whole || !bytes.Equal(p.data, e.packet(p.number)) {
				t.Fatalf("batch %v: packet %d is not the file's", batch, i)
			}
			if p.at > due || p.at < due-batch {
				t.Fatalf("batch %v: packet %d left at %v, due at %v", batch, i, p.at, due)
			}
		}
		if d.reason != EndNatural || d.late != 0 {
			t.Errorf("batch %v: ended with %v, %d late", batch, d.reason, d.late)
		}
		if most := int(fakeSeconds*time.Second/max(batch, 50*time.Millisecond)) + 2; d.wakes > most {
			t.Errorf("batch %v: woke %d times, want at most %d", batch, d.wakes, most)
		}
	}
}

func TestFastStart(t *testing.T) {
	e := newFake(t)
	d := drain(t, e, plain(), Request{AccelBW: 200_000, AccelDuration: 3 * time.Second}) // 5 times 40 kbit/s
	for _, p := range d.packets {
		media := e.sendOffset(t, 0, p.number)
		due := pace.Schedule{Rate: 1, AccelRate: 5, Accel: 3 * time.Second}.When(media)
		if p.at > due || p.at < due-time.Second {
			t.Fatalf("packet %d left at %v, due at %v", p.number, p.at, due)
		}
		if p.ahead != (media < 3*time.Second) {
			t.Errorf("packet %d at %v: ahead is %v", p.number, media, p.ahead)
		}
	}
	var soon int
	for _, p := range d.packets {
		if p.at <= 650*time.Millisecond {
			soon = int(p.number)
		}
	}
	if media := e.sendOffset(t, 0, int64(soon)); media < 3*time.Second-200*time.Millisecond {
		t.Errorf("650 ms after the start only %v of media were out", media)
	}
}

func TestGrants(t *testing.T) {
	e := newFake(t)
	o := DefaultOptions()
	cases := []struct {
		name  string
		r     Request
		speed float64
		bw    uint32
		media time.Duration
		accel float64
	}{
		{"nothing asked", Request{}, 1, 0, 0, 87.5},
		{"Fast Cache", Request{Speed: 91268.055}, 5, 0, 0, 87.5},
		{"Fast Start", Request{AccelBW: 80_000, AccelDuration: 4 * time.Second}, 1, 80_000, 4 * time.Second, 2},
		{"too much", Request{AccelBW: 1 << 31, AccelDuration: time.Hour}, 1, 3_500_000, 18 * time.Second, 87.5},
		{"slower than the content", Request{AccelBW: 20_000, AccelDuration: time.Second}, 1, 20_000, time.Second, 0},
		{"without a duration", Request{AccelBW: 80_000}, 1, 0, 0, 87.5},
	}
	for _, c := range cases {
		c.r.Selection = only()
		s, err := Prepare(e, o, c.r)
		if err != nil || s.Speed != c.speed || s.AccelBW != c.bw || s.AccelDuration != c.media || s.Schedule.AccelRate != c.accel {
			t.Errorf("%s: granted %+v, %v", c.name, s, err)
		}
	}
	o.Unpaced = true
	s, _ := Prepare(e, o, Request{Selection: only()})
	if !s.Schedule.Unpaced() {
		t.Error("an unpaced point paces")
	}
	if d := drain(t, e, o, Request{}); d.took != 0 || int64(len(d.packets)) != e.info.Packets {
		t.Errorf("unpaced: %d packets in %v", len(d.packets), d.took)
	}
}

func TestPositions(t *testing.T) {
	e := newFake(t)
	size := int64(fakeSize)
	cases := []struct {
		name string
		p    Position
		want int64
		err  error
	}{
		{"start", Position{}, 0, nil},
		{"packet", Position{By: ByPacket, Value: 17}, 17, nil},
		{"the packet after the last", Position{By: ByPacket, Value: e.info.Packets}, e.info.Packets, nil},
		{"beyond", Position{By: ByPacket, Value: e.info.Packets + 1}, 0, ErrPosition},
		{"offset", Position{By: ByOffset, Value: 5000 + 3*size}, 3, nil},
		{"offset in a packet", Position{By: ByOffset, Value: 5001}, 0, ErrPosition},
		{"offset in the header", Position{By: ByOffset, Value: 100}, 0, ErrPosition},
		{"offset from the data", Position{By: ByOffset, Value: 3 * size, FromData: true}, 3, nil},
		{"time", Position{By: ByTime, Value: 5900}, e.clean[2].Packet, nil},
		{"a clean point's time", Position{By: ByTime, Value: 6000}, e.clean[3].Packet, nil},
		{"time beyond the end", Position{By: ByTime, Value: 1e6}, e.info.Packets, nil},
	}
	for _, c := range cases {
		s, err := Prepare(e, plain(), Request{Position: c.p, Selection: only()})
		if !errors.Is(err, c.err) || err == nil && s.Packet != c.want {
			t.Errorf("%s: packet %d, %v; want %d, %v", c.name, s.Packet, err, c.want, c.err)
		}
	}
	d := drain(t, e, plain(), Request{Position: Position{By: ByTime, Value: 10_000}})
	if d.packets[0].number != e.clean[5].Packet || d.packets[0].at != 0 {
		t.Errorf("after a seek packet %d left at %v", d.packets[0].number, d.packets[0].at)
	}
}

func TestMaxDuration(t *testing.T) {
	e := newFake(t)
	d := drain(t, e, plain(), Request{MaxDuration: 4 * time.Second})
	last := d.packets[len(d.packets)-1].number
	if d.reason != EndDuration || e.sendOffset(t, 0, last) >= 4*time.Second || e.sendOffset(t, 0, last+1) < 4*time.Second {
		t.Errorf("%v after packet %d, which is %v into the content", d.reason, last, e.sendOffset(t, 0, last))
	}
}

func TestLoad(t *testing.T) {
	e := newFake(t)
	e.absent[1] = true
	s, _ := Prepare(e, plain(), Request{Selection: only()})
	woken := 0
	p := NewPlay(e, time.Hour, func() { woken++ })
	now := time.Unix(1000, 0)
	p.Begin(s, now)
	var mem pace.Scratch
	var it Step
	count := func() (n int) {
		for p.Next(now, &mem, &it); it.Kind == Packet; p.Next(now, &mem, &it) {
			n++
		}
		return n
	}
	if n := count(); n != 16 || it.Kind != Load {
		t.Fatalf("%d packets before %v", n, it.Kind)
	}
	e.absent[1] = false
	e.waiting[0]()
	if n := count(); woken != 1 || int64(n) != e.info.Packets-16 || it.Kind != End {
		t.Errorf("woken %d times, %d packets, then %v", woken, n, it.Kind)
	}
	e.failing = true
	p.Begin(s, now)
	if n := count(); n != 0 || it.Kind != End || it.Reason != EndError || it.Err == nil {
		t.Errorf("failing storage: %d packets, then %v, %v", n, it.Kind, it.Reason)
	}
}

// A file whose send times jump or go back must neither stall nor flood.
func TestBrokenSendTimes(t *testing.T) {
	e := newFake(t)
	b := NewBlock(0, fakeSize, e.packets)
	for i := range b.send {
		switch {
		case i > 40:
			b.send[i] += 3_000_000_000
		case i > 20:
			b.send[i] = b.send[i] / 2
		}
	}
	s, _ := Prepare(e, plain(), Request{Selection: only()})
	p := NewPlay(e, time.Second, func() {})
	begin := time.Unix(1000, 0)
	p.Begin(s, begin)
	p.block = b
	var mem pace.Scratch
	var it Step
	now := begin
	for p.Next(now, &mem, &it); it.Kind != End; p.Next(now, &mem, &it) {
		if it.Kind == Wait {
			now = it.At
		}
	}
	if took := now.Sub(begin); took > fakeSeconds*time.Second || took < 10*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestLateIsCounted(t *testing.T) {
	e := newFake(t)
	s, _ := Prepare(e, plain(), Request{Selection: only()})
	p := NewPlay(e, time.Second, func() {})
	begin := time.Unix(1000, 0)
	p.Begin(s, begin)
	var mem pace.Scratch
	var it Step
	for _, at := range []time.Duration{0, 5 * time.Second, 6 * time.Second} {
		for p.Next(begin.Add(at), &mem, &it); it.Kind == Packet; p.Next(begin.Add(at), &mem, &it) {
		}
	}
	if p.Late != 1 {
		t.Errorf("late %d times, want 1", p.Late)
	}
}
