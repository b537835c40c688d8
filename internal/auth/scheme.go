package auth

import (
	"context"
	"errors"
)

// The errors of an Exchange. To the peer all are one refusal.
var (
	// ErrDenied says that the name or what proves it is wrong; which it does not tell.
	ErrDenied = errors.New("auth: wrong name or password")
	// ErrMalformed says that a token cannot be read.
	ErrMalformed = errors.New("auth: malformed token")
	// ErrTicket says why a ticket is not taken, which proves nothing about a password.
	ErrTicket = errors.New("auth: the ticket is not taken")
	// ErrSlow says that nothing was looked at: there have been too many wrong passwords.
	ErrSlow = errors.New("auth: too many wrong passwords, try again later")
	// ErrScheme says that a scheme is not there, or not offered for this.
	ErrScheme = errors.New("auth: no such scheme here")
)

// Scheme proves identities by tokens that go to and fro, such as NTLM and Negotiate.
type Scheme interface {
	Name() string // in headers
	// Begin starts a try of a peer. The Exchange is of that peer's connection.
	Begin(p Peer) (Exchange, error)
}

// Peer is what a Scheme needs to know of who tries.
type Peer struct {
	Ask      Ask
	Realm    string
	Datagram bool // connectionless: SIP

	// Turn waits until the peer may try an account, or says ErrSlow. A Scheme calls it
	// once for each try, when it knows the account and has looked at nothing else of
	// it yet. Nobody waits without it.
	Turn func(ctx context.Context, account string) error
}

// turn is Turn, if there is one.
func (p Peer) turn(ctx context.Context, account string) error {
	if p.Turn == nil {
		return nil
	}
	return p.Turn(ctx, account)
}

// Exchange is one try of one peer. It belongs to one goroutine at a time.
type Exchange interface {
	// Step takes a token of the peer, and returns the one to send, if there is one.
	// After done, which may have a last token to send, Identity is who the peer
	// is. After an error each further Step fails.
	Step(ctx context.Context, token []byte) (reply []byte, done bool, err error)
	// Identity is nobody before Step said done.
	Identity() Identity
	// Security protects what is said next: nil before Step said done, and if the
	// scheme has nothing of the kind.
	Security() Security
}

// Security protects messages by the key that both sides have now: for SIP, LDAP
// and RPC. It belongs to one goroutine at a time.
type Security interface {
	SessionKey() []byte
	// MIC is GSS_GetMIC, and VerifyMIC its counterpart, in the order of sending.
	MIC(message []byte) ([]byte, error)
	VerifyMIC(message, mic []byte) error
	// Wrap is GSS_Wrap with encryption, the token as it goes over the wire.
	Wrap(message []byte) ([]byte, error)
	Unwrap(token []byte) ([]byte, error)
}

// Numbered is a Security of a connectionless Exchange: messages have numbers, and
// come in any order.
type Numbered interface {
	MICAt(seq uint32, message []byte) ([]byte, error)
	VerifyMICAt(seq uint32, message, mic []byte) error
}
