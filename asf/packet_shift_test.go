package asf

import (
	"bytes"
	"errors"
	"testing"
)

// shiftedPayloads are the payloads of a packet, as a list.
func shiftedPayloads(t testing.TB, pkt []byte) (Packet, []Payload) {
	t.Helper()
	var p Packet
	if err := ParsePacket(pkt, &p); err != nil {
		t.Fatal(err)
	}
	var list []Payload
	it := p.Payloads()
	for it.Next() {
		list = append(list, it.Payload)
	}
	if it.Err() != nil {
		t.Fatal(it.Err())
	}
	return p, list
}

func TestShiftMovesTimesAndNumbers(t *testing.T) {
	s := Shift{Time: 10_000}
	s.Objects[1], s.Objects[2] = 200, 3
	p, err := NewPacketizer(PacketizerOptions{PacketSize: 200, Preroll: 1000})
	if err != nil {
		t.Fatal(err)
	}
	var packets [][]byte
	emit := func(pkt []byte) error { packets = append(packets, bytes.Clone(pkt)); return nil }
	for i := range uint32(4) {
		for stream := range uint8(2) {
			o := MediaObject{Stream: stream + 1, Number: 100 * i, Time: 1000 + 40*i, Key: i == 0, Data: bytes.Repeat([]byte{byte(i)}, 90)}
			if err := p.Add(o, emit); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := p.Flush(emit); err != nil {
		t.Fatal(err)
	}
	for i, pkt := range packets {
		was, before := shiftedPayloads(t, bytes.Clone(pkt))
		if err := s.Apply(pkt); err != nil {
			t.Fatal(err)
		}
		is, after := shiftedPayloads(t, pkt)
		if is.SendTime != was.SendTime+10_000 || is.Duration != was.Duration || len(after) != len(before) {
			t.Fatalf("packet %d: sent at %d with %d payloads, was %d with %d", i, is.SendTime, len(after), was.SendTime, len(before))
		}
		for j, a := range after {
			b := before[j]
			if a.Time != b.Time+10_000 || a.Object != (b.Object+s.Objects[a.Stream])&0xFF {
				t.Errorf("packet %d, payload %d: object %d at %d, was %d at %d", i, j, a.Object, a.Time, b.Object, b.Time)
			}
			if a.Key != b.Key || a.Offset != b.Offset || a.ObjectSize != b.ObjectSize || !bytes.Equal(a.Data, b.Data) {
				t.Errorf("packet %d, payload %d: more has changed: %+v, was %+v", i, j, a, b)
			}
		}
	}
}

// compressedPacket is a single compressed payload of two sub-payloads; the first
// has object number 7 and presentation time at.
func compressedPacket(properties byte, at ...byte) []byte {
	b := []byte{0x82, 0x13, 0x88, 0x00, properties, 5, 0, 0, 0, 0, 0, 1, 7}
	return append(append(b, at...), 1, 20, 1, 0xAA, 1, 0xBB)
}

func TestShiftMovesCompressedPayloads(t *testing.T) {
	s := Shift{Time: 0x1_0000}
	s.Objects[1] = 10
	pkt := compressedPacket(0x5D, 0xE8, 3, 0, 0)
	if err := s.Apply(pkt); err != nil {
		t.Fatal(err)
	}
	p, list := shiftedPayloads(t, pkt)
	if p.SendTime != 0x1_0005 || !bytes.Equal(p.ErrorCorrection, []byte{0x82, 0, 0}) {
		t.Errorf("sent at %#x with error correction %x", p.SendTime, p.ErrorCorrection)
	}
	if len(list) != 2 || list[0].Time != 0x1_03E8 || list[1].Time != 0x1_03E8+20 || list[0].Object != 17 || list[1].Object != 18 {
		t.Errorf("payloads %+v", list)
	}
	if err := s.Apply(compressedPacket(0x59, 0xE8, 3)); !errors.Is(err, ErrLimit) {
		t.Errorf("a presentation time of two bytes: %v", err)
	}
	var none Shift
	if err := none.Apply(compressedPacket(0x59, 0xE8, 3)); err != nil {
		t.Errorf("a presentation time of two bytes that stays: %v", err)
	}
}

func TestShiftRefusesParity(t *testing.T) {
	if err := new(Shift).Apply([]byte{0x92, 0x21, 0, 1, 2, 3, 4, 5, 6, 7, 8}); !errors.Is(err, ErrInvalid) {
		t.Errorf("opaque data: %v", err)
	}
}

// Whatever a packet holds, it has the same payloads after a shift, and shifted
// back it is what it was, but for its error correction data.
func FuzzShift(f *testing.F) {
	f.Add(compressedPacket(0x5D, 0xE8, 3, 0, 0), uint32(77))
	f.Add([]byte{0x82, 0, 0, 0x09, 0x5D, 0, 5, 0, 0, 0, 0, 0, 1, 0x81, 7, 0, 0, 0, 0, 8, 1, 0, 0, 0, 9, 0, 0, 0, 1, 0, 5}, uint32(1<<31))
	f.Fuzz(func(t *testing.T, b []byte, ms uint32) {
		pkt := bytes.Clone(b)
		there, back := Shift{Time: ms}, Shift{Time: -ms}
		for i := range there.Objects {
			there.Objects[i], back.Objects[i] = uint32(i), -uint32(i)
		}
		if there.Apply(pkt) != nil {
			return
		}
		if err := back.Apply(pkt); err != nil {
			t.Fatal(err)
		}
		var p Packet
		if err := ParsePacket(b, &p); err != nil {
			t.Fatal(err)
		}
		if len(p.ErrorCorrection) > 0 {
			clear(p.ErrorCorrection[1:])
		}
		if !bytes.Equal(pkt, b) {
			t.Errorf("% x\nbecame % x", b, pkt)
		}
	})
}
