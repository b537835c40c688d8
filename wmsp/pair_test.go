package wmsp

import (
	"encoding/binary"
	"errors"
	"testing"
)

// The table's sizes are worked by hand from [MS-WMSP] 2.2.3.7.
func TestPairs(t *testing.T) {
	tests := []struct {
		headLen  int
		reason   uint32
		payloads [PairCount]int
	}{
		{0, 0, [...]int{504, 504, 1048}},
		{450, 450, [...]int{54, 504, 1498}},
		{504, 504, [...]int{0, 504, 1552}},
		{900, 504, [...]int{0, 504, 1552}},
	}
	rnd := []byte{0xDE, 0xAD, 0xBE}
	for _, test := range tests {
		var b []byte
		for n := 1; n <= PairCount; n++ {
			b = AppendPair(b, n, test.headLen, rnd)
		}
		if len(b) != PairsSize {
			t.Errorf("head of %d: %d bytes, want %d", test.headLen, len(b), PairsSize)
		}
		var parser FrameParser
		for i, want := range test.payloads {
			if length := binary.LittleEndian.Uint16(b[2:]); length != [...]uint16{504, 504, 1048}[i] {
				t.Errorf("head of %d, packet %d: PacketLength %d", test.headLen, i+1, length)
			}
			f, n, err := parser.Parse(b)
			if err != nil {
				t.Fatalf("head of %d, packet %d: %v", test.headLen, i+1, err)
			}
			if f.ID != FramePair || f.Reason != test.reason || len(f.Payload) != want {
				t.Errorf("head of %d, packet %d: reason %d, %d bytes, want %d, %d",
					test.headLen, i+1, f.Reason, len(f.Payload), test.reason, want)
			}
			for j, c := range f.Payload {
				if c != rnd[j%len(rnd)] {
					t.Fatalf("head of %d, packet %d: byte %d is %#x", test.headLen, i+1, j, c)
				}
			}
			b = b[n:]
		}
		if _, _, err := parser.Parse(AppendPair(nil, 1, 0, rnd)); !errors.Is(err, ErrLimit) {
			t.Errorf("fourth packet: %v, want ErrLimit", err)
		}
	}
}

func TestPairRefusesLength(t *testing.T) {
	b := AppendPair(nil, 1, 100, nil)
	b[2]++
	if _, _, err := ParseFrame(b); !errors.Is(err, ErrInvalid) {
		t.Errorf("PacketLength 505: %v, want ErrInvalid", err)
	}
	b = AppendPair(nil, 1, 504, nil)
	b[4]++ // Reason 505 would make the payload's size negative
	if _, _, err := ParseFrame(b); !errors.Is(err, ErrInvalid) {
		t.Errorf("Reason 505: %v, want ErrInvalid", err)
	}
}
