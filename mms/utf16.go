package mms

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// decodeUTF16 reads UTF-16LE up to the first NUL, or to the end, for some
// strings have no terminator. A lone surrogate becomes U+FFFD, an odd byte at
// the end is left out. size is how many bytes the string takes with its NUL.
func decodeUTF16(b []byte) (s string, size int) {
	out := make([]byte, 0, len(b)/2)
	for size+2 <= len(b) {
		unit := rune(binary.LittleEndian.Uint16(b[size:]))
		size += 2
		if unit == 0 {
			break
		}
		if utf16.IsSurrogate(unit) {
			second := rune(0)
			if size+2 <= len(b) {
				second = rune(binary.LittleEndian.Uint16(b[size:]))
			}
			unit = utf16.DecodeRune(unit, second)
			if unit != utf8.RuneError {
				size += 2
			}
		}
		out = utf8.AppendRune(out, unit)
	}
	return string(out), size
}

// appendUTF16 appends s as UTF-16LE without a terminator. What is not UTF-8
// becomes U+FFFD, and what follows a NUL in s is left out: it would end the
// string at the other side as well.
func appendUTF16(b []byte, s string) []byte {
	for _, r := range s {
		if r == 0 {
			break
		}
		if first, second := utf16.EncodeRune(r); first != utf8.RuneError {
			b = binary.LittleEndian.AppendUint16(b, uint16(first))
			r = second
		}
		b = binary.LittleEndian.AppendUint16(b, uint16(r))
	}
	return b
}

// appendUTF16Z is appendUTF16 with a terminator.
func appendUTF16Z(b []byte, s string) []byte {
	return binary.LittleEndian.AppendUint16(appendUTF16(b, s), 0)
}
