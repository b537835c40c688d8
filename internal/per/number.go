package per

import "math/bits"

// Number is what a field of a number may be kept in.
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32
}

// Int is INTEGER (lo..hi), X.691 10.5.
func Int[T Number](c *Coder, v *T, lo, hi int64) {
	if c.writing && (int64(*v) < lo || int64(*v) > hi) {
		c.fail(ErrInvalid)
	}
	n := c.within(uint64(int64(*v)-lo), uint64(hi-lo))
	if c.err == nil && !c.writing {
		*v = T(int64(n) + lo)
	}
}

// within is a number of 0 to most.
func (c *Coder) within(v, most uint64) uint64 {
	var n uint64
	switch {
	case most == 0:
		return 0
	case most < 255:
		n = c.bits(v, bits.Len64(most))
	case most < 1<<16:
		c.align()
		n = c.bits(v, 8*width(most))
	default:
		k := c.within(uint64(width(v)-1), uint64(width(most)-1))
		c.align()
		n = c.bits(v, 8*int(k+1))
	}
	if n > most {
		c.fail(ErrInvalid)
		return 0
	}
	return n
}

// width is how many octets a number needs, at least one.
func width(v uint64) int { return max(1, (bits.Len64(v)+7)/8) }

// From is INTEGER (lo..MAX), X.691 10.7, of at most 8 octets.
func From[T Number](c *Coder, v *T, lo int64) {
	if c.writing && int64(*v) < lo {
		c.fail(ErrInvalid)
	}
	n := c.bits(uint64(int64(*v)-lo), 8*c.octetsOf(width(uint64(int64(*v)-lo))))
	c.store(int64(n)+lo, func(n int64) bool { *v = T(n); return int64(*v) == n && n >= lo })
}

// Any is INTEGER, X.691 10.8, of at most 8 octets.
func Any[T Number](c *Coder, v *T) {
	size := 1
	for size < 8 && int64(*v)>>(8*size-1) != 0 && int64(*v)>>(8*size-1) != -1 {
		size++
	}
	size = c.octetsOf(size)
	n := int64(c.bits(uint64(int64(*v)), 8*size)) << (64 - 8*size) >> (64 - 8*size)
	c.store(n, func(n int64) bool { *v = T(n); return int64(*v) == n })
}

// octetsOf is the length of a number without an upper bound, 1 to 8.
func (c *Coder) octetsOf(size int) int {
	size, more := c.length(size)
	if c.err == nil && (more || size < 1 || size > 8) {
		c.fail(ErrInvalid)
	}
	if c.err != nil {
		return 1
	}
	return size
}

// store keeps a number that was read, if that can hold it.
func (c *Coder) store(n int64, keep func(int64) bool) {
	if c.err == nil && !c.writing && !keep(n) {
		c.fail(ErrInvalid)
	}
}

// small is a normally small number, X.691 10.6.
func (c *Coder) small(v int) int {
	if c.bits(flag(v > 63), 1) == 0 {
		return int(c.bits(uint64(v), 6))
	}
	n := uint32(v)
	From(c, &n, 0)
	if n > 1<<16 {
		c.fail(ErrTooMuch)
		return 0
	}
	return int(n)
}

func flag(v bool) uint64 {
	if v {
		return 1
	}
	return 0
}

// fragment is what lengths of that many and more are written in multiples of.
const fragment = 16 << 10

// length is a length determinant without an upper bound, X.691 10.9.3; more says that
// another one follows behind so many.
func (c *Coder) length(n int) (size int, more bool) {
	c.align()
	if c.writing {
		switch {
		case n < 1<<7:
			c.bits(uint64(n), 8)
		case n < fragment:
			c.bits(1<<15|uint64(n), 16)
		default:
			k := min(n/fragment, 4)
			c.bits(0xC0|uint64(k), 8)
			return k * fragment, true
		}
		return n, false
	}
	switch b := int(c.bits(0, 8)); {
	case b < 1<<7:
		return b, false
	case b < 0xC0:
		return b&0x3F<<8 | int(c.bits(0, 8)), false
	case b == 0xC0 || b > 0xC4:
		c.fail(ErrInvalid)
		return 0, false
	default:
		return b & 7 * fragment, true
	}
}

// size is the length of something that has lo to hi of them; hi below 0: no upper bound,
// and then no fragments.
func (c *Coder) size(n, lo, hi int) int {
	if hi >= 0 && hi < 1<<16 {
		Int(c, &n, int64(lo), int64(hi))
		return n
	}
	size, more := c.length(n)
	if c.err == nil && (more || size < lo) {
		c.fail(ErrTooMuch)
		return 0
	}
	return size
}
