package mms

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/point"
)

// leaving is how many bytes left over UDP at once, and when.
type leaving struct {
	at    time.Duration
	bytes int
}

// paced is content of a rate, and how a player asks for it.
type paced struct {
	rate    int // bits a second
	size    int // of a packet, bytes
	accel   int // Fast Start that is asked for, bits a second
	batch   time.Duration
	stall   time.Duration // for which storage has nothing, after two seconds
	damaged bool          // all packets are due at the beginning
}

// leave plays for so long in a time of its own, and returns what leaves when.
func (k paced) leave(t *testing.T, length time.Duration) (list []leaving) {
	r := newRig(t, true)
	every := time.Duration(k.size*8) * time.Second / time.Duration(k.rate)
	n := int(length/every) + 1
	var data []byte
	for i := range n {
		ms := uint32((time.Duration(i) * every).Milliseconds())
		if k.damaged {
			ms = 0
		}
		b := (&asf.Packet{SendTime: ms}).Append(nil)
		data = append(data, append(b, bytes.Repeat([]byte{1}, k.size-len(b))...)...)
	}
	info := &r.entry.info
	info.PacketSize, info.Packets, info.Size = k.size, int64(n), int64(len(data))
	info.BitRate, info.Duration = uint32(k.rate), time.Duration(n)*every
	r.entry.block = point.NewBlock(0, k.size, data)
	o := point.DefaultOptions()
	o.Batch = k.batch
	r.player.point = &point.Point{Options: o}
	want := point.Request{Rate: 1, Selection: asf.NewSelection(info.Header), AccelBW: uint32(k.accel), AccelDuration: 5 * time.Second}
	o = r.player.options(want)
	start, err := point.Prepare(r.entry, o, want)
	if err != nil {
		t.Fatal(err)
	}
	st, err := r.conn.newStream(4, o.Batch, want.Selection, &start)
	if err != nil {
		t.Fatal(err)
	}
	r.do(func() { list = r.outflow(st, start, length, k.stall) })
	return list
}

// outflow runs the shard's part of a stream.
func (r *rig) outflow(st *stream, start point.Start, length, stall time.Duration) (list []leaving) {
	began := time.Now()
	st.play.Begin(start, began)
	r.stream = st
	defer func() { r.stream = nil }()
	const grain = 5 * time.Millisecond
	for now, sent := began, uint64(0); now.Sub(began) < length; {
		r.Mem.Reset()
		next := r.feed(now)
		if n := st.out.Counters().Bytes; n > sent {
			list = append(list, leaving{now.Sub(began), int(n - sent)})
			sent = n
		}
		if !st.ending.IsZero() {
			break
		}
		if at := now.Sub(began); stall > 0 && at > 2*time.Second {
			next, stall = now.Add(stall), 0
		}
		if !next.After(now) {
			next = now.Add(time.Microsecond)
		} else {
			next = began.Add((next.Sub(began) + grain - 1) / grain * grain)
		}
		now = next
	}
	return list
}

// most returns the most that leaves within a second, in bits, and at once, in
// bytes.
func most(list []leaving) (second, once int) {
	for i, first := range list {
		sum, together := 0, 0
		for _, l := range list[i:] {
			if l.at-first.at >= time.Second {
				break
			}
			sum += l.bytes
			if l.at-first.at < time.Millisecond {
				together += l.bytes
			}
		}
		second, once = max(second, 8*sum), max(once, together)
	}
	return second, once
}

// check plays, and compares what leaves with a peak in bits a second.
func (k paced) check(t *testing.T, peak int) {
	t.Helper()
	name := fmt.Sprintf("%d bit/s in packets of %d, Fast Start %d, batch %v, stall %v", k.rate, k.size, k.accel, k.batch, k.stall)
	second, once := most(k.leave(t, 12*time.Second))
	whole := k.size + DataHeadSize
	heads := peak / whole * DataHeadSize
	if slack := peak/10 + 2*8*whole + heads; second > peak+slack {
		t.Errorf("%s: %d bits in a second", name, second)
	}
	if second+8*k.size < k.rate {
		t.Errorf("%s: only %d bits in a second", name, second)
	}
	if once > udpMost+whole {
		t.Errorf("%s: %d bytes at once", name, once)
	}
}

var (
	modems  = []int{28_800, 56_000, 300_000, 1_000_000} // bits a second
	packets = []int{300, 1400, 8000}                    // bytes
	batches = []time.Duration{time.Second, 0, 10 * time.Millisecond}
)

// What leaves over UDP a modem of the content's rate takes, which is made for
// nine tenths of it: within any second 1.1 times the content's rate, or what a
// Fast Start was asked for, and what leaves at once.
func TestPaceOverUDP(t *testing.T) {
	for _, size := range packets {
		for _, rate := range modems {
			for _, accel := range []int{0, 40_000, 150_000, 600_000, 1_500_000} {
				for _, batch := range batches {
					if accel == 0 || accel > rate {
						paced{rate: rate, size: size, accel: accel, batch: batch}.check(t, max(rate*11/10, accel))
					}
				}
			}
		}
	}
}

