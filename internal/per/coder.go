// Package per reads and writes ASN.1's packed encoding (X.691), the aligned variant of
// BASIC-PER, for T.125, T.124 and their neighbours.
//
// A type is described once, by a function that takes a Coder and hands it each of its
// fields in their order; the same function then reads and writes. The first mistake
// stays: what follows it changes nothing, so that descriptions need not look at each.
package per

import (
	"errors"
	"fmt"
)

var (
	// ErrNeedMore says that the input ends before the value does.
	ErrNeedMore = errors.New("per: input ends too early")
	// ErrInvalid says that a value is not one of its type.
	ErrInvalid = errors.New("per: not a value of its type")
	// ErrTooMuch says that a value is deeper or larger than is read here.
	ErrTooMuch = errors.New("per: larger than is read here")
)

// The bounds of what one Coder reads.
const (
	MaxDepth    = 16      // of Nest and Open
	MaxElements = 4 << 10 // of all lists together
	MaxOctets   = 1 << 17 // of an input
)

// Coder is one value on its way. It belongs to one goroutine at a time.
type Coder struct {
	b        []byte // what is read, or was written
	at       int    // bits of b that were read, or written
	writing  bool
	depth    int
	elements int // that may still come
	err      error

	// Unknown counts extensions that were read and not understood.
	Unknown int
}

// Read returns a Coder that reads b. What is read aliases it.
func Read(b []byte) *Coder {
	c := &Coder{b: b, elements: MaxElements}
	if len(b) > MaxOctets {
		c.fail(ErrTooMuch)
	}
	return c
}

// Write returns a Coder that appends to b, from the next octet on.
func Write(b []byte) *Coder {
	return &Coder{b: b, at: 8 * len(b), writing: true, elements: MaxElements}
}

// Writing says in which direction it goes.
func (c *Coder) Writing() bool { return c.writing }

// Err is the first mistake.
func (c *Coder) Err() error { return c.err }

// Fail makes err the first mistake, if there is none yet.
func (c *Coder) Fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// fail is Fail with the place.
func (c *Coder) fail(err error) {
	if c.err == nil {
		c.err = fmt.Errorf("%w, at octet %d", err, c.at/8)
	}
}

// Bytes are all octets that were written, the last filled up with zeros; or the input.
func (c *Coder) Bytes() ([]byte, error) { return c.b, c.err }

// Rest are the octets that were not read, from the next whole one on.
func (c *Coder) Rest() []byte { return c.b[min((c.at+7)/8, len(c.b)):] }

// Nest describes a part that may have parts like itself.
func (c *Coder) Nest(part func()) {
	if c.depth++; c.depth > MaxDepth {
		c.fail(ErrTooMuch)
	}
	if c.err == nil {
		part()
	}
	c.depth--
}

// bits is a field of n bits, 0 to 64: v when it is written.
func (c *Coder) bits(v uint64, n int) uint64 {
	switch {
	case c.err != nil:
		return 0
	case c.writing:
		c.put(v, n)
		return v
	case n > 8*len(c.b)-c.at:
		c.fail(ErrNeedMore)
		return 0
	}
	return c.take(n)
}

func (c *Coder) put(v uint64, n int) {
	for n > 0 {
		if c.at == 8*len(c.b) {
			c.b = append(c.b, 0)
		}
		free := 8 - c.at%8
		k := min(free, n)
		part := byte(v>>(n-k)) & (1<<k - 1)
		c.b[c.at/8] |= part << (free - k)
		c.at, n = c.at+k, n-k
	}
}

func (c *Coder) take(n int) (v uint64) {
	for n > 0 {
		left := 8 - c.at%8
		k := min(left, n)
		v = v<<k | uint64(c.b[c.at/8]>>(left-k))&(1<<k-1)
		c.at, n = c.at+k, n-k
	}
	return v
}

// align goes on with the next whole octet.
func (c *Coder) align() { c.at = (c.at + 7) &^ 7 }

// octets are n whole octets: v when they are written.
func (c *Coder) octets(v []byte, n int) []byte {
	if c.err != nil {
		return nil
	}
	c.align()
	at := c.at / 8
	if c.writing {
		c.b = append(c.b, v...)
	} else if n > len(c.b)-at {
		c.fail(ErrNeedMore)
		return nil
	}
	c.at += 8 * n
	return c.b[at : at+n : at+n]
}
