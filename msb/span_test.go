package msb

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"testing"

	"caracal/asf"
	"caracal/internal/vector"
)

// spanVector is a block of spans.txt.
type spanVector struct {
	name         string
	options      EncoderOptions
	steps        []string
	packets      [][]byte // of steps "packet"
	wire, parity [][]byte
	received     [][]byte
	formats      []FormatID
}

func hexLines(t testing.TB, v vector.Vector, key string) (list [][]byte) {
	t.Helper()
	for line := range strings.SplitSeq(v[key], "\n") {
		if line != "" {
			list = append(list, vector.Vector{key: line}.Bytes(t, key))
		}
	}
	return list
}

func spanVectors(t testing.TB) (list []spanVector) {
	t.Helper()
	number := func(v vector.Vector, key string) int {
		n, err := strconv.Atoi(v[key])
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, v := range vector.Read(t, "spans.txt") {
		s := spanVector{
			name:    v["name"],
			options: EncoderOptions{Span: number(v, "span"), ID: uint32(number(v, "id")), Cycle: uint8(number(v, "cycle"))},
			steps:   strings.Split(v["step"], "\n"),
			packets: hexLines(t, v, "packet"), wire: hexLines(t, v, "datagram"),
			parity: hexLines(t, v, "parity"), received: hexLines(t, v, "received"),
		}
		for _, step := range s.steps {
			if f, ok := strings.CutPrefix(step, "begin "); ok {
				n, err := strconv.Atoi(f)
				if err != nil {
					t.Fatal(err)
				}
				s.formats = append(s.formats, FormatID(n))
			}
		}
		list = append(list, s)
	}
	return list
}

// sent has all datagrams in order.
func (s *spanVector) sent() (all [][]byte) {
	data, parity := s.wire, s.parity
	for _, step := range s.steps {
		switch step {
		case "packet":
			all, data = append(all, data[0]), data[1:]
		case "parity":
			all, parity = append(all, parity[0]), parity[1:]
		}
	}
	return all
}

func TestEncoderVectors(t *testing.T) {
	for _, s := range spanVectors(t) {
		t.Run(s.name, func(t *testing.T) {
			e := NewEncoder(s.options)
			want, packets, formats := s.sent(), s.packets, s.formats
			for _, step := range s.steps {
				var got []byte
				switch step {
				case "packet":
					before := bytes.Clone(packets[0])
					got = encode(t, e, packets[0])
					if !bytes.Equal(packets[0], before) {
						t.Fatal("the ASF packet was changed")
					}
					packets = packets[1:]
				case "parity":
					got = e.AppendParity(nil)
				default:
					e.Begin(formats[0])
					formats = formats[1:]
					continue
				}
				if !bytes.Equal(got, want[0]) {
					t.Errorf("%s: %x, want\n%x", step, got, want[0])
				}
				want = want[1:]
			}
			if e.Pending() > 0 && e.Span() > 0 || e.AppendParity(nil) != nil {
				t.Errorf("%d packets without parity", e.Pending())
			}
		})
	}
}

// encode gives the datagram of one ASF packet.
func encode(t testing.TB, e *Encoder, pkt []byte) []byte {
	t.Helper()
	var o asf.Outline
	if err := o.Read(pkt); err != nil {
		t.Fatal(err)
	}
	d, err := e.Packet(nil, pkt, &o)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Head) > MaxHead {
		t.Errorf("head of %d bytes", len(d.Head))
	}
	return append(d.Head, d.Body...)
}

// decode gives what a decoder makes of datagrams; at the end it is flushed.
func decode(d *Decoder, datagrams [][]byte) (got []Received) {
	give := func(r Received) {
		r.Data = bytes.Clone(r.Data)
		got = append(got, r)
	}
	for _, b := range datagrams {
		_, _ = d.Add(b, give)
	}
	d.Flush(give)
	return got
}

func TestDecoderVectors(t *testing.T) {
	for _, s := range spanVectors(t) {
		t.Run(s.name, func(t *testing.T) {
			sent := s.sent()
			for lost := -1; lost < len(sent); lost++ {
				d := NewDecoder(DecoderOptions{Formats: s.formats})
				heard := append([][]byte(nil), sent...)
				if lost >= 0 {
					heard = append(heard[:lost], heard[lost+1:]...)
				}
				first := lost == 0 // the decoder begins behind it
				s.checkLoss(t, d, decode(d, heard), lost, first)
			}
		})
	}
}

// checkLoss wants all packets whichever datagram was lost; the first cannot be
// missed by a receiver that begins behind it, and one that has no parity is.
func (s *spanVector) checkLoss(t *testing.T, d *Decoder, got []Received, lost int, first bool) {
	t.Helper()
	want := s.received
	switch {
	case first && len(s.wire) == 1:
		want = nil
	case first:
		want = want[1:]
	case len(s.parity) == 0 && lost >= 0:
		want = want[:lost] // it is the last one
	}
	if len(got) != len(want) {
		t.Fatalf("datagram %d lost: %d packets, want %d: %+v", lost, len(got), len(want), d.Stats())
	}
	for i, r := range got {
		if !bytes.Equal(r.Data, want[i]) {
			t.Errorf("datagram %d lost: packet %d is %x, want %x", lost, i, r.Data, want[i])
		}
	}
	if st := d.Stats(); st.BadParity > 0 || st.Repaired > 1 || lost < 0 && st != (DecoderStats{Packets: uint64(len(want))}) {
		t.Errorf("datagram %d lost: %+v", lost, st)
	}
}

