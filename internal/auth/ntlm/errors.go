package ntlm

import (
	"errors"
	"fmt"
)

var (
	// ErrNeedMore says that the input ends before the structure does.
	ErrNeedMore = errors.New("ntlm: input ends too early")
	// ErrLimit says that a count or size exceeds a named maximum.
	ErrLimit = errors.New("ntlm: limit exceeded")
	// ErrInvalid says that a field has a value that cannot be used.
	ErrInvalid = errors.New("ntlm: invalid value")

	// ErrState says that the token came when none, or another one, was due.
	ErrState = errors.New("ntlm: token out of turn")
	// ErrDenied says that there is no such account or that the response is
	// wrong; which of the two it does not tell.
	ErrDenied = errors.New("ntlm: wrong user or password")
	// ErrNoUser is what a Lookup returns for an account that does not exist.
	ErrNoUser = errors.New("ntlm: no such user")
	// ErrVersion says that the peer answered with LM or NTLMv1, which is off.
	ErrVersion = errors.New("ntlm: the response is of a version that is off")
	// ErrAnonymous says that the peer asked for an anonymous session.
	ErrAnonymous = errors.New("ntlm: anonymous sessions are off")
	// ErrMIC says that the password is right but a message was changed on its way.
	ErrMIC = errors.New("ntlm: the messages were changed on their way")
	// ErrSkew says that the password is right but the peer's clock is not.
	ErrSkew = errors.New("ntlm: the peer's clock is too far off")

	// ErrSignature says that a message was changed, or came out of its order.
	ErrSignature = errors.New("ntlm: wrong signature")
	// ErrNoSecurity says that what is asked for was not negotiated.
	ErrNoSecurity = errors.New("ntlm: not negotiated")
)

// ParseError says which structure could not be parsed, and where.
type ParseError struct {
	Object string // the structure's name as in the specification
	Offset int    // offset in the parsed input, bytes
	Err    error
}

func (e *ParseError) Error() string {
	return fmt.Sprintf("ntlm: %s at offset %d: %v", e.Object, e.Offset, e.Err)
}

func (e *ParseError) Unwrap() error { return e.Err }
