package msb

import "encoding/binary"

// What an .nsc file cannot hold as it is, ASF headers and text that is not
// ASCII, is encoded, [MS-MSB] 2.2.1.3: "02", then six bits in a character of
//
//	+-----+---------------+---------------+-------------------------+
//	| CRC |  Key (big-e.) | Length (b.e.) |  data, Length bytes     |
//	+-----+---------------+---------------+-------------------------+
const (
	blockPrefix = "02"
	// hexPrefix is no part of the specification: VLC reads the same block in
	// hexadecimal digits.
	hexPrefix = "01"

	blockHead  = 1 + 4 + 4 // bytes
	blockLeast = len(blockPrefix) + (8*blockHead+5)/6

	sixtyFour = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz{}"
	noDigit   = 0xFF
)

var inverseSixtyFour = func() (t [256]byte) {
	for i := range t {
		t[i] = noDigit
	}
	for i := range len(sixtyFour) {
		t[sixtyFour[i]] = byte(i)
	}
	return t
}()

// block is what is encoded.
type block struct {
	key  uint32
	data []byte
}

// appendBlock encodes a block.
func appendBlock(b []byte, key uint32, data []byte) []byte {
	var head [blockHead]byte
	binary.BigEndian.PutUint32(head[1:], key)
	binary.BigEndian.PutUint32(head[5:], uint32(len(data)))
	head[0] = checksum(head[1:]) ^ checksum(data)
	b = append(b, blockPrefix...)
	bits, n := uint32(0), 0 // n bits are not written yet
	for _, part := range [...][]byte{head[:], data} {
		for _, x := range part {
			bits, n = bits<<8|uint32(x), n+8
			for n >= 6 {
				n -= 6
				b = append(b, sixtyFour[bits>>n&0x3F])
			}
		}
	}
	if n > 0 {
		b = append(b, sixtyFour[bits<<(6-n)&0x3F])
	}
	return b
}

func checksum(b []byte) (sum byte) {
	for _, x := range b {
		sum ^= x
	}
	return sum
}

// isBlock says that a value can only be meant as an encoded one.
func isBlock(s string) bool {
	if len(s) < blockLeast {
		return false
	}
	hex := s[:2] == hexPrefix
	if !hex && s[:2] != blockPrefix {
		return false
	}
	for i := 2; i < len(s); i++ {
		if inverseSixtyFour[s[i]] == noDigit || hex && !isHex(s[i]) {
			return false
		}
	}
	return true
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }

// decodeBlock decodes what isBlock is true of, up to most bytes. The block is
// there beside ErrChecksum as well. What follows the data is not looked at.
func decodeBlock(s string, most int) (block, error) {
	digit, width := &inverseSixtyFour, 6
	if s[:2] == hexPrefix {
		digit, width = &inverseHex, 4
	}
	s = s[2:]
	b := make([]byte, 0, len(s)*width/8)
	bits, n := uint32(0), 0
	for i := range len(s) {
		bits, n = bits<<width|uint32(digit[s[i]]), n+width
		if n >= 8 {
			n -= 8
			b = append(b, byte(bits>>n))
		}
	}
	if len(b) < blockHead {
		return block{}, ErrNeedMore
	}
	size := binary.BigEndian.Uint32(b[5:])
	switch {
	case size > uint32(most):
		return block{}, ErrLimit
	case int(size) > len(b)-blockHead:
		return block{}, ErrNeedMore
	}
	end := blockHead + int(size)
	k := block{binary.BigEndian.Uint32(b[1:]), b[blockHead:end:end]}
	if checksum(b[1:end]) != b[0] {
		return k, ErrChecksum
	}
	return k, nil
}

var inverseHex = func() (t [256]byte) {
	const digits = "0123456789abcdefABCDEF"
	for i := range len(digits) {
		t[digits[i]] = byte(i - i/16*6)
	}
	return t
}()
