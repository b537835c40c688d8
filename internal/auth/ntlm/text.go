package ntlm

import (
	"encoding/binary"
	"unicode"
	"unicode/utf16"
)

// Text decodes a name of AUTHENTICATE or CHALLENGE by the flags that hold: UTF-16
// or OEM. The error is ErrInvalid for half a character, for a surrogate that
// stands alone and for control characters: two names must not look like one.
func (p CodePage) Text(f Flags, b []byte) (string, error) {
	runes := p.decode
	if f.Has(FlagUnicode) {
		if len(b)%2 != 0 {
			return "", ErrInvalid
		}
		runes = func(b []byte) []rune { return utf16.Decode(units(b)) }
	}
	text := runes(b)
	for _, r := range text {
		if r < ' ' || r == 0x7F || r == unicode.ReplacementChar {
			return "", ErrInvalid
		}
	}
	return string(text), nil
}

// encodeText writes a name as the flags say.
func (p CodePage) encodeText(f Flags, s string) []byte {
	if f.Has(FlagUnicode) {
		return unicodeBytes(s)
	}
	return p.encode(s)
}

// units reads UTF-16LE; the length is even.
func units(b []byte) []uint16 {
	out := make([]uint16, len(b)/2)
	for i := range out {
		out[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return out
}

// unicodeBytes is UNICODE() of [MS-NLMP] 6.
func unicodeBytes(s string) []byte {
	out := make([]byte, 0, 2*len(s))
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

// upper is UpperCase() of [MS-NLMP] 6 as Windows does it: one character for
// one, and none that would leave its block for the ASCII letters or for Greek.
func upper(s string) string {
	out := []rune(s)
	for i, r := range out {
		switch r {
		case 'µ', 'ı', 'ſ':
		default:
			if r <= 0xFFFF {
				out[i] = unicode.ToUpper(r)
			}
		}
	}
	return string(out)
}
