// Package ber reads and writes the little of ASN.1's basic encoding (X.690) that
// authentication tokens, T.125 and LDAP need: elements of one or two tag octets and
// a definite length, in the shortest form, which makes them distinguished too. What
// is read aliases the input.
package ber

import "errors"

// Tag is the identifier as it is on the wire: one octet, or two for numbers of 31 to 127.
type Tag uint16

// Tags of universal types, and the classes that are read here.
const (
	Boolean    = 0x01
	Integer    = 0x02
	BitString  = 0x03
	Octets     = 0x04
	OID        = 0x06
	Enumerated = 0x0A
	Time       = 0x18 // GeneralizedTime
	General    = 0x1B // GeneralString
	Sequence   = 0x30

	application = 0x60 // constructed
	context     = 0xA0 // constructed
	long        = 0x1F // the number is in the next octet
)

// Context is the tag of a constructed element [n], n below 31.
func Context(n int) Tag { return context | Tag(n) }

// Application is the tag of a constructed element [APPLICATION n], n below 128.
func Application(n int) Tag {
	if n < long {
		return application | Tag(n)
	}
	return (application|long)<<8 | Tag(n)
}

var (
	// ErrNeedMore says that the input ends before the element does.
	ErrNeedMore = errors.New("ber: input ends too early")
	// ErrInvalid says that a tag or length is not one that is read here.
	ErrInvalid = errors.New("ber: invalid element")
)

// Element is a tag and what it holds.
type Element struct {
	Tag  Tag
	Body []byte
	Full []byte // with tag and length
}

// Read takes the element with which b begins. Lengths may have more bytes than
// they need, up to four: some peers write them so.
func Read(b []byte) (e Element, rest []byte, err error) {
	tag, at, err := readTag(b)
	if err != nil {
		return e, nil, err
	}
	head, size := at+1, int(b[at])
	if size >= 0x80 {
		head += size & 0x7F
		if head == at+1 || head > at+5 {
			return e, nil, ErrInvalid
		}
		if len(b) < head {
			return e, nil, ErrNeedMore
		}
		size = 0
		for _, c := range b[at+1 : head] {
			size = size<<8 | int(c)
		}
	}
	if size < 0 || size > len(b)-head {
		return e, nil, ErrNeedMore
	}
	end := head + size
	return Element{Tag: tag, Body: b[head:end:end], Full: b[:end:end]}, b[end:], nil
}

// readTag takes the identifier; at is where the length begins, which is there.
func readTag(b []byte) (tag Tag, at int, err error) {
	switch {
	case len(b) < 2:
		return 0, 0, ErrNeedMore
	case b[0]&long != long:
		return Tag(b[0]), 1, nil
	case b[1] < long || b[1] >= 0x80:
		return 0, 0, ErrInvalid
	case len(b) < 3:
		return 0, 0, ErrNeedMore
	}
	return Tag(b[0])<<8 | Tag(b[1]), 2, nil
}

// Expect takes an element of a tag.
func Expect(b []byte, tag Tag) (body, rest []byte, err error) {
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
func Only(b []byte, tag Tag) ([]byte, error) {
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
func Append(b []byte, tag Tag, parts ...[]byte) []byte {
	size := 0
	for _, p := range parts {
		size += len(p)
	}
	if tag > 0xFF {
		b = append(b, byte(tag>>8))
	}
	b = append(b, byte(tag))
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
func Make(tag Tag, parts ...[]byte) []byte { return Append(nil, tag, parts...) }

// Int is an INTEGER.
func Int(n int64) []byte {
	b := []byte{byte(n)}
	for n > 127 || n < -128 {
		n >>= 8
		b = append([]byte{byte(n)}, b...)
	}
	return Make(Integer, b)
}

// Whole is an INTEGER or ENUMERATED of at most eight octets.
func Whole(b []byte) (int64, error) {
	if len(b) == 0 || len(b) > 8 {
		return 0, ErrInvalid
	}
	n := int64(int8(b[0]))
	for _, c := range b[1:] {
		n = n<<8 | int64(c)
	}
	return n, nil
}
