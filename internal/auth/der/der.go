// Package der reads and writes the little of ASN.1's distinguished encoding
// (X.690) that authentication tokens need: elements of one tag byte and a
// definite length. What is read aliases the input.
package der

import "errors"

// Tags of universal types and of the two classes that tokens use.
const (
	Integer    = 0x02
	BitString  = 0x03
	Octets     = 0x04
	OID        = 0x06
	Enumerated = 0x0A
	Time       = 0x18 // GeneralizedTime
	General    = 0x1B // GeneralString
	Sequence   = 0x30

	application = 0x60
	context     = 0xA0
)

// Context is the tag of a constructed element [n], n below 31.
func Context(n int) byte { return context | byte(n) }

// Application is the tag of a constructed element [APPLICATION n], n below 31.
func Application(n int) byte { return application | byte(n) }

var (
	// ErrNeedMore says that the input ends before the element does.
	ErrNeedMore = errors.New("der: input ends too early")
	// ErrInvalid says that a tag or length is not one that is read here.
	ErrInvalid = errors.New("der: invalid element")
)

// Element is a tag and what it holds.
type Element struct {
	Tag  byte
	Body []byte
	Full []byte // with tag and length
}

// Read takes the element with which b begins. Lengths may have more bytes than
// they need, up to four: some peers write them so.
func Read(b []byte) (e Element, rest []byte, err error) {
	if len(b) < 2 {
		return e, nil, ErrNeedMore
	}
	if b[0]&0x1F == 0x1F {
		return e, nil, ErrInvalid
	}
	head, size := 2, int(b[1])
	if size >= 0x80 {
		head += size & 0x7F
		if head == 2 || head > 6 {
			return e, nil, ErrInvalid
		}
		if len(b) < head {
			return e, nil, ErrNeedMore
		}
		size = 0
		for _, c := range b[2:head] {
			size = size<<8 | int(c)
		}
	}
	if size < 0 || size > len(b)-head {
		return e, nil, ErrNeedMore
	}
	end := head + size
	return Element{Tag: b[0], Body: b[head:end:end], Full: b[:end:end]}, b[end:], nil
}

// Expect takes an element of a tag.
func Expect(b []byte, tag byte) (body, rest []byte, err error) {
	e, rest, err := Read(b)
	if err == nil && e.Tag != tag {
		err = ErrInvalid
	}
	if err != nil {
		return nil, nil, err
	}
	return e.Body, rest, nil
}

// Only takes an element of a tag with nothing behind it.
func Only(b []byte, tag byte) ([]byte, error) {
	body, rest, err := Expect(b, tag)
	if err == nil && len(rest) > 0 {
		err = ErrInvalid
	}
	return body, err
}

// Fields takes the elements [0] to [n-1] of a sequence's body, each at most once
// and in their order; those that are missing are nil. What comes behind [n-1]
// is left alone, for extensions.
func Fields(body []byte, n int) ([][]byte, error) {
	fields := make([][]byte, n)
	for next := 0; len(body) > 0; {
		e, rest, err := Read(body)
		if err != nil {
			return nil, err
		}
		at := int(e.Tag) - context
		if at < next || at >= 31 {
			return nil, ErrInvalid
		}
		if at < n {
			fields[at] = e.Body
		}
		next, body = at+1, rest
	}
	return fields, nil
}

// Append adds an element whose body is the parts, one after the other.
func Append(b []byte, tag byte, parts ...[]byte) []byte {
	size := 0
	for _, p := range parts {
		size += len(p)
	}
	b = append(b, tag)
	switch {
	case size < 0x80:
		b = append(b, byte(size))
	case size < 1<<8:
		b = append(b, 0x81, byte(size))
	case size < 1<<16:
		b = append(b, 0x82, byte(size>>8), byte(size))
	case size < 1<<24:
		b = append(b, 0x83, byte(size>>16), byte(size>>8), byte(size))
	default:
		b = append(b, 0x84, byte(size>>24), byte(size>>16), byte(size>>8), byte(size))
	}
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

// Make is Append to nothing.
func Make(tag byte, parts ...[]byte) []byte { return Append(nil, tag, parts...) }

// Int is an INTEGER.
func Int(n int64) []byte {
	b := []byte{byte(n)}
	for n > 127 || n < -128 {
		n >>= 8
		b = append([]byte{byte(n)}, b...)
	}
	return Make(Integer, b)
}
