package msb

import (
	"bytes"
	"errors"
	"testing"

	"caracal/asf"
	"caracal/internal/sample"
)

// film are the packets of the sample and their outlines.
type film struct {
	size     int // of the packets in the file, bytes
	packets  [][]byte
	outlines []asf.Outline
}

func readFilm(t testing.TB) *film {
	t.Helper()
	r, err := asf.NewReader(bytes.NewReader(sample.Welcome), int64(len(sample.Welcome)))
	if err != nil {
		t.Fatal(err)
	}
	f := &film{size: r.PacketSize()}
	at := int(r.DataOffset())
	for range r.NumPackets() {
		f.packets = append(f.packets, sample.Welcome[at:at+f.size])
		at += f.size
	}
	f.outlines = make([]asf.Outline, len(f.packets))
	for i, pkt := range f.packets {
		if err := f.outlines[i].Read(pkt); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// datagrams gives all of the film, with parity for the last packets too.
func (f *film) datagrams(t testing.TB, e *Encoder) (all [][]byte) {
	t.Helper()
	for i, pkt := range f.packets {
		d, err := e.Packet(nil, pkt, &f.outlines[i])
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, append(d.Head, d.Body...))
		if e.Due() {
			all = append(all, e.AppendParity(nil))
		}
	}
	if e.Pending() > 0 {
		all = append(all, e.AppendParity(nil))
	}
	return all
}

// bare is a packet without padding and without its length.
func bare(t testing.TB, pkt []byte) []byte {
	t.Helper()
	var o asf.Outline
	if err := o.Read(pkt); err != nil {
		t.Fatal(err)
	}
	return append(bytes.Clone(o.Head()), pkt[o.From:o.To]...)
}

// Every packet is that of the file but for its padding, and never longer. Filled
// up to the packet size, as receivers do, it has the same payloads.
func TestFilmComesBack(t *testing.T) {
	f := readFilm(t)
	e := NewEncoder(EncoderOptions{})
	e.Begin(5)
	sent := f.datagrams(t, e)
	if want := len(f.packets) + (len(f.packets)+9)/10; len(sent) != want {
		t.Fatalf("%d datagrams, want %d", len(sent), want)
	}
	got := decode(NewDecoder(DecoderOptions{Formats: []FormatID{5}, Span: e.Span()}), sent)
	if len(got) != len(f.packets) {
		t.Fatalf("%d packets of %d", len(got), len(f.packets))
	}
	shorter := 0
	for i, r := range got {
		want := bare(t, f.packets[i])
		if !bytes.Equal(bare(t, r.Data), want) || len(r.Data) > f.size {
			t.Fatalf("packet %d: %x, want %x", i, r.Data[:20], want[:20])
		}
		whole, err := asf.AppendPadded(nil, r.Data, f.size)
		if err != nil || len(whole) != f.size || !bytes.Equal(bare(t, whole), want) {
			t.Fatalf("packet %d filled up: %v", i, err)
		}
		if len(r.Data) < f.size {
			shorter++
			var p asf.Packet
			if err := asf.ParsePacket(r.Data, &p); err != nil || int(p.Length) != len(r.Data) && len(r.Data) < f.size-1 {
				t.Errorf("packet %d of %d bytes says %d, %v", i, len(r.Data), p.Length, err)
			}
		}
	}
	if shorter == 0 {
		t.Error("no packet has padding that was left out")
	}
}

func TestEncoderRefuses(t *testing.T) {
	e := NewEncoder(EncoderOptions{})
	e.Begin(1)
	before := *e
	var opaque, large, other asf.Outline
	parity := []byte{0x92, 0x21, 0, 1, 2, 3}
	if err := opaque.Read(parity); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Packet(nil, parity, &opaque); !errors.Is(err, ErrOpaque) {
		t.Errorf("opaque data: %v", err)
	}
	pkt := append([]byte{0x82, 0, 0, 0, 0x5D, 1, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 8}, make([]byte, 8+MaxASFPacket)...)
	for _, tt := range []struct {
		size int
		want error
	}{{MaxASFPacket, nil}, {MaxASFPacket + 1, ErrLimit}} {
		if err := large.Read(pkt[:tt.size]); err != nil {
			t.Fatal(err)
		}
		d, err := e.Packet(nil, pkt[:tt.size], &large)
		if !errors.Is(err, tt.want) || err == nil && len(d.Head)+len(d.Body) != MaxPacket {
			t.Errorf("%d bytes: %d and %d, %v", tt.size, len(d.Head), len(d.Body), err)
		}
		if err == nil {
			if b := e.AppendParity(nil); len(b) != MaxPacket {
				t.Errorf("parity of %d bytes", len(b))
			}
		}
	}
	if _, err := e.Packet(nil, pkt[:30], &large); !errors.Is(err, ErrInvalid) {
		t.Errorf("an outline of another packet: %v", err)
	}
	if _, err := e.Packet(nil, pkt, &other); !errors.Is(err, ErrInvalid) {
		t.Errorf("no outline: %v", err)
	}
	if e.next != before.next+1 || e.number != 0 {
		t.Errorf("ID %d, %d packets pending", e.next, e.number)
	}
}

// A span that got no parity ends all the same, at the next packet or entry.
func TestSpansWithoutParity(t *testing.T) {
	f := readFilm(t)
	e := NewEncoder(EncoderOptions{Span: 99})
	e.Begin(1)
	if e.Span() != MaxSpan {
		t.Errorf("a span of %d", e.Span())
	}
	var got []Correction
	for i := range 18 {
		if i == 17 {
			e.Begin(2)
		}
		c, err := ParseCorrection(encode(t, e, f.packets[i])[PacketHeadSize:])
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, c)
	}
	for i, want := range map[int]Correction{14: {Number: 15}, 15: {Number: 1, Cycle: 1}, 16: {Number: 2, Cycle: 1}, 17: {Number: 1, Cycle: 2}} {
		want.Type, want.Size = CorrectionData, CorrectionSize
		if got[i] != want {
			t.Errorf("packet %d: %+v, want %+v", i, got[i], want)
		}
	}
	want := bytes.Clone(e.parity[:e.longest])
	fresh := NewEncoder(EncoderOptions{})
	fresh.Begin(2)
	if encode(t, fresh, f.packets[17]); !bytes.Equal(fresh.parity[:fresh.longest], want) {
		t.Error("packets of the span before are in the parity")
	}
}

