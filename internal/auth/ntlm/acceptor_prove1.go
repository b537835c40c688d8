package ntlm

import (
	"context"
	"crypto/subtle"
)

// prove1 checks what came before NTLMv2, [MS-NLMP] 3.3.1: an NT response of 24
// bytes, an LM response, or LMv2 alone.
func (a *Acceptor) prove1(ctx context.Context, f Flags, m Authenticate, id Identity) (proof, error) {
	if len(m.NT) != 0 && len(m.NT) != shortResponseSize {
		return proof{}, &ParseError{authenticateObject, 20, ErrInvalid}
	}
	if len(m.NT) == 0 && len(m.LM) != shortResponseSize {
		return proof{}, &ParseError{authenticateObject, 12, ErrInvalid}
	}
	c, err := a.account(ctx, id, true)
	if err != nil {
		return proof{}, err
	}
	if len(m.NT) == 0 {
		return a.proveLM(f, c, m, id)
	}
	method, nonce := NTLMv1, a.nonce
	if f.Has(FlagExtended) && len(m.LM) == shortResponseSize {
		method, nonce = NTLM2, extendedChallenge(a.nonce, [8]byte(m.LM))
	}
	want := desl(c.nt, nonce)
	if subtle.ConstantTimeCompare(want[:], m.NT)&c.known == 1 {
		return a.proved1(method, f, c, m), nil
	}
	if method == NTLM2 || len(m.LM) != shortResponseSize {
		return proof{}, ErrDenied
	}
	return a.proveLM(f, c, m, id)
}

// proveLM checks LmChallengeResponse, of version 1 and of version 2.
func (a *Acceptor) proveLM(f Flags, c account, m Authenticate, id Identity) (proof, error) {
	key, ok := a.matches2(c, id, [16]byte(m.LM), m.LM[responseSize:])
	want := desl(c.lm, a.nonce)
	old := subtle.ConstantTimeCompare(want[:], m.LM) & c.hasLM
	switch {
	case ok:
		return proof{method: LMv2, base: sessionBase2(key, [16]byte(m.LM))}, nil
	case old == 1:
		return a.proved1(LM, f, c, m), nil
	}
	return proof{}, ErrDenied
}

// proved1 drops the flags that need an LM hash if there is none.
func (a *Acceptor) proved1(method Method, f Flags, c account, m Authenticate) proof {
	if c.hasLM == 0 {
		f &^= FlagLMKey | FlagNonNTKey
	}
	return proof{method: method, base: kxkey1(f, sessionBase1(c.nt), c.lm, m.LM, a.nonce)}
}
