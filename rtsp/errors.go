package rtsp

import (
	"errors"
	"fmt"

	"caracal/internal/head"
)

var (
	// ErrNeedMore says that the input ends before the structure does.
	ErrNeedMore = errors.New("rtsp: input ends too early")
	// ErrLimit says that a count or size exceeds a named maximum.
	ErrLimit = errors.New("rtsp: limit exceeded")
	// ErrInvalid says that a field has a value that cannot be used.
	ErrInvalid = errors.New("rtsp: invalid value")
)

// ParseError says which structure could not be parsed, and where.
type ParseError struct {
	Object string // the structure's name as in the specification
	Offset int    // offset in the parsed input, bytes
	Err    error
}

func (e *ParseError) Error() string {
	return fmt.Sprintf("rtsp: %s at offset %d: %v", e.Object, e.Offset, e.Err)
}

func (e *ParseError) Unwrap() error { return e.Err }

// SyntaxError says that a message cannot be used. A server answers a request
// with Status. Without the size of the message the connection has to be closed
// then: what follows in the input has no meaning any more.
type SyntaxError struct {
	head.SyntaxError
	CSeq int64 // of the request, -1 if it is not known
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("rtsp: %s (answer %d)", e.Text, e.Status)
}

// withCSeq makes a *SyntaxError of what package head finds fault with.
func withCSeq(err error, cseq int64) error {
	if syntax := (*head.SyntaxError)(nil); errors.As(err, &syntax) {
		return &SyntaxError{*syntax, cseq}
	}
	return err
}
