package spnego

import (
	"errors"
	"fmt"
)

var (
	// ErrLimit says that a count or size exceeds a named maximum.
	ErrLimit = errors.New("spnego: limit exceeded")
	// ErrInvalid says that a field has a value that cannot be used.
	ErrInvalid = errors.New("spnego: invalid value")

	// ErrState says that the token came when none, or another one, was due.
	ErrState = errors.New("spnego: token out of turn")
	// ErrMechanism says that both have no mechanism in common.
	ErrMechanism = errors.New("spnego: no common mechanism")
	// ErrRejected says that the peer has ended the negotiation.
	ErrRejected = errors.New("spnego: rejected by the peer")
	// ErrMIC says that the list of mechanisms was changed on its way, or that
	// nothing proves that it was not.
	ErrMIC = errors.New("spnego: the list of mechanisms is not proved")
	// ErrNoMIC is what an Exchange returns that has no key to sign with.
	ErrNoMIC = errors.New("spnego: the mechanism does not sign")
)

// ParseError says which structure could not be parsed, and where.
type ParseError struct {
	Object string // the structure's name as in the specification
	Offset int    // offset in the parsed input, bytes
	Err    error
}

func (e *ParseError) Error() string {
	return fmt.Sprintf("spnego: %s at offset %d: %v", e.Object, e.Offset, e.Err)
}

func (e *ParseError) Unwrap() error { return e.Err }
