package kerberos

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Acceptor is the server's role for one peer and one try, RFC 4121 4.1. It
// belongs to one goroutine at a time.
type Acceptor struct {
	s     *Service
	ended bool

	identity Identity
	key      Key
	security *Security
}

// Identity is who a peer has proved to be.
type Identity struct {
	Account   string // the principal's name without its realm
	Principal Principal
	Service   Principal // whom the peer's ticket is for, as the peer says; nothing proves it
	Ends      time.Time // when the ticket does
	Type      EncType   // of the session's key
	Flags     Flags     // what the peer asked for
}

// Step takes the peer's one token and returns the one to send, which there is if
// the peer asked for mutual authentication.
//
// Errors are *ParseError or the package's Err values. To the peer all of them
// are one refusal.
func (a *Acceptor) Step(_ context.Context, token []byte) (reply []byte, done bool, err error) {
	if a.ended {
		return nil, false, ErrState
	}
	a.ended = true
	oid, kind, message, err := unframe(token, MaxToken)
	if err != nil {
		return nil, false, err
	}
	if kind != tokenRequest {
		return nil, false, ErrState
	}
	reply, err = a.judge(oid, message)
	return reply, err == nil, err
}

// Identity is who the peer is, the zero value before Step said done.
func (a *Acceptor) Identity() Identity { return a.identity }

// SessionKey is the key that both have agreed upon, zero before Step said done.
func (a *Acceptor) SessionKey() Key { return a.key.clone() }

// Security protects what is said next, nil before Step said done.
func (a *Acceptor) Security() *Security { return a.security }

// String shows no secret.
func (a Acceptor) String() string {
	return fmt.Sprintf("kerberos.Acceptor(%s)", strings.Join(a.s.o.Realms, " "))
}

// Format is String for every verb.
func (a Acceptor) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, a.String()) }

// judge takes an AP-REQ, RFC 4120 3.2.3.
func (a *Acceptor) judge(oid string, message []byte) ([]byte, error) {
	r, err := parseRequest(message)
	if err != nil {
		return nil, err
	}
	t, err := a.openTicket(r)
	if err != nil {
		return nil, err
	}
	plain, err := t.key.decrypt(r.authenticator.cipher, usageAuthenticator)
	if err != nil || r.authenticator.etype != t.key.Type {
		return nil, ErrDenied
	}
	auth, err := parseAuthenticator(plain)
	if err != nil {
		return nil, err
	}
	account, err := a.match(t, auth)
	if err != nil {
		return nil, err
	}
	if err := a.s.seen.add(a.s.o.Now(), t.client.String(), r.authenticator.cipher); err != nil {
		return nil, err
	}
	reply, err := a.agree(oid, r, t, auth)
	if err != nil {
		a.key, a.security = Key{}, nil
		return nil, err
	}
	a.identity = Identity{account, t.client, r.service, t.end, a.key.Type, auth.flags}
	return reply, nil
}

// openTicket tries the keys of the keytab.
func (a *Acceptor) openTicket(r request) (ticket, error) {
	for _, key := range a.s.keys(r.service, r.version, r.ticket.etype) {
		if plain, err := key.decrypt(r.ticket.cipher, usageTicket); err == nil {
			return parseTicket(plain)
		}
	}
	return ticket{}, ErrNoKey
}

// match says whose ticket and authenticator these are, if they are one's and of
// this time.
func (a *Acceptor) match(t ticket, auth authenticator) (account string, err error) {
	now, skew := a.s.o.Now(), a.s.o.MaxSkew
	at := auth.time.Add(time.Duration(auth.usec) * time.Microsecond)
	switch {
	case !t.client.equal(auth.client):
		return "", ErrDenied
	case t.invalid, t.start.Sub(now) > skew:
		return "", ErrNotYet
	case now.Sub(t.end) > skew:
		return "", ErrExpired
	case now.Sub(at) > skew, at.Sub(now) > skew:
		return "", ErrSkew
	case t.unchecked:
		return "", ErrRealm
	case auth.flags.Has(FlagDCE):
		return "", ErrUnsupported
	}
	return a.s.account(t.client)
}

// agree settles key and numbers, and answers if that is asked for. With AES the
// answer brings a key of ours; RC4's tokens know none, as in Windows and MIT's.
func (a *Acceptor) agree(oid string, r request, t ticket, auth authenticator) ([]byte, error) {
	base := t.key
	if auth.subkey != nil {
		base = *auth.subkey
	}
	a.key = base.clone()
	s := Security{in: uint64(auth.seq), out: uint64(auth.seq), key: a.key}
	a.security = &s
	if !r.mutual && !auth.flags.Has(FlagMutual) {
		return nil, nil
	}
	p := replyPart{time: auth.time, usec: auth.usec}
	var random [4]byte
	if _, err := io.ReadFull(a.s.o.Rand, random[:]); err != nil {
		return nil, fmt.Errorf("kerberos: random bytes: %w", err)
	}
	random[0] &= 0x3F // old readers take the number as signed
	p.seq = beUint32(random[:])
	if base.Type != RC4 {
		p.subkey = &Key{base.Type, make([]byte, len(base.Value))}
		if _, err := io.ReadFull(a.s.o.Rand, p.subkey.Value); err != nil {
			return nil, fmt.Errorf("kerberos: random bytes: %w", err)
		}
		a.key = p.subkey.clone()
		s.key, s.acceptorKey = a.key, true
	}
	s.out = uint64(p.seq)
	reply, err := p.seal(t.key)
	if err != nil {
		return nil, err
	}
	return frame(oid, tokenReply, slices.Clip(reply)), nil
}