// What is due all at once leaves at twice the rate at most: behind storage that
// was slow, and where the send times say nothing.
func TestPaceOfWhatIsLate(t *testing.T) {
	for _, size := range packets {
		for _, rate := range modems {
			for _, batch := range batches {
				k := paced{rate: rate, size: size, batch: batch, stall: 5 * time.Second}
				k.check(t, 2*rate)
				k.stall, k.damaged = 0, true
				k.check(t, 2*rate)
			}
		}
	}
}

// Of content for lines of several rates, the rate is that of the streams that the
// player has, also when it changes them.
func TestPaceOfSelectedStreams(t *testing.T) {
	r := newRig(t, true)
	info := &r.entry.info
	info.Header = &asf.Header{Objects: []asf.Object{
		&asf.StreamProperties{Type: asf.StreamTypeVideo, Flags: 1},
		&asf.StreamProperties{Type: asf.StreamTypeVideo, Flags: 2},
		&asf.StreamBitrateProperties{Rates: []asf.StreamRate{{Flags: 1, BitRate: 28_800}, {Flags: 2, BitRate: 288_000}}},
	}}
	info.BitRate, info.Duration = 316_800, 10*time.Second
	both := asf.NewSelection(info.Header)
	one := asf.NewSelection(info.Header)
	one.Set(2, asf.None)
	for _, k := range []struct {
		sel   *asf.Selection
		size  int64
		accel uint32
		want  limit
	}{
		{one, 0, 0, limit{720, udpBatch}},
		{one, 2 * 316_800 * 10 / 8, 0, limit{1440, udpBatch}}, // the header says half
		{both, 0, 0, limit{7920, udpBatch}},
		{one, 0, 100_000, limit{2500, udpBatch}},
		{one, 0, 3_276_800, limit{16384, udpLeast}},
		{one, 0, 819_200, limit{udpMost, 40 * time.Millisecond}},
	} {
		info.Size, r.player.accel = k.size, k.accel
		if got := r.player.limit(k.sel); got != k.want {
			t.Errorf("%+v: %+v", k, got)
		}
	}
	r.player.accel = 0
	r.do(func() { r.st.play.Begin(r.start, time.Now()) })
	_, err := r.conn.streamSwitch((&StreamSwitch{Entries: []StreamSwitchEntry{
		{SrcStreamNumber: NoStream, DstStreamNumber: 1}}}).Append(nil)[messageHeadSize:])
	r.do(func() {
		if err != nil || r.st.limit != (limit{720, udpBatch}) {
			t.Errorf("%+v, %v", r.st.limit, err)
		}
	})
}

// Copies leave as what is late does: 8 KiB at once, the rest in its time, each
// once however often it is asked for.
func TestPaceOfCopies(t *testing.T) {
	r := newRig(t, true)
	r.do(func() {
		began := time.Now()
		r.round(began)
		r.resends.bound = limit{2000, udpBatch}
		var list []Sequence
		for n := range Sequence(rigPackets) {
			list = append(list, n)
		}
		for _, ask := range [][]Sequence{list[:32], list[32:], list[32:], list[40:]} {
			r.player.asked.Add(ask, maxAsked)
			r.again(r.player.asked.Take(), began)
		}
		const whole = rigSize + DataHeadSize
		if n, once := int(r.resends.resent), udpMost/whole+1; n != once {
			t.Errorf("%d copies at once, want %d", n, once)
		}
		now := began
		for next := r.turn(now); !next.IsZero(); next = r.turn(now) {
			if next.Before(now) {
				t.Fatal("time goes back")
			}
			now = next
		}
		if n := r.resends.resent; n != rigPackets {
			t.Errorf("%d copies", n)
		}
		took, left := now.Sub(began), rigPackets*whole-udpMost
		if least := udpBatch * time.Duration(left-whole) / 2000; took < least-time.Millisecond || took > least+200*time.Millisecond {
			t.Errorf("%d bytes in %v, want %v", left, took, least)
		}
	})
}

// Copies that wait for their turn still do when storage has read something, and
// those that wait for storage have none.
func TestTurnOfCopies(t *testing.T) {
	r := newRig(t, true)
	r.do(func() {
		now := time.Now()
		r.round(now)
		r.resends.bound = limit{2000, udpBatch}
		r.resends.waiting, r.resends.loading = []Sequence{1, 2}, true
		if next := r.turn(now); !next.IsZero() || r.resends.resent != 0 {
			t.Error("copies go out while storage is read")
		}
		r.resends.until = now.Add(time.Hour)
		r.loaded()
		if len(r.resends.waiting) != 2 || r.resends.unknown != 0 {
			t.Errorf("%d wait", len(r.resends.waiting))
		}
		if next := r.turn(now); !next.Equal(r.resends.free()) || r.resends.resent != 0 {
			t.Error("copies go out before their turn")
		}
	})
}
