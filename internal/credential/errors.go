package credential

import (
	"errors"
	"fmt"
)

// Why a server is not logged in to.
var (
	// ErrRefused says that the server has refused the user or the password.
	ErrRefused = errors.New("the user or the password is wrong, or the user may not do this")
	// ErrHeld says that nothing was sent: the server has refused it not long ago.
	ErrHeld = errors.New("the user or the password was refused before and is not sent again for now")
	// ErrScheme says that the server knows no scheme that a Client does.
	ErrScheme = errors.New("it offers no scheme that is known here")
	// ErrLimit says that a server asks again and again.
	ErrLimit = errors.New("it asks again and again")
	// ErrOrigin says that no server is meant by an origin in a Book.
	ErrOrigin = errors.New("credential: an origin is a host, host:port or URL such as https://host, without a path")
)

// Error is why a server, or a proxy, is not logged in to. It has no secret.
type Error struct {
	Address string // host:port
	User    string
	Err     error
}

func (e *Error) Error() string { return fmt.Sprintf("login of %q at %s: %v", e.User, e.Address, e.Err) }

// Unwrap makes it one of the errors of this package.
func (e *Error) Unwrap() error { return e.Err }
