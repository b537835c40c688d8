package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"caracal/internal/auth/kerberos"
	"caracal/internal/auth/negotiate"
	"caracal/internal/auth/ntlm"
)

// NewNegotiate returns the scheme for accounts, with NTLM inside and, if there is a
// service, Kerberos. It is none of connectionless protocols.
func NewNegotiate(a *Accounts, o NTLMOptions, k *kerberos.Service) Scheme {
	return &negotiateScheme{a, o, k}
}

type negotiateScheme struct {
	accounts *Accounts
	ntlm     NTLMOptions
	kerberos *kerberos.Service
}

func (*negotiateScheme) Name() string { return Negotiate }

func (s *negotiateScheme) Begin(p Peer) (Exchange, error) {
	if p.Datagram {
		return nil, ErrScheme
	}
	x := &negotiateExchange{inner: ntlmExchange{accounts: s.accounts, peer: p}}
	a, err := negotiate.NewAcceptor(negotiate.Options{Kerberos: s.kerberos, NTLM: &ntlm.AcceptorOptions{
		Lookup: x.lookup, Now: time.Now, Computer: s.ntlm.Computer, Domain: s.ntlm.Domain, AllowV1: s.ntlm.AllowV1,
	}})
	if err != nil {
		return nil, err
	}
	x.acceptor = a
	return x, nil
}

// negotiateExchange is a try by either mechanism.
type negotiateExchange struct {
	acceptor *negotiate.Acceptor
	inner    ntlmExchange // that of NTLM, if it is chosen
	failed   error        // of the store, or because it is not the peer's turn
	tried    string
	id       Identity
}

func (x *negotiateExchange) lookup(ctx context.Context, domain, user string) ([16]byte, error) {
	hash, err := x.inner.lookup(ctx, domain, user)
	if err != nil && !errors.Is(err, ntlm.ErrNoUser) {
		x.failed = err
	}
	return hash, err
}

func (x *negotiateExchange) Step(ctx context.Context, token []byte) (reply []byte, done bool, err error) {
	reply, done, err = x.acceptor.Step(ctx, token)
	switch {
	case x.failed != nil:
		return nil, false, x.failed
	case err != nil:
		return nil, false, negotiateError(err)
	case done:
		err = x.identify(ctx)
	}
	if err != nil {
		return nil, false, err
	}
	return reply, done, nil
}

// identify finds the account. The name of a principal has neither domain nor realm.
func (x *negotiateExchange) identify(ctx context.Context) (err error) {
	name := ""
	if k := x.acceptor.Kerberos(); k != nil {
		name = k.Identity().Account
		x.tried = name
		if err := x.inner.peer.turn(ctx, name); err != nil {
			return err
		}
	} else {
		x.inner.acceptor = x.acceptor.NTLM()
		name = x.inner.acceptor.Identity().User
	}
	x.id, err = x.inner.accounts.Identity(ctx, name, Negotiate)
	return err
}

// negotiateError is ntlmError for tokens of the negotiation and of Kerberos, which
// hold no password that could be tried.
func negotiateError(err error) error {
	if err = ntlmError(err); errors.Is(err, ErrDenied) || errors.Is(err, ErrMalformed) {
		return err
	}
	for _, why := range ticketErrors {
		if errors.Is(err, why) {
			return fmt.Errorf("%w: %w", ErrTicket, why)
		}
	}
	return fmt.Errorf("%w: %w", ErrMalformed, err)
}

// ticketErrors are those of tickets that somebody has to do something about.
var ticketErrors = []error{
	kerberos.ErrNoKey, kerberos.ErrDenied, kerberos.ErrExpired, kerberos.ErrNotYet, kerberos.ErrSkew,
	kerberos.ErrReplay, kerberos.ErrBusy, kerberos.ErrRealm, kerberos.ErrName,
}

func (x *negotiateExchange) Identity() Identity { return x.id }

// Tried is the account that the peer claimed to be.
func (x *negotiateExchange) Tried() string {
	if x.tried != "" {
		return x.tried
	}
	return x.inner.tried
}

func (x *negotiateExchange) Security() Security {
	if k := x.acceptor.Kerberos(); k != nil {
		return kerberosSecurity{k}
	}
	if x.inner.acceptor == nil {
		return nil
	}
	return x.inner.Security()
}

type kerberosSecurity struct{ a *kerberos.Acceptor }

func (k kerberosSecurity) SessionKey() []byte { return k.a.SessionKey().Value }

func (k kerberosSecurity) MIC(message []byte) ([]byte, error) { return k.a.Security().MIC(message) }

func (k kerberosSecurity) VerifyMIC(message, mic []byte) error {
	return k.a.Security().VerifyMIC(message, mic)
}

func (k kerberosSecurity) Wrap(message []byte) ([]byte, error) {
	return k.a.Security().Wrap(message, true)
}

// Unwrap takes only what is sealed.
func (k kerberosSecurity) Unwrap(token []byte) ([]byte, error) {
	message, sealed, err := k.a.Security().Unwrap(token)
	if err == nil && !sealed {
		return nil, kerberos.ErrSignature
	}
	return message, err
}
