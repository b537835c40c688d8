package asf

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
)

// packetShape is one choice of all widths that a packet can have.
type packetShape struct {
	length, sequence, padding   byte // length types
	number, offset, replication byte
	payloads                    byte // length type of payload lengths; 0: a single payload
}

// build writes a packet of size bytes field by field, independently of Packet,
// with count payloads of four bytes each.
func (s packetShape) build(size, count int) []byte {
	flags := s.length<<5 | s.padding<<3 | s.sequence<<1
	if s.payloads != 0 {
		flags |= 1
	}
	var body []byte
	for n := range count {
		body = append(body, byte(n+1))
		body = appendField(body, fieldWidth[s.number], uint32(n+10))
		body = appendField(body, fieldWidth[s.offset], 0)
		if s.replication != 0 {
			body = appendField(body, fieldWidth[s.replication], 8)
			body = append(body, 4, 0, 0, 0, byte(n), 1, 0, 0)
		}
		if s.payloads != 0 {
			body = appendField(body, fieldWidth[s.payloads], 4)
		}
		body = append(body, "data"...)
	}
	head := []byte{0x82, 0, 0, flags, 0x40 | s.number<<4 | s.offset<<2 | s.replication}
	fixed := len(head) + fieldWidth[s.length] + fieldWidth[s.sequence] + fieldWidth[s.padding] + 6
	if s.payloads != 0 {
		fixed++
	}
	padding := size - fixed - len(body)
	head = appendField(head, fieldWidth[s.length], uint32(size))
	head = appendField(head, fieldWidth[s.sequence], 7)
	head = appendField(head, fieldWidth[s.padding], uint32(padding))
	head = append(head, 0xE8, 3, 0, 0, 40, 0)
	if s.payloads != 0 {
		head = append(head, s.payloads<<6|byte(count))
	}
	return append(append(head, body...), make([]byte, padding)...)
}

// fits says that the size and the padding can be told in the shape's widths.
func (s packetShape) fits(size, used int) bool {
	limit := [4]int{0, 0xFF, 0xFFFF, 1 << 30}
	return (s.length == 0 || size <= limit[s.length]) && size-used <= limit[s.padding]
}

func TestPacketLengthTypes(t *testing.T) {
	tested := 0
	for bits := range 1 << 14 {
		s := packetShape{
			length: byte(bits & 3), sequence: byte(bits >> 2 & 3), padding: byte(bits >> 4 & 3),
			number: byte(bits >> 6 & 3), offset: byte(bits >> 8 & 3), replication: byte(bits >> 10 & 3),
			payloads: byte(bits >> 12 & 3),
		}
		count := 3
		if s.payloads == 0 {
			count = 1
		}
		least := len(shapeWithoutPadding(s, count))
		for _, size := range []int{least, 128, 200, 1600, 70000} {
			if size < least || !s.fits(size, least) {
				continue
			}
			tested++
			if err := checkShape(s, size, count, least); err != nil {
				t.Fatalf("%+v, %d bytes: %v", s, size, err)
			}
		}
	}
	if tested < 20000 {
		t.Errorf("only %d shapes tested", tested)
	}
}

// shapeWithoutPadding is the shape's shortest packet.
func shapeWithoutPadding(s packetShape, count int) []byte {
	long := s.build(4096, count)
	for n := len(long); n > 0; n-- {
		if long[n-1] != 0 {
			return long[:n]
		}
	}
	return nil
}

func checkShape(s packetShape, size, count, least int) error {
	b := s.build(size, count)
	var p Packet
	if err := ParsePacket(b, &p); err != nil {
		return err
	}
	if p.SendTime != 1000 || p.Duration != 40 || s.sequence != 0 && p.Sequence != 7 || s.length != 0 && int(p.Length) != size {
		return fmt.Errorf("fields: %+v", p)
	}
	if got := p.Append(nil); !bytes.Equal(got, b) {
		return fmt.Errorf("appended %x, want %x", got, b)
	}
	if off, n, err := PaddingSpan(b); err != nil || off != least || n != size-least {
		return fmt.Errorf("padding at %d, %d bytes, %v; want %d", off, n, err, least)
	}
	it := p.Payloads()
	n := 0
	for ; it.Next(); n++ {
		want := Payload{Stream: uint8(n + 1), Time: 1000, Data: []byte("data")}
		if s.number != 0 {
			want.Object = uint32(n + 10)
		}
		if s.replication != 0 {
			want.ObjectSize, want.Time = 4, uint32(n)+256
			want.Replicated = []byte{4, 0, 0, 0, byte(n), 1, 0, 0}
		}
		if got, want := fmt.Sprintf("%+v", it.Payload), fmt.Sprintf("%+v", want); got != want {
			return fmt.Errorf("payload %s, want %s", got, want)
		}
	}
	if n != count || it.Err() != nil {
		return fmt.Errorf("%d payloads, %v", n, it.Err())
	}
	return nil
}

// A packet cut anywhere is an error or shorter, never a panic.
func TestPacketCutAnywhere(t *testing.T) {
	for _, v := range packetVectors(t, "shapes.txt") {
		for n := range v.wire {
			checkPacketAppend(t, v.wire[:n])
			packetText(v.wire[:n])
		}
	}
}

func TestPacketTrim(t *testing.T) {
	for _, v := range packetVectors(t, "shapes.txt") {
		for _, explicit := range []bool{false, true} {
			var p, q Packet
			if err := ParsePacket(v.wire, &p); err != nil {
				t.Fatal(err)
			}
			before := payloadsText(&p)
			p.Trim(explicit)
			b := p.Append(nil)
			if err := ParsePacket(b, &q); err != nil {
				t.Fatalf("%s: %v", v.name, err)
			}
			if after := payloadsText(&q); after != before {
				t.Errorf("%s: payloads\n%s\nwant\n%s", v.name, after, before)
			}
			_, n, err := PaddingSpan(b)
			if err != nil || n != 0 {
				t.Errorf("%s: %d bytes of padding left, %v", v.name, n, err)
			}
			if said := int(q.Length) == len(b); !q.Opaque && said != explicit {
				t.Errorf("%s: length %d of %d, want explicit %v", v.name, q.Length, len(b), explicit)
			}
		}
	}
}

func TestPacketTrimLarge(t *testing.T) {
	b := packetShape{padding: 3, number: 1, offset: 3, replication: 1, payloads: 2}.build(100, 2)
	var p Packet
	if err := ParsePacket(b, &p); err != nil {
		t.Fatal(err)
	}
	p.Multiple = false
	p.LengthFlags &^= multiplePayloads
	p.Body = make([]byte, 0x10000)
	p.Trim(true)
	if int(p.Length) != p.Size() || p.LengthFlags>>lengthShift&3 != 3 {
		t.Errorf("length %d, flags %02x, want %d", p.Length, p.LengthFlags, p.Size())
	}
}

func payloadsText(p *Packet) string {
	text := ""
	it := p.Payloads()
	for it.Next() {
		text += payloadText(it.Payload) + "\n"
	}
	return text
}

func TestPacketErrors(t *testing.T) {
	for _, v := range packetVectors(t, "errors.txt") {
		var p Packet
		err := ParsePacket(v.wire, &p)
		if err == nil {
			it := p.Payloads()
			for it.Next() {
			}
			err = it.Err()
			if _, n, err := PaddingSpan(v.wire); err != nil || n != len(p.Padding) {
				t.Errorf("%s: %d bytes of padding, %v", v.name, n, err)
			}
		}
		var pe *ParseError
		if !errors.As(err, &pe) || !errors.Is(err, ErrNeedMore) && !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", v.name, err)
		}
	}
}
