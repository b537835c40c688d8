// Package asf implements the Advanced Systems Format container (specification
// revision 01.20.05): header objects, data packets, payloads and indexes, a
// Reader for files as they are found in the wild, stream selection with
// thinning, and a Packetizer. It knows no network and uses only the standard
// library.
//
// All integers on the wire are little-endian. Presentation and send times in
// packets are milliseconds that include the file's preroll; times in header
// objects are in units of 100 ns unless a field says otherwise.
package asf

import (
	"errors"
	"fmt"
)

var (
	// ErrNotASF says that the input does not begin with a Header Object.
	ErrNotASF = errors.New("not an ASF file or stream")
	// ErrNeedMore says that the input ends before the structure does.
	ErrNeedMore = errors.New("input ends too early")
	// ErrLimit says that a count or size exceeds a named maximum.
	ErrLimit = errors.New("limit exceeded")
	// ErrInvalid says that a field has a value that cannot be used.
	ErrInvalid = errors.New("invalid value")
)

// ParseError says which object could not be parsed, and where.
type ParseError struct {
	Object string // name of the object as in the specification
	Offset int64  // offset in the parsed input, bytes
	Err    error
}

func (e *ParseError) Error() string {
	return fmt.Sprintf("asf: %s at offset %d: %v", e.Object, e.Offset, e.Err)
}

func (e *ParseError) Unwrap() error { return e.Err }
