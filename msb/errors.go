package msb

import (
	"errors"
	"fmt"
)

var (
	// ErrNeedMore says that the input ends before the structure does.
	ErrNeedMore = errors.New("msb: input ends too early")
	// ErrLimit says that a count or size exceeds a named maximum.
	ErrLimit = errors.New("msb: limit exceeded")
	// ErrInvalid says that a field has a value that cannot be used.
	ErrInvalid = errors.New("msb: invalid value")
	// ErrChecksum says that an encoded value of an .nsc file is damaged.
	ErrChecksum = errors.New("msb: wrong checksum")
	// ErrOpaque says that an ASF packet has opaque data, which on this wire is
	// what tells parity: it is to be left out.
	ErrOpaque = errors.New("msb: packet of opaque data")
	// ErrNotStation says that a file is no .nsc file.
	ErrNotStation = errors.New("msb: not an .nsc file")
)

// ParseError says which structure could not be parsed, and where.
type ParseError struct {
	Object string // the structure's name as in the specification, or the property's
	Offset int    // offset in the structure, bytes; in an .nsc file the line, from 1
	Err    error
}

func (e *ParseError) Error() string {
	return fmt.Sprintf("msb: %s at offset %d: %v", e.Object, e.Offset, e.Err)
}

func (e *ParseError) Unwrap() error { return e.Err }
