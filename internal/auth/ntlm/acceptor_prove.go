package ntlm

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
)

// A proof is what the right response leaves behind.
type proof struct {
	method Method
	base   Key   // KeyExchangeKey
	pairs  Pairs // of NTLMv2
	time   FileTime
}

// prove finds out what kind of response came and checks it.
func (a *Acceptor) prove(ctx context.Context, f Flags, m Authenticate, id Identity) (proof, error) {
	switch {
	case id.User == "" && len(m.NT) == 0 && (len(m.LM) == 0 || len(m.LM) == 1 && m.LM[0] == 0):
		if !a.o.AllowAnonymous {
			return proof{}, ErrAnonymous
		}
		return proof{method: NullSession}, nil // the key is zero
	case id.User == "":
		return proof{}, ErrDenied
	case len(m.NT) > shortResponseSize:
		return a.prove2(ctx, m, id)
	case !a.o.AllowV1:
		return proof{}, ErrVersion
	}
	return a.prove1(ctx, f, m, id)
}

// account is what an attempt is checked against. One that does not exist gets a
// hash of zeroes, so that it costs the same, and known stays 0.
type account struct {
	nt, lm       Hash
	known, hasLM int // 1 or 0
}

func (a *Acceptor) account(ctx context.Context, id Identity, withLM bool) (account, error) {
	var c account
	nt, err := a.o.Lookup(ctx, id.Domain, id.User)
	switch {
	case err == nil:
		c.nt, c.known = nt, 1
	case !errors.Is(err, ErrNoUser):
		return c, fmt.Errorf("ntlm: looking the account up: %w", err)
	}
	if !withLM || a.o.LookupLM == nil {
		return c, nil
	}
	lm, err := a.o.LookupLM(ctx, id.Domain, id.User)
	switch {
	case err == nil:
		c.lm, c.hasLM = lm, c.known
	case !errors.Is(err, ErrNoUser):
		return c, fmt.Errorf("ntlm: looking the account up: %w", err)
	}
	return c, nil
}

// prove2 checks an NTLMv2 response, with the domain that was sent and, as
// [MS-NLMP] 3.2.5.1.2 asks for, with none. Both are always computed.
func (a *Acceptor) prove2(ctx context.Context, m Authenticate, id Identity) (proof, error) {
	r, err := ParseResponse2(m.NT)
	if err != nil {
		return proof{}, err
	}
	c, err := a.account(ctx, id, false)
	if err != nil {
		return proof{}, err
	}
	key, ok := a.matches2(c, id, r.Proof, r.Signed)
	if !ok {
		return proof{}, ErrDenied
	}
	return proof{NTLMv2, sessionBase2(key, r.Proof), r.Client.Pairs, r.Client.Time}, nil
}

// matches2 returns the NTOWFv2 that made the proof.
func (a *Acceptor) matches2(c account, id Identity, sent [16]byte, signed []byte) ([16]byte, bool) {
	var right [16]byte
	found := 0
	for _, domain := range [...]string{id.Domain, ""} {
		key := ntowf2(c.nt, id.User, domain)
		want := proof2(key, a.nonce, signed)
		same := subtle.ConstantTimeCompare(want[:], sent[:])
		subtle.ConstantTimeCopy(same, right[:], key[:])
		found |= same
	}
	return right, found&c.known == 1
}
