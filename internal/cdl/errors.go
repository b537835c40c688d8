package cdl

import (
	"errors"
	"fmt"
)

var (
	// ErrNeedMore says that the input ends before the structure does.
	ErrNeedMore = errors.New("cdl: input ends too early")
	// ErrLimit says that a count or size exceeds a named maximum.
	ErrLimit = errors.New("cdl: limit exceeded")
	// ErrInvalid says that a field has a value that cannot be used.
	ErrInvalid = errors.New("cdl: invalid value")
)

// ParseError says which structure could not be parsed, and where.
type ParseError struct {
	Object string // the structure's name as in the specification
	Offset int    // offset in the parsed input, bytes
	Err    error
}

func (e *ParseError) Error() string {
	return fmt.Sprintf("cdl: %s at offset %d: %v", e.Object, e.Offset, e.Err)
}

func (e *ParseError) Unwrap() error { return e.Err }
