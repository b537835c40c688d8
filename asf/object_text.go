package asf

import (
	"encoding/binary"
	"math"
	"unicode/utf16"
)

// Text is a UTF-16LE string as it stands on the wire, with its terminating
// zero where there is one.
type Text []byte

// NewText encodes s with a terminating zero, which most objects want.
func NewText(s string) Text { return append(NewBareText(s), 0, 0) }

// NewBareText encodes s without a terminating zero.
func NewBareText(s string) Text {
	t := make(Text, 0, 2*len(s)+2)
	for _, u := range utf16.Encode([]rune(s)) {
		t = le.AppendUint16(t, u)
	}
	return t
}

// String decodes up to the first zero. Unpaired surrogates become U+FFFD.
func (t Text) String() string {
	u := make([]uint16, 0, len(t)/2)
	for i := 0; i+1 < len(t); i += 2 {
		c := le.Uint16(t[i:])
		if c == 0 {
			break
		}
		u = append(u, c)
	}
	return string(utf16.Decode(u))
}

// Content that is longer than its length field can say is cut by these.

func clip8(d []byte) []byte  { return d[:min(len(d), math.MaxUint8)] }
func clip16(d []byte) []byte { return d[:min(len(d), math.MaxUint16)] }

// wide gives a text for a length field that counts characters in 16 bits.
func wide(t Text) Text { return t[:min(len(t), 2*math.MaxUint16)&^1] }

// appendData16 adds a 16-bit length in bytes, then the data.
func appendData16(b, d []byte) []byte {
	d = clip16(d)
	b = le.AppendUint16(b, uint16(len(d)))
	return append(b, d...)
}

// appendData32 adds a 32-bit length in bytes, then the data.
func appendData32(b, d []byte) []byte {
	b = le.AppendUint32(b, uint32(len(d)))
	return append(b, d...)
}

// appendWide adds a 16-bit length in characters, then the text.
func appendWide(b []byte, t Text) []byte {
	t = wide(t)
	b = le.AppendUint16(b, uint16(len(t)/2))
	return append(b, t...)
}

func appendU16s(b []byte, list []uint16) []byte {
	for _, v := range list {
		b = le.AppendUint16(b, v)
	}
	return b
}

// le is the byte order of everything.
var le = binary.LittleEndian