// A bit that falls over is seen: in parity and in any packet that it covers, in
// all but the fields that say how they belong together.
func TestWrongParityIsSeen(t *testing.T) {
	s := spanVectors(t)[0]
	sent := s.sent()
	for n, b := range sent {
		for at := PacketHeadSize + CorrectionSize; at < len(b); at++ {
			wrong := append([][]byte(nil), sent...)
			wrong[n] = bytes.Clone(b)
			wrong[n][at] ^= 1 << (at % 8)
			d := NewDecoder(DecoderOptions{Formats: s.formats})
			if decode(d, wrong); d.Stats().BadParity != 1 {
				t.Errorf("datagram %d, byte %d: %+v", n, at, d.Stats())
			}
		}
	}
}

// What wrong parity makes of a lost packet is never that packet, and is not
// given out unless it is an ASF packet.
func TestWrongParityRepairsNothing(t *testing.T) {
	s := spanVectors(t)[0]
	refused := 0
	for at := PacketHeadSize + CorrectionSize; at < len(s.parity[0]); at++ {
		parity := bytes.Clone(s.parity[0])
		parity[at] ^= 0xFF
		d := NewDecoder(DecoderOptions{Formats: s.formats})
		got := decode(d, [][]byte{s.wire[0], s.wire[2], parity})
		refused += int(d.Stats().BadParity)
		for _, r := range got {
			var p asf.Packet
			if r.Repaired && (bytes.Equal(r.Data, s.received[1]) || asf.ParsePacket(r.Data, &p) != nil) {
				t.Errorf("byte %d: %x", at, r.Data)
			}
		}
	}
	if refused == 0 {
		t.Error("all of it passed for ASF packets")
	}
}

// Senders may give all packets the number 1, [MS-MSB] 2.2.2. Then the spans on
// both sides tell where one begins, or nothing is repaired.
func TestUnnumberedSpans(t *testing.T) {
	s := spanVectors(t)[0]
	e := NewEncoder(EncoderOptions{Span: 3})
	e.Begin(1)
	var sent [][]byte
	for range 3 {
		for _, pkt := range s.packets {
			sent = append(sent, unnumber(encode(t, e, pkt)))
		}
		sent = append(sent, unnumber(e.AppendParity(nil)))
	}
	for _, tt := range []struct {
		lost              []int
		repaired, packets int
	}{
		{nil, 0, 9}, {[]int{5}, 1, 9}, {[]int{4}, 1, 9}, {[]int{6}, 1, 9}, {[]int{5, 9}, 2, 9},
		{[]int{3, 5}, 1, 9}, // the packets around tell where it begins
		{[]int{3, 4}, 0, 8}, // 4 may be of either span
		{[]int{3, 2}, 0, 8}, // 2 as well
		{[]int{5, 6}, 0, 7}, // two of a span
		{[]int{0, 1}, 0, 7}, // nothing tells what was before the first one heard
	} {
		var heard [][]byte
		for i, b := range sent {
			if !slices.Contains(tt.lost, i) {
				heard = append(heard, b)
			}
		}
		d := NewDecoder(DecoderOptions{Formats: []FormatID{1}})
		got := decode(d, heard)
		if st := d.Stats(); len(got) != tt.packets || int(st.Repaired) != tt.repaired || st.BadParity > 0 {
			t.Errorf("without %v: %d packets, %+v", tt.lost, len(got), st)
		}
	}
}

func unnumber(b []byte) []byte {
	b[PacketHeadSize+1] = b[PacketHeadSize+1]&nibble | 1<<4
	return b
}

// Packets that do not go together repair nothing: a number, a size of the error
// correction data, a cycle, a type or a stream that is another, parity that is
// shorter than a packet of its span.
func TestSpansThatDoNotGoTogether(t *testing.T) {
	s := spanVectors(t)[0]
	short := bytes.Clone(s.parity[0][:PacketHeadSize+CorrectionSize+20])
	short[6] = byte(len(short))
	longer := bytes.Clone(s.wire[0])
	longer[6], longer[PacketHeadSize] = longer[6]+1, 0x83
	longer = slices.Insert(longer, PacketHeadSize+CorrectionSize, 0)
	type change struct {
		at int
		to byte
	}
	changed := func(b []byte, c change) []byte {
		b = bytes.Clone(b)
		b[c.at] = c.to
		return b
	}
	for name, heard := range map[string][][]byte{
		"number":     {changed(s.wire[0], change{PacketHeadSize + 1, 0x21}), s.wire[1], s.parity[0]},
		"type":       {changed(s.wire[0], change{PacketHeadSize + 1, 0x10}), s.wire[1], s.parity[0]},
		"cycle":      {changed(s.wire[0], change{PacketHeadSize + 2, 9}), s.wire[1], s.parity[0]},
		"stream":     {changed(s.wire[0], change{5, 0x81}), s.wire[1], s.parity[0]},
		"size":       {longer, s.wire[1], s.parity[0]},
		"parity":     {s.wire[0], s.wire[1], changed(s.parity[0], change{PacketHeadSize + 1, 0x41})},
		"too short":  {s.wire[0], s.wire[1], short},
		"wrong span": {s.wire[0], s.wire[1], changed(s.parity[0], change{PacketHeadSize + 1, 0x52})},
	} {
		d := NewDecoder(DecoderOptions{Formats: s.formats})
		if got := decode(d, heard); len(got) != 2 || d.Stats().Repaired != 0 {
			t.Errorf("%s: %d packets, %+v", name, len(got), d.Stats())
		}
	}
	d := NewDecoder(DecoderOptions{Formats: s.formats})
	if got := decode(d, [][]byte{s.wire[0], s.wire[1], s.parity[0]}); len(got) != 3 || !got[2].Repaired {
		t.Errorf("unchanged: %d packets, %+v", len(got), d.Stats())
	}
}
