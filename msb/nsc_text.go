package msb

import (
	"encoding/binary"
	"strconv"
	"strings"
	"unicode/utf16"
)

// decodeText decodes a string, [MS-MSB] 2.2.1.2, whether it is encoded or not.
// With ErrChecksum there is a string as well.
func decodeText(value string) (s string, encoded bool, err error) {
	if !isBlock(value) {
		if len(value) > MaxText {
			return "", false, ErrLimit
		}
		return value, false, nil
	}
	k, err := decodeBlock(value, MaxText)
	if err != nil && value[:2] == hexPrefix && err != ErrChecksum {
		return value, false, nil // a number of somebody's, such as of a telephone
	}
	units := make([]uint16, 0, len(k.data)/2)
	for i := 0; i+1 < len(k.data); i += 2 {
		u := binary.LittleEndian.Uint16(k.data[i:])
		if u == 0 {
			break
		}
		units = append(units, u)
	}
	return string(utf16.Decode(units)), true, err
}

// appendText appends a string: as it is if plain says so and ASCII allows it,
// else encoded with its terminating zero.
func appendText(b []byte, s string, plain bool) []byte {
	if plain && isPlain(s) {
		return append(b, s...)
	}
	data := make([]byte, 0, 2*len(s)+2)
	for _, u := range utf16.Encode([]rune(s)) {
		if u == 0 {
			break
		}
		data = binary.LittleEndian.AppendUint16(data, u)
	}
	return appendBlock(b, 0, append(data, 0, 0))
}

// isPlain says that a string can stand in a file as it is: printable, and taken
// neither for an encoded value nor for a number.
func isPlain(s string) bool {
	begin := strings.ToLower(s[:min(2, len(s))])
	return isPrintable(s) && s == strings.Trim(s, " ") && begin != blockPrefix && begin != hexPrefix && begin != "0x"
}

func isPrintable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// textSize is the size of a string in UTF-16 with its terminating zero, bytes.
func textSize(s string) int {
	n := 2
	for _, r := range s {
		n += 2 * utf16.RuneLen(r)
	}
	return n
}

// parseNumber reads an integer: 0x and up to 8 hexadecimal digits. Decimal
// numbers, which people write, are read as well.
func parseNumber(value string) (Number, error) {
	base := 10
	if len(value) > 2 && strings.EqualFold(value[:2], "0x") {
		value, base = value[2:], 16
	}
	v, err := strconv.ParseUint(value, base, 32)
	if err != nil {
		return Number{}, ErrInvalid
	}
	return SetNumber(uint32(v)), nil
}
