package point

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/pace"
)

// The fake content: 20 s of video (stream 1, 10 frames a second, a key frame
// every 2 s) and audio (stream 2, 5 objects a second).
const (
	fakeSeconds = 20
	fakeSize    = 400
	fakePreroll = 1000
	fakeVideo   = 1
	fakeAudio   = 2
)

type fakeEntry struct {
	info     Info
	packets  []byte
	perBlock int64
	clean    []asf.CleanPoint // of the video
	absent   map[int64]bool   // blocks that have to be loaded first
	waiting  []func()
	failing  bool
}

func fakeHeader() *asf.Header {
	stream := func(n uint16, kind asf.GUID) *asf.StreamProperties {
		return &asf.StreamProperties{Type: kind, Flags: n}
	}
	return &asf.Header{Objects: []asf.Object{
		&asf.FileProperties{Preroll: fakePreroll, MaxBitRate: 40_000, MinPacketSize: fakeSize, MaxPacketSize: fakeSize},
		stream(fakeVideo, asf.StreamTypeVideo), stream(fakeAudio, asf.StreamTypeAudio),
	}}
}

func newFake(t testing.TB) *fakeEntry {
	t.Helper()
	e := &fakeEntry{perBlock: 16, absent: map[int64]bool{}}
	p, err := asf.NewPacketizer(asf.PacketizerOptions{PacketSize: fakeSize, Preroll: fakePreroll})
	if err != nil {
		t.Fatal(err)
	}
	emit := func(b []byte) error { e.packets = append(e.packets, b...); return nil }
	add := func(o asf.MediaObject) {
		if err := p.Add(o, emit); err != nil {
			t.Fatal(err)
		}
	}
	for i := range uint32(fakeSeconds * 10) {
		at := fakePreroll + i*100
		key := i%20 == 0
		size := 300
		if key {
			size = 900
		}
		add(asf.MediaObject{Stream: fakeVideo, Number: i, Time: at, Key: key, Data: make([]byte, size)})
		if i%2 == 0 {
			add(asf.MediaObject{Stream: fakeAudio, Number: i / 2, Time: at, Key: true, Data: make([]byte, 100)})
		}
	}
	if err := p.Flush(emit); err != nil {
		t.Fatal(err)
	}
	h := fakeHeader()
	e.info = Info{
		Header: h, PacketSize: fakeSize, Packets: int64(len(e.packets) / fakeSize), DataOffset: 5000,
		Duration: fakeSeconds * time.Second, Preroll: fakePreroll, TimeBase: fakePreroll, BitRate: 40_000, Seekable: true, Stridable: true,
	}
	e.scan(t)
	return e
}

// scan finds the key frames.
func (e *fakeEntry) scan(t testing.TB) {
	for n := range e.info.Packets {
		var p asf.Packet
		if err := asf.ParsePacket(e.packet(n), &p); err != nil {
			t.Fatal(err)
		}
		for it := p.Payloads(); it.Next(); {
			if pl := it.Payload; pl.Stream == fakeVideo && pl.Key && pl.Offset == 0 {
				e.clean = append(e.clean, asf.CleanPoint{Packet: n, Object: pl.Object, Time: pl.Time})
			}
		}
	}
	if len(e.clean) != fakeSeconds/2 {
		t.Fatalf("%d key frames in the fake", len(e.clean))
	}
}

func (e *fakeEntry) packet(n int64) []byte { return e.packets[n*fakeSize:][:fakeSize] }

func (e *fakeEntry) Info() *Info { return &e.info }

func (e *fakeEntry) Block(n int64, wake func()) (*Block, error) {
	i := n / e.perBlock
	if e.failing {
		return nil, errors.New("the disk is on fire")
	}
	if e.absent[i] {
		e.waiting = append(e.waiting, wake)
		return nil, nil
	}
	first := i * e.perBlock
	last := min(first+e.perBlock, e.info.Packets)
	return NewBlock(first, fakeSize, e.packets[first*fakeSize:last*fakeSize]), nil
}

func (e *fakeEntry) CleanPoint(stream uint8, ms uint32) (asf.CleanPoint, error) {
	found := e.clean[0]
	for _, c := range e.clean {
		if c.Time <= ms {
			found = c
		}
	}
	return found, nil
}

func (e *fakeEntry) CleanPoints(uint8) ([]asf.CleanPoint, error) { return e.clean, nil }

func (e *fakeEntry) Payloads(int64, time.Duration) ([]Payload, error) { return nil, nil }

func (e *fakeEntry) Close() error { return nil }

// all selects every stream of the fake, only those that are named.
func only(streams ...uint8) *asf.Selection {
	sel := asf.NewSelection(fakeHeader())
	if len(streams) > 0 {
		sel.Set(fakeVideo, asf.None)
		sel.Set(fakeAudio, asf.None)
	}
	for _, s := range streams {
		sel.Set(s, asf.Whole)
	}
	return sel
}

// sent is one packet that a Play yielded.
type sent struct {
	at     time.Duration
	number int64
	data   []byte
	ahead  bool
	whole  bool
}

// drained is what a Play did from its beginning to its end.
type drained struct {
	packets []sent
	wakes   int
	reason  EndReason
	took    time.Duration
	late    uint64
}

// drain runs a Play on a clock of its own, which jumps from wake to wake.
func drain(t testing.TB, e Entry, opt Options, r Request) drained {
	t.Helper()
	if r.Selection == nil {
		r.Selection = only()
	}
	s, err := Prepare(e, opt, r)
	if err != nil {
		t.Fatal(err)
	}
	p := NewPlay(e, opt.Batch, func() {})
	begin := time.Unix(1000, 0)
	p.Begin(s, begin)
	return drainPlay(t, p, begin)
}

func drainPlay(t testing.TB, p *Play, begin time.Time) drained {
	t.Helper()
	var d drained
	now := begin
	for range 100_000 {
		var mem pace.Scratch
		var it Step
		p.Next(now, &mem, &it)
		switch it.Kind {
		case Packet:
			d.packets = append(d.packets, sent{now.Sub(begin), it.Number, it.Data, it.Ahead, it.Keep == asf.KeepAll})
			if again, err := asf.Pick(nil, it.Raw, it.Keep); err != nil || !bytes.Equal(again, it.Data) {
				t.Fatalf("packet %d, made again with %x: %d bytes, %v; %d went out", it.Number, it.Keep, len(again), err, len(it.Data))
			}
		case End:
			d.reason, d.took, d.late = it.Reason, now.Sub(begin), p.Late
			return d
		case Wait:
			if it.At.Before(now) {
				t.Fatalf("waits for %v, which has been", it.At)
			}
			now = it.At
			d.wakes++
			p.Rest()
		case Load:
			t.Fatal("waits for storage that is there")
		}
	}
	t.Fatal("the Play does not end")
	return d
}