// send is a sender's work on each packet.
func (f *film) send(e *Encoder) func(i int) int {
	head, parity := make([]byte, 0, MaxHead), make([]byte, 0, MaxPacket)
	return func(i int) int {
		d, err := e.Packet(head[:0], f.packets[i], &f.outlines[i])
		if err != nil {
			panic(err)
		}
		n := len(d.Head) + len(d.Body)
		if e.Due() {
			parity = e.AppendParity(parity[:0])
			n += len(parity)
		}
		return n
	}
}

func TestEncoderAllocatesNothing(t *testing.T) {
	f := readFilm(t)
	e := NewEncoder(EncoderOptions{})
	e.Begin(1)
	send := f.send(e)
	i := 0
	if n := testing.AllocsPerRun(300, func() { send(i); i++ }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkEncoder(b *testing.B) {
	f := readFilm(b)
	for _, bench := range []struct {
		name string
		span int
	}{{"span 10", 10}, {"no error correction", -1}} {
		b.Run(bench.name, func(b *testing.B) {
			e := NewEncoder(EncoderOptions{Span: bench.span})
			e.Begin(1)
			send := f.send(e)
			b.ReportAllocs()
			b.SetBytes(int64(f.size))
			for i := 0; b.Loop(); i++ {
				send(i % len(f.packets))
			}
		})
	}
}
