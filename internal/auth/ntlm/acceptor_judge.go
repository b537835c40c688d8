package ntlm

import (
	"bytes"
	"context"
	"crypto/subtle"
	"fmt"
)

// judge takes AUTHENTICATE, [MS-NLMP] 3.2.5.1.2 and 3.2.5.2.2.
func (a *Acceptor) judge(ctx context.Context, token []byte) error {
	m, err := ParseAuthenticate(token)
	if err != nil {
		return err
	}
	flags := a.flags
	if m.HasFlags() {
		flags &= m.Flags
		if flags&(FlagUnicode|FlagOEM) == 0 {
			flags |= a.flags & (FlagUnicode | FlagOEM)
		}
	}
	if a.o.Datagram && m.HasFlags() && !flags.Has(FlagKeyExchange|FlagDatagram) {
		return &ParseError{authenticateObject, 60, ErrInvalid}
	}
	id, err := a.names(flags, m)
	if err != nil {
		return err
	}
	p, err := a.prove(ctx, flags, m, id)
	if err != nil {
		return err
	}
	key, err := sessionKey(flags, p.base, m.SessionKey)
	if err != nil {
		return err
	}
	if err := a.untouched(token, m, key, p.pairs); err != nil {
		return err
	}
	if err := a.timely(p); err != nil {
		return err
	}
	a.finish(flags, key, m.revision(), p.method, id)
	return nil
}

// names decodes what the peer calls itself.
func (a *Acceptor) names(f Flags, m Authenticate) (Identity, error) {
	var id Identity
	for _, n := range []struct {
		to  *string
		b   []byte
		off int
	}{{&id.Domain, m.Domain, 28}, {&id.User, m.User, 36}, {&id.Workstation, m.Workstation, 44}} {
		text, err := a.o.CodePage.Text(f, n.b)
		if err != nil {
			return id, &ParseError{authenticateObject, n.off, err}
		}
		*n.to = text
	}
	return id, nil
}

// sessionKey is ExportedSessionKey. Who agreed to a key exchange has to send a key.
func sessionKey(f Flags, base Key, sent []byte) (Key, error) {
	if !f.Has(FlagKeyExchange) {
		return base, nil
	}
	if len(sent) != len(base) {
		return Key{}, &ParseError{authenticateObject, 52, ErrInvalid}
	}
	return Key(exchange(base, [16]byte(sent))), nil
}

// untouched verifies the MIC if the pairs promise one, which the response
// proves, and any other that is not zero.
func (a *Acceptor) untouched(token []byte, m Authenticate, key Key, pairs Pairs) error {
	promised := pairs.Flags()&pairFlagMIC != 0
	switch {
	case !m.HasMIC() && promised:
		return ErrMIC
	case !m.HasMIC(), !promised && m.MIC == [micSize]byte{}:
		return nil
	}
	want := messageMIC(key, a.negotiate, a.challenge, token)
	if subtle.ConstantTimeCompare(want[:], m.MIC[:]) != 1 {
		return ErrMIC
	}
	a.micSeen = true
	return nil
}

// messageMIC is the MIC of [MS-NLMP] 3.1.5.1.2; in datagram mode negotiate is
// empty.
func messageMIC(key Key, negotiate, challenge, authenticate []byte) [micSize]byte {
	zeroed := bytes.Clone(authenticate)
	clear(zeroed[micOffset : micOffset+micSize])
	return hmacMD5(key[:], negotiate, challenge, zeroed)
}

func (a *Acceptor) timely(p proof) error {
	if p.method != NTLMv2 || a.o.MaxSkew < 0 {
		return nil
	}
	if now := NewFileTime(a.o.Now()); p.time.apart(now, a.o.MaxSkew) {
		return fmt.Errorf("%w: more than %v", ErrSkew, a.o.MaxSkew)
	}
	return nil
}

func (a *Acceptor) finish(f Flags, key Key, revision uint8, m Method, id Identity) {
	a.key = key
	if m == NullSession {
		a.identity = Identity{Workstation: id.Workstation, Method: m, Anonymous: true}
		return
	}
	id.Method = m
	a.identity = id
	a.security = newSecurity(f, key, revision, true, a.o.Datagram)
}
