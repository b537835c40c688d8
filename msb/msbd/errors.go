package msbd

import (
	"errors"
	"fmt"
)

var (
	// ErrNeedMore says that the input ends before the structure does.
	ErrNeedMore = errors.New("msbd: input ends too early")
	// ErrLimit says that a count or size exceeds a named maximum.
	ErrLimit = errors.New("msbd: limit exceeded")
	// ErrInvalid says that a field has a value that cannot be used.
	ErrInvalid = errors.New("msbd: invalid value")
)

// ParseError says which structure could not be parsed, and where.
type ParseError struct {
	Object string // the field's or structure's name as in the specification
	Offset int    // offset in the message, bytes
	Err    error
}

func (e *ParseError) Error() string {
	return fmt.Sprintf("msbd: %s at offset %d: %v", e.Object, e.Offset, e.Err)
}

func (e *ParseError) Unwrap() error { return e.Err }
