package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"caracal/internal/auth/ntlm"
)

// NTLMOptions say who the server is to NTLM.
type NTLMOptions struct {
	Computer string // NetBIOS name
	Domain   string // Computer without it
	AllowV1  bool   // LM and NTLMv1 too, which can be broken by who overhears them
}

// NewNTLM returns the scheme for accounts, over connections and, for a Peer that is
// connectionless, over datagrams.
func NewNTLM(a *Accounts, o NTLMOptions) Scheme { return &ntlmScheme{a, o} }

type ntlmScheme struct {
	accounts *Accounts
	o        NTLMOptions
}

func (*ntlmScheme) Name() string { return NTLM }

func (s *ntlmScheme) Begin(p Peer) (Exchange, error) {
	x := &ntlmExchange{accounts: s.accounts, peer: p}
	a, err := ntlm.NewAcceptor(ntlm.AcceptorOptions{
		Lookup: x.lookup, Now: time.Now, Computer: s.o.Computer, Domain: s.o.Domain, AllowV1: s.o.AllowV1, Datagram: p.Datagram,
	})
	if err != nil {
		return nil, err
	}
	x.acceptor = a
	return x, nil
}

// ntlmExchange is a try by NTLM. The domain that a peer names says nothing: an
// account is that of whatever DOMAIN\name.
type ntlmExchange struct {
	accounts *Accounts
	acceptor *ntlm.Acceptor
	peer     Peer
	tried    string
	id       Identity
}

func (x *ntlmExchange) lookup(ctx context.Context, _, user string) ([16]byte, error) {
	x.tried = accountName(user)
	if err := x.peer.turn(ctx, x.tried); err != nil {
		return [16]byte{}, err
	}
	hash, err := x.accounts.NTHash(ctx, user)
	if errors.Is(err, ErrDenied) {
		err = ntlm.ErrNoUser
	}
	return hash, err
}

func (x *ntlmExchange) Step(ctx context.Context, token []byte) (reply []byte, done bool, err error) {
	reply, done, err = x.acceptor.Step(ctx, token)
	if err == nil && done {
		x.id, err = x.accounts.Identity(ctx, x.acceptor.Identity().User, NTLM)
	}
	if err != nil {
		return nil, false, ntlmError(err)
	}
	return reply, done, nil
}

// ntlmError says which of a failure's kinds it is: a wrong password, or messages
// that it cannot be told from.
func ntlmError(err error) error {
	parse := (*ntlm.ParseError)(nil)
	switch {
	case errors.Is(err, ErrDenied):
		return err
	case errors.Is(err, ntlm.ErrDenied), errors.Is(err, ntlm.ErrMIC):
		return fmt.Errorf("%w: %w", ErrDenied, err)
	case errors.As(err, &parse), errors.Is(err, ntlm.ErrState), errors.Is(err, ntlm.ErrVersion),
		errors.Is(err, ntlm.ErrAnonymous), errors.Is(err, ntlm.ErrSkew):
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return err
}

func (x *ntlmExchange) Identity() Identity { return x.id }

// Tried is the account that the peer claimed to be.
func (x *ntlmExchange) Tried() string { return x.tried }

func (x *ntlmExchange) Security() Security {
	s := x.acceptor.Security()
	switch {
	case s == nil:
		return nil
	case x.peer.Datagram:
		return ntlmNumbered{ntlmSecurity{s, x.acceptor.SessionKey()}}
	}
	return ntlmSecurity{s, x.acceptor.SessionKey()}
}

// ntlmSecurity puts signatures before what they sign, as SASL has them.
type ntlmSecurity struct {
	s   *ntlm.Security
	key ntlm.Key
}

func (n ntlmSecurity) SessionKey() []byte { return n.key[:] }

func (n ntlmSecurity) MIC(message []byte) ([]byte, error) {
	sig, err := n.s.MIC(message)
	return sig[:], err
}

func (n ntlmSecurity) VerifyMIC(message, mic []byte) error { return n.s.VerifyMIC(message, mic) }

func (n ntlmSecurity) Wrap(message []byte) ([]byte, error) {
	sealed, sig, err := n.s.Wrap(message)
	if err != nil {
		return nil, err
	}
	return append(sig[:], sealed...), nil
}

func (n ntlmSecurity) Unwrap(token []byte) ([]byte, error) {
	size := len(ntlm.Signature{})
	if len(token) < size {
		return nil, ErrMalformed
	}
	return n.s.Unwrap(token[size:], token[:size])
}

// ntlmNumbered is that of datagrams.
type ntlmNumbered struct{ ntlmSecurity }

func (n ntlmNumbered) MICAt(seq uint32, message []byte) ([]byte, error) {
	sig, err := n.s.MICAt(seq, message)
	return sig[:], err
}

func (n ntlmNumbered) VerifyMICAt(seq uint32, message, mic []byte) error {
	return n.s.VerifyMICAt(seq, message, mic)
}
