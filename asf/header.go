package asf

import (
	"bytes"
	"iter"
)

// HeaderHeadSize is the length of the Header Object without the objects in it,
// bytes.
const HeaderHeadSize = 30

// Header is the Header Object, which every ASF file and stream begins with.
// ASF specification 3.1.
//
// A parsed Header is written byte for byte as it was found; what has been
// changed is written in canonical form.
type Header struct {
	Reserved1, Reserved2 byte // 1 and 2
	Objects              []Object

	raw, canonical []byte // set if the two differ, see Verbatim
	malformed      []*ParseError
}

// ParseHeader reads a Header Object; the int is the number of bytes consumed.
// The error wraps ErrNotASF, ErrNeedMore or ErrLimit. Objects that are not
// understood become RawObjects, see Malformed. The result aliases b.
func ParseHeader(b []byte) (*Header, int, error) {
	size, err := HeaderSize(b)
	if err != nil {
		return nil, 0, err
	}
	if size > len(b) {
		return nil, 0, &ParseError{Object: "Header", Offset: int64(len(b)), Err: ErrNeedMore}
	}
	b = b[:size:size]
	h := &Header{Reserved1: b[28], Reserved2: b[29]}
	p := &objectParser{}
	h.Objects = p.objects(b[HeaderHeadSize:], HeaderHeadSize, 0)
	h.malformed = p.malformed
	if canonical := h.appendCanonical(make([]byte, 0, size)); !bytes.Equal(canonical, b) {
		h.raw, h.canonical = b, canonical
	}
	return h, size, nil
}

// HeaderSize reads the size of the Header Object that b begins with, bytes. It
// needs HeaderHeadSize bytes of it.
func HeaderSize(b []byte) (int, error) {
	if len(b) < len(IDHeader) {
		if !bytes.HasPrefix(IDHeader[:], b) {
			return 0, &ParseError{Object: "Header", Err: ErrNotASF}
		}
		return 0, &ParseError{Object: "Header", Offset: int64(len(b)), Err: ErrNeedMore}
	}
	if GUID(b[:16]) != IDHeader {
		return 0, &ParseError{Object: "Header", Err: ErrNotASF}
	}
	if len(b) < HeaderHeadSize {
		return 0, &ParseError{Object: "Header", Offset: int64(len(b)), Err: ErrNeedMore}
	}
	size := le.Uint64(b[16:])
	if size < HeaderHeadSize {
		return 0, &ParseError{Object: "Header", Offset: 16, Err: ErrInvalid}
	}
	if size > MaxHeaderSize {
		return 0, &ParseError{Object: "Header", Offset: 16, Err: ErrLimit}
	}
	return int(size), nil
}

// Size is the number of bytes that Append adds.
func (h *Header) Size() int {
	if h.raw != nil {
		return len(h.Append(nil))
	}
	n := HeaderHeadSize
	for _, o := range h.Objects {
		n += o.Size()
	}
	return n
}

// Append adds the Header Object.
func (h *Header) Append(b []byte) []byte {
	if h.raw != nil {
		return appendVerbatim(b, h.appendCanonical, h.raw, h.canonical)
	}
	return h.appendCanonical(b)
}

func (h *Header) appendCanonical(b []byte) []byte {
	b, at := beginObject(b, IDHeader)
	b = le.AppendUint32(b, uint32(len(h.Objects)))
	b = append(b, h.Reserved1, h.Reserved2)
	for _, o := range h.Objects {
		b = o.Append(b)
	}
	return endObject(b, at)
}

// Malformed lists the objects that were kept as bytes because their content
// makes no sense, with offsets in the input of ParseHeader.
func (h *Header) Malformed() []*ParseError { return h.malformed }

// All gives every object out of its Verbatim wrapper: those of the header,
// each followed by the objects nested in it.
func (h *Header) All() iter.Seq[Object] {
	return func(yield func(Object) bool) {
		for _, o := range h.Objects {
			if !walkObject(Typed(o), yield) {
				return
			}
		}
	}
}

func walkObject(o Object, yield func(Object) bool) bool {
	if !yield(o) {
		return false
	}
	switch o := o.(type) {
	case *HeaderExtension:
		for _, inner := range o.Objects {
			if !walkObject(Typed(inner), yield) {
				return false
			}
		}
	case *ExtendedStreamProperties:
		if o.Stream != nil {
			return yield(o.Stream)
		}
	}
	return true
}

// Find gives the first object of type T, such as *CodecList, at any depth.
func Find[T Object](h *Header) (T, bool) {
	for o := range h.All() {
		if t, ok := o.(T); ok {
			return t, true
		}
	}
	var none T
	return none, false
}

// FindAll gives all objects of type T, at any depth, in order.
func FindAll[T Object](h *Header) []T {
	var list []T
	for o := range h.All() {
		if t, ok := o.(T); ok {
			list = append(list, t)
		}
	}
	return list
}
