package ntlm

import (
	"encoding/binary"
	"slices"
)

//	0       8      12
//
// +-------+------+---------------------------+---------+
// |NTLMSSP| type | len, max, offset, flags ..| payload |
// +-------+------+---------------------------+---------+
const signature = "NTLMSSP\x00"

const (
	typeNegotiate    = 1
	typeChallenge    = 2
	typeAuthenticate = 3

	prefixSize = 12
	fieldSize  = 8
	maxFields  = 6 // payload fields of one message
)

// A reader takes the payload fields out of a message, [MS-NLMP] 2.2.1. Fields
// may stand in any order, with gaps; they may neither overlap nor reach out.
type reader struct {
	object string
	b      []byte
	start  int // where the payload begins: the first byte of any field
	spans  [maxFields][2]int
	n      int
}

// read checks what all messages begin with.
func read(object string, b []byte, kind uint32, least int) (*reader, error) {
	switch {
	case len(b) > MaxMessage:
		return nil, &ParseError{object, 0, ErrLimit}
	case len(b) < least:
		return nil, &ParseError{object, len(b), ErrNeedMore}
	case string(b[:8]) != signature:
		return nil, &ParseError{object, 0, ErrInvalid}
	case binary.LittleEndian.Uint32(b[8:]) != kind:
		return nil, &ParseError{object, 8, ErrInvalid}
	}
	return &reader{object: object, b: b, start: len(b)}, nil
}

// field returns the bytes that the field at offset at points to; they alias the
// message. An empty field points nowhere, whatever its offset says.
func (r *reader) field(at, floor, limit int) ([]byte, error) {
	size := int(binary.LittleEndian.Uint16(r.b[at:]))
	offset := binary.LittleEndian.Uint32(r.b[at+4:])
	switch {
	case size == 0:
		return nil, nil
	case size > limit:
		return nil, &ParseError{r.object, at, ErrLimit}
	case uint64(offset)+uint64(size) > uint64(len(r.b)):
		return nil, &ParseError{r.object, at, ErrNeedMore}
	case int(offset) < floor:
		return nil, &ParseError{r.object, at, ErrInvalid}
	}
	from, to := int(offset), int(offset)+size
	for _, s := range r.spans[:r.n] {
		if from < s[1] && s[0] < to {
			return nil, &ParseError{r.object, at, ErrInvalid}
		}
	}
	r.spans[r.n] = [2]int{from, to}
	r.n++
	r.start = min(r.start, from)
	return r.b[from:to:to], nil
}

// header returns the greatest of the sizes, which ascend, that ends before the
// payload does begin.
func (r *reader) header(sizes ...int) int {
	size := sizes[0]
	for _, s := range sizes {
		if s <= r.start {
			size = s
		}
	}
	return size
}

// A writer puts a message together: the header, then the payload in the order
// in which the fields are set.
type writer struct {
	b    []byte // from here on it is ours
	base int
}

func write(b []byte, kind uint32, header int) *writer {
	base := len(b)
	b = slices.Grow(b, header)[:base+header]
	clear(b[base:])
	copy(b[base:], signature)
	binary.LittleEndian.PutUint32(b[base+8:], kind)
	return &writer{b, base}
}

// at is the header from an offset on.
func (w *writer) at(offset int) []byte { return w.b[w.base+offset:] }

// field appends data and points to it. The sizes are the caller's to keep.
func (w *writer) field(at int, data []byte) {
	offset := len(w.b) - w.base
	w.b = append(w.b, data...)
	h := w.at(at)
	binary.LittleEndian.PutUint16(h, uint16(len(data)))
	binary.LittleEndian.PutUint16(h[2:], uint16(len(data)))
	binary.LittleEndian.PutUint32(h[4:], uint32(offset))
}
