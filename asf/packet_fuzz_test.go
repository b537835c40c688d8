package asf

import (
	"bytes"
	"testing"
)

func addPacketSeeds(f *testing.F, add func(b []byte)) {
	for _, file := range []string{"shapes.txt", "errors.txt"} {
		for _, v := range packetVectors(f, file) {
			add(v.wire)
		}
	}
}

func FuzzParsePacket(f *testing.F) {
	addPacketSeeds(f, func(b []byte) { f.Add(b) })
	f.Fuzz(func(t *testing.T, b []byte) {
		checkPacketAppend(t, b)
		var p Packet
		if ParsePacket(b, &p) != nil {
			return
		}
		before := payloadsText(&p)
		limit := 0
		for it := p.Payloads(); it.Next(); limit++ {
			if pl := &it.Payload; len(pl.Data) > len(p.Body) || pl.Stream > streamNumberMask {
				t.Fatalf("payload %+v", pl)
			}
		}
		if limit > len(p.Body) {
			t.Fatalf("%d payloads in %d bytes", limit, len(p.Body))
		}
		p.Trim(true)
		var q Packet
		if err := ParsePacket(p.Append(nil), &q); err != nil || payloadsText(&q) != before {
			t.Fatalf("trimmed: %v\n%s\nwant\n%s", err, payloadsText(&q), before)
		}
		short := p.Append(nil)
		refilled, err := AppendRefilled(nil, short, len(short)+len(b))
		if err != nil || !p.Opaque && len(refilled) != len(short)+len(b) || ParsePacket(refilled, &q) != nil || payloadsText(&q) != before {
			t.Fatalf("refilled: %v, %d bytes\n%s\nwant\n%s", err, len(refilled), payloadsText(&q), before)
		}
		p.Trim(false)
		size := p.Size() + len(b)
		padded, err := AppendPadded(nil, p.Append(nil), size)
		if err != nil || !p.Opaque && len(padded) != size || ParsePacket(padded, &q) != nil || payloadsText(&q) != before {
			t.Fatalf("padded: %v, %d bytes\n%s\nwant\n%s", err, len(padded), payloadsText(&q), before)
		}
	})
}

// A filtered packet parses, holds exactly the payloads selected, and is never
// longer than the input. levels has two bits for each of streams 1 to 4.
func FuzzFilter(f *testing.F) {
	addPacketSeeds(f, func(b []byte) {
		f.Add(b, byte(0x02), uint8(2), uint32(3))
		f.Add(b, byte(0x48), uint8(1), uint32(9))
	})
	f.Fuzz(func(t *testing.T, b []byte, levels byte, stream uint8, object uint32) {
		s := new(Selection)
		for n := range uint8(4) {
			s.add(n+1, n&1 != 0)
			s.Set(n+1, Level(levels>>(2*n)&3))
		}
		if s.Everything() {
			return
		}
		model := *s
		model.streams = append([]selected(nil), s.streams...)
		out, _, err := s.Filter(make([]byte, 0, len(b)), b)
		checkFiltered(t, out, err, b, model.keeps)

		out, _, _, err = FilterObject(nil, b, stream, object)
		var p Packet
		if ParsePacket(b, &p) != nil {
			return
		}
		w := p.walk()
		checkFiltered(t, out, err, b, func(pl *Payload) bool {
			return pl.Stream == stream && holdsObject(pl, object, w.numberMask())
		})
	})
}

// checkFiltered compares the payloads, head and data, with those to be kept.
func checkFiltered(t *testing.T, out []byte, err error, b []byte, keeps func(*Payload) bool) {
	t.Helper()
	var p, q Packet
	if parseErr := ParsePacket(b, &p); parseErr != nil {
		if err == nil || out != nil {
			t.Fatalf("filtered %x, %v of a packet that does not parse: %v", out, err, parseErr)
		}
		return
	}
	var want [][]byte
	w := p.walk()
	for w.next() {
		if keeps(&w.payload) {
			want = append(want, w.raw)
		}
	}
	if w.err != nil || len(want) == 0 {
		if out != nil || (err != nil) != (w.err != nil) {
			t.Fatalf("filtered %x, %v; want nothing, %v", out, err, w.err)
		}
		return
	}
	if err != nil || len(out) > len(b) {
		t.Fatalf("%d bytes of %d, %v", len(out), len(b), err)
	}
	checkRewritten(t, out, b)
	if err := ParsePacket(out, &q); err != nil {
		t.Fatal(err)
	}
	w = q.walk()
	n := 0
	for ; w.next(); n++ {
		if n < len(want) && !bytes.Equal(w.raw, want[n]) {
			t.Fatalf("payload %d: %x, want %x", n, w.raw, want[n])
		}
	}
	if w.err != nil || n != len(want) {
		t.Fatalf("%d payloads, want %d, %v", n, len(want), w.err)
	}
}

// What goes into a Packetizer comes out of a Depacketizer. Each object is three
// bytes of script: stream and key frame, length, extension; sizes scale with shift.
func FuzzPacketizer(f *testing.F) {
	f.Add([]byte{0x81, 10, 0, 0x02, 200, 3}, uint32(100), byte(0))
	f.Add(bytes.Repeat([]byte{0x81, 1, 0, 2, 255, 9}, 60), uint32(1400), byte(1))
	f.Add([]byte{0x81, 255, 0, 2, 255, 80}, uint32(70000), byte(4))
	f.Fuzz(func(t *testing.T, script []byte, size uint32, shift byte) {
		size = MinPacketSize + size%80000
		script = script[:min(len(script), 90)]
		data := bytes.Repeat([]byte("objects!"), 256<<4/8+40)
		var all []MediaObject
		for i := 0; i+3 <= len(script); i += 3 {
			o := MediaObject{
				Stream: script[i] & 0x7F, Key: script[i]&0x80 != 0,
				Number: uint32(i), Time: 5000 + uint32(script[i]^byte(i))*9,
				Data: data[i : i+int(script[i+1])<<(shift%5)], Extension: data[:script[i+2]],
			}
			fits := len(o.Extension) <= maxExtension && writtenHead+4+writtenPayload+4+len(o.Extension) < int(size)
			if fits && o.Stream != 0 && len(o.Data) > 0 {
				all = append(all, o)
			}
		}
		packets := collect(t, PacketizerOptions{PacketSize: int(size), Preroll: 3000}, all)
		checkRoundTrip(t, all, packets)
	})
}
