package asf

import (
	"bytes"
	"fmt"
	"testing"
)

// What Trim takes away comes back, whatever width the padding length has.
func TestAppendPadded(t *testing.T) {
	const body = 40
	for _, explicit := range []bool{false, true} {
		for _, missing := range []int{0, 1, 2, 255, 256, 257, 258, 65536, 65539} {
			p := Packet{PropertyFlags: 0x5D, SendTime: 7, Duration: 9, Body: bytes.Repeat([]byte{0xEE}, body)}
			p.Trim(explicit)
			short := p.Append(nil)
			size := len(short) + missing
			b, err := AppendPadded([]byte("x"), short, size)
			if err != nil || len(b) != 1+size {
				t.Fatalf("%d missing: %d bytes, %v", missing, len(b)-1, err)
			}
			var got Packet
			if err := ParsePacket(b[1:], &got); err != nil {
				t.Fatalf("%d missing: %v", missing, err)
			}
			if !bytes.Equal(got.Body, p.Body) || got.SendTime != 7 || got.Duration != 9 {
				t.Errorf("%d missing, explicit %t: %+v", missing, explicit, got)
			}
			for width := byte(1); width <= 3 && !explicit; width++ {
				checkPaddedWidth(t, p, width, missing)
			}
		}
	}
	opaque := []byte{0x92, 0, 0, 1, 2, 3}
	if b, err := AppendPadded(nil, opaque, 50); err != nil || !bytes.Equal(b, opaque) {
		t.Errorf("opaque data: %x, %v", b, err)
	}
	if b, err := AppendPadded([]byte("x"), nil, 50); err == nil || string(b) != "x" {
		t.Errorf("nothing: %x, %v", b, err)
	}
}

// checkPaddedWidth wants the same bytes as before if the field is there still.
func checkPaddedWidth(t *testing.T, p Packet, width byte, missing int) {
	t.Helper()
	p.LengthFlags |= width << paddingShift
	if width < 3 && missing >= 1<<(8*fieldWidth[width]) {
		return
	}
	short := p.Append(nil)
	p.Padding, p.PaddingLength = make([]byte, missing), uint32(missing)
	whole := p.Append(nil)
	if b, err := AppendPadded(nil, short, len(whole)); err != nil || !bytes.Equal(b, whole) {
		t.Errorf("%s: %x, want %x, %v", fmt.Sprintf("width %d, %d missing", width, missing), b[:14], whole[:14], err)
	}
}

// A packet that says its length where it had padding is that of the file again, if
// that has a length of the padding as narrow as it can be.
func TestAppendRefilled(t *testing.T) {
	for _, missing := range []int{1, 2, 3, 255, 256, 257, 65535} {
		p := Packet{PropertyFlags: 0x5D, SendTime: 7, Duration: 9, Body: bytes.Repeat([]byte{0xEE}, 40)}
		p.declarePadding(p.Size() + missing)
		p.Padding = make([]byte, p.PaddingLength)
		whole := p.Append(nil)
		p.Trim(true)
		if p.Size() >= len(whole) {
			continue // nobody says the length then
		}
		b, err := AppendRefilled([]byte("x"), p.Append(nil), len(whole))
		if err != nil || !bytes.Equal(b[1:], whole) {
			t.Errorf("%d missing: %x, want %x, %v", missing, b[1:15], whole[:14], err)
		}
	}
	for _, as := range [][]byte{{0x92, 0, 0, 1, 2, 3}, (&Packet{PropertyFlags: 0x5D, Body: make([]byte, 40)}).Append(nil)} {
		got, err := AppendRefilled(nil, as, 60)
		if want, _ := AppendPadded(nil, as, 60); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%x: %x, want %x, %v", as[:6], got, want, err)
		}
	}
	if b, err := AppendRefilled([]byte("x"), nil, 50); err == nil || string(b) != "x" {
		t.Errorf("nothing: %x, %v", b, err)
	}
}
