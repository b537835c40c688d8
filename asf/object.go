package asf

import "bytes"

// ObjectHeadSize is the length of an object's identifier and size fields.
const ObjectHeadSize = 24

// Object is anything with an object head: a GUID and a 64-bit size that counts
// the head. ASF specification 2.1.
type Object interface {
	ID() GUID
	Size() int              // bytes that Append adds, head included
	Append(b []byte) []byte // adds the object, head included
}

// RawObject is an object of unknown type, or one whose content could not be
// understood.
type RawObject struct {
	GUID GUID
	Data []byte // without the object head; aliases the parsed input
}

func (o *RawObject) ID() GUID  { return o.GUID }
func (o *RawObject) Size() int { return ObjectHeadSize + len(o.Data) }

func (o *RawObject) Append(b []byte) []byte {
	b, at := beginObject(b, o.GUID)
	b = append(b, o.Data...)
	return endObject(b, at)
}

// Verbatim is an object whose bytes differ from what its typed form writes:
// a lying count, bytes after the last field, a reserved field that is not
// there. It is written as it was found for as long as Typed is not changed.
type Verbatim struct {
	Typed Object

	raw       []byte // as parsed; aliases the input
	canonical []byte // what Typed wrote right after parsing
}

func (o *Verbatim) ID() GUID  { return o.Typed.ID() }
func (o *Verbatim) Size() int { return len(o.Append(nil)) }

func (o *Verbatim) Append(b []byte) []byte {
	return appendVerbatim(b, o.Typed.Append, o.raw, o.canonical)
}

// appendVerbatim adds raw if write still gives canonical, else what it gives.
func appendVerbatim(b []byte, write func([]byte) []byte, raw, canonical []byte) []byte {
	at := len(b)
	b = write(b)
	if bytes.Equal(b[at:], canonical) {
		return append(b[:at], raw...)
	}
	return b
}

// typedObject is what newObject gives: an Object that can fill itself.
type typedObject interface {
	Object
	parse(c *objectCursor)
}

// Typed takes an object out of its Verbatim wrapper, if it has one.
func Typed(o Object) Object {
	if v, ok := o.(*Verbatim); ok {
		return v.Typed
	}
	return o
}

// ParseObject reads any one object of a header, header extension or index. The
// int is the number of bytes consumed. An object that is not understood is a
// *RawObject; errors concern the object head only. Data aliases b.
func ParseObject(b []byte) (Object, int, error) {
	id, size, err := parseObjectHead(b)
	if err != nil {
		return nil, 0, err
	}
	if size > MaxIndexSize {
		return nil, 0, &ParseError{Object: "object", Err: ErrLimit}
	}
	if size > uint64(len(b)) {
		return nil, 0, &ParseError{Object: "object", Err: ErrNeedMore}
	}
	p := &objectParser{}
	return p.object(id, b[:size:size], 0, 0), int(size), nil
}

// parseObjectHead reads an object's identifier and size, and refuses a size
// that does not even cover the head.
func parseObjectHead(b []byte) (GUID, uint64, error) {
	if len(b) < ObjectHeadSize {
		return GUID{}, 0, &ParseError{Object: "object head", Err: ErrNeedMore}
	}
	size := le.Uint64(b[16:])
	if size < ObjectHeadSize {
		return GUID{}, 0, &ParseError{Object: "object head", Err: ErrInvalid}
	}
	return GUID(b[:16]), size, nil
}

// beginObject adds an object head whose size endObject fills in.
func beginObject(b []byte, id GUID) ([]byte, int) {
	at := len(b)
	b = append(b, id[:]...)
	return append(b, 0, 0, 0, 0, 0, 0, 0, 0), at
}

func endObject(b []byte, at int) []byte {
	le.PutUint64(b[at+16:], uint64(len(b)-at))
	return b
}
