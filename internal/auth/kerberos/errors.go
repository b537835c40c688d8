package kerberos

import (
	"errors"
	"fmt"
)

var (
	// ErrNeedMore says that the input ends before the structure does.
	ErrNeedMore = errors.New("kerberos: input ends too early")
	// ErrLimit says that a count or size exceeds a named maximum.
	ErrLimit = errors.New("kerberos: limit exceeded")
	// ErrInvalid says that a field has a value that cannot be used.
	ErrInvalid = errors.New("kerberos: invalid value")
	// ErrUnsupported says that the peer asks for what is not done here:
	// user-to-user, DCE style, an encryption type, other bindings of channels.
	ErrUnsupported = errors.New("kerberos: not supported")

	// ErrState says that the token came when none, or another one, was due.
	ErrState = errors.New("kerberos: token out of turn")
	// ErrNoKey says that the keytab has no key that opens the ticket.
	ErrNoKey = errors.New("kerberos: no key in the keytab opens the ticket")
	// ErrNoKeyOf says that the keytab has no key of a service that was named.
	ErrNoKeyOf = errors.New("kerberos: the keytab has no key")
	// ErrDenied says that the ticket does not prove what it comes with.
	ErrDenied = errors.New("kerberos: the ticket and its authenticator do not belong together")
	// ErrExpired and ErrNotYet say that the ticket is not for this time.
	ErrExpired = errors.New("kerberos: the ticket has expired")
	ErrNotYet  = errors.New("kerberos: the ticket is not valid yet")
	// ErrSkew says that the peer's clock is off.
	ErrSkew = errors.New("kerberos: the peer's clock is too far off")
	// ErrReplay says that the authenticator was seen before.
	ErrReplay = errors.New("kerberos: the authenticator was used before")
	// ErrBusy says that no more authenticators can be remembered now.
	ErrBusy = errors.New("kerberos: too many authenticators to remember")
	// ErrRealm says that the principal is of a realm that is not let in.
	ErrRealm = errors.New("kerberos: the principal's realm is not let in")
	// ErrName says that the principal's name is not one of an account.
	ErrName = errors.New("kerberos: the principal's name cannot be used")

	// ErrSignature says that a message was changed, or came out of its order.
	ErrSignature = errors.New("kerberos: wrong signature")
)

// ParseError says which structure could not be parsed, and where.
type ParseError struct {
	Object string // the structure's name as in the specification
	Offset int    // offset in the parsed input, bytes
	Err    error
}

func (e *ParseError) Error() string {
	return fmt.Sprintf("kerberos: %s at offset %d: %v", e.Object, e.Offset, e.Err)
}

func (e *ParseError) Unwrap() error { return e.Err }
