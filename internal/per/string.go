package per

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf16"
)

// Octets is OCTET STRING (SIZE (lo..hi)); hi below 0: no upper bound, X.691 16.
func (c *Coder) Octets(v *[]byte, lo, hi int) {
	if c.writing && (len(*v) < lo || hi >= 0 && len(*v) > hi) {
		c.fail(ErrInvalid)
	}
	switch {
	case hi < 0 || hi >= 1<<16:
		c.pieces(v, lo)
	case lo == hi && hi <= 2:
		short := make([]byte, hi)
		copy(short, *v)
		for i := range short {
			short[i] = byte(c.bits(uint64(short[i]), 8))
		}
		c.keep(v, short)
	default:
		n := c.size(len(*v), lo, hi)
		c.keep(v, c.octets(*v, n))
	}
}

// keep stores what was read.
func (c *Coder) keep(v *[]byte, b []byte) {
	if c.err == nil && !c.writing {
		*v = b
	}
}

// pieces are octets in any number: those of 16,384 and more come in fragments.
func (c *Coder) pieces(v *[]byte, lo int) {
	left, all := *v, []byte(nil)
	for first := true; c.err == nil; first = false {
		n, more := c.length(len(left))
		var b []byte
		if c.writing {
			b, left = left[:n], left[n:]
		}
		b = c.octets(b, n)
		if first && !more {
			all = b
		} else {
			all = append(all, b...)
		}
		if !more {
			break
		}
	}
	if c.err == nil && len(all) < lo {
		c.fail(ErrInvalid)
	}
	c.keep(v, all)
}

// ObjectID is OBJECT IDENTIFIER, its numbers as X.690 has them.
func (c *Coder) ObjectID(v *[]byte) { c.Octets(v, 1, -1) }

// BMP is BMPString (SIZE (lo..hi)), in UTF-16 units; hi below 0: no upper bound. What
// is no text is read as U+FFFD.
func (c *Coder) BMP(v *string, lo, hi int) {
	var units []uint16
	if c.writing {
		units = utf16.Encode([]rune(*v))
	}
	n := c.size(len(units), lo, hi)
	c.alignFor(16, lo, hi)
	raw := make([]byte, 0, 2*len(units))
	for _, u := range units {
		raw = binary.BigEndian.AppendUint16(raw, u)
	}
	raw = c.chars(raw, 2*n)
	if c.err != nil || c.writing {
		return
	}
	units = make([]uint16, n)
	for i := range units {
		units[i] = binary.BigEndian.Uint16(raw[2*i:])
	}
	*v = string(utf16.Decode(units))
}

// chars are octets that need not begin with a whole one.
func (c *Coder) chars(v []byte, n int) []byte {
	if c.at%8 == 0 || c.err != nil {
		return c.octets(v, n)
	}
	if !c.writing && 8*n > 8*len(c.b)-c.at {
		c.fail(ErrNeedMore)
		return nil
	}
	out := make([]byte, n)
	copy(out, v)
	for i := range out {
		out[i] = byte(c.bits(uint64(out[i]), 8))
	}
	return out
}

// IA5 is IA5String (SIZE (lo..hi)), or another of a whole octet for each character.
func (c *Coder) IA5(v *string, lo, hi int) {
	n := c.size(len(*v), lo, hi)
	c.alignFor(8, lo, hi)
	if raw := c.chars([]byte(*v), n); c.err == nil && !c.writing {
		*v = string(raw)
	}
}

// Digits is NumericString (SIZE (lo..hi)) (FROM ("0123456789")).
func (c *Coder) Digits(v *string, lo, hi int) { c.From(v, "0123456789", lo, hi) }

// From is a string of few characters, which are sorted: each is its place among them,
// in the next power of two of bits, X.691 27.5.
func (c *Coder) From(v *string, alphabet string, lo, hi int) {
	width := bits.Len(uint(len(alphabet) - 1))
	for width&(width-1) != 0 {
		width++
	}
	n := c.size(len(*v), lo, hi)
	c.alignFor(width, lo, hi)
	var read strings.Builder
	for i := 0; i < n && c.err == nil; i++ {
		at := 0
		if c.writing {
			at = strings.IndexByte(alphabet, (*v)[i])
		}
		if at >= 0 {
			at = int(c.bits(uint64(at), width))
		}
		if at < 0 || at >= len(alphabet) {
			c.fail(ErrInvalid)
			return
		}
		read.WriteByte(alphabet[at])
	}
	if c.err == nil && !c.writing {
		*v = read.String()
	}
}

// alignFor begins a string of characters of that many bits with a whole octet, unless
// it is always short, X.691 27.5.6 and 27.5.7.
func (c *Coder) alignFor(width, lo, hi int) {
	if hi < 0 || lo == hi && hi*width > 16 || lo != hi && hi*width >= 16 {
		c.align()
	}
}
