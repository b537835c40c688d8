package asf

import (
	"encoding/hex"
	"fmt"
)

// GUID is a globally unique identifier in wire order: the first three groups
// of its text form are little-endian. ASF specification 10.
type GUID [16]byte

// textOrder gives the wire position of every byte of the text form.
var textOrder = [16]int{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15}

// String gives the upper-case form 75B22630-668E-11CF-A6D9-00AA0062CE6C.
func (g GUID) String() string {
	var t [16]byte
	for i, w := range textOrder {
		t[i] = g[w]
	}
	return fmt.Sprintf("%X-%X-%X-%X-%X", t[0:4], t[4:6], t[6:8], t[8:10], t[10:16])
}

// ParseGUID reads the form that String writes, in either case, with or without
// braces. The error wraps ErrInvalid.
func ParseGUID(s string) (GUID, error) {
	if len(s) == 38 && s[0] == '{' && s[37] == '}' {
		s = s[1:37]
	}
	var g GUID
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return g, &ParseError{Object: "GUID", Err: ErrInvalid}
	}
	digits := s[:8] + s[9:13] + s[14:18] + s[19:23] + s[24:]
	t, err := hex.DecodeString(digits)
	if err != nil {
		return g, &ParseError{Object: "GUID", Err: ErrInvalid}
	}
	for i, w := range textOrder {
		g[w] = t[i]
	}
	return g, nil
}

// IsZero says that all bytes are zero, which stands for "none".
func (g GUID) IsZero() bool { return g == GUID{} }

// newGUID takes the five groups of the text form as numbers.
func newGUID(a uint32, b, c, d uint16, e uint64) GUID {
	return GUID{
		byte(a), byte(a >> 8), byte(a >> 16), byte(a >> 24),
		byte(b), byte(b >> 8), byte(c), byte(c >> 8),
		byte(d >> 8), byte(d),
		byte(e >> 40), byte(e >> 32), byte(e >> 24), byte(e >> 16), byte(e >> 8), byte(e),
	}
}
