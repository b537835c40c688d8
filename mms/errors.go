package mms

import (
	"errors"
	"fmt"
)

var (
	// ErrNeedMore says that the input ends before the structure does.
	ErrNeedMore = errors.New("mms: input ends too early")
	// ErrLimit says that a count or size exceeds a named maximum.
	ErrLimit = errors.New("mms: limit exceeded")
	// ErrInvalid says that a field has a value that cannot be used.
	ErrInvalid = errors.New("mms: invalid value")
)

// ParseError says which structure could not be parsed, and where.
type ParseError struct {
	Object string // the structure's name as in the specification
	Offset int    // offset in the structure, bytes
	Err    error
}

func (e *ParseError) Error() string {
	return fmt.Sprintf("mms: %s at offset %d: %v", e.Object, e.Offset, e.Err)
}

func (e *ParseError) Unwrap() error { return e.Err }
