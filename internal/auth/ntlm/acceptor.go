package ntlm

import (
	"context"
	"fmt"
	"io"
)

// Acceptor is the server's role for one peer and one try, [MS-NLMP] 3.2. It
// belongs to one goroutine at a time.
type Acceptor struct {
	o     AcceptorOptions
	state acceptorState

	negotiate []byte // the messages as they went over the wire, for the MIC
	challenge []byte
	flags     Flags // of CHALLENGE
	nonce     [8]byte

	identity Identity
	key      Key
	security *Security
	micSeen  bool
}

type acceptorState uint8

const (
	acceptorIdle acceptorState = iota
	acceptorChallenged
	acceptorDone
	acceptorFailed
)

// NewAcceptor returns an error for options that cannot work.
func NewAcceptor(o AcceptorOptions) (*Acceptor, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	return &Acceptor{o: o}, nil
}

// Step takes a token of the peer and returns the one to send. NEGOTIATE (in
// datagram mode nothing, or a NEGOTIATE) is answered by CHALLENGE, and
// AUTHENTICATE by done. A challenge serves once: after any error each further
// Step fails with ErrState.
//
// Errors are *ParseError or the package's Err values, or what Lookup said if it
// was not ErrNoUser. To the peer all of them are one refusal.
func (a *Acceptor) Step(ctx context.Context, token []byte) (reply []byte, done bool, err error) {
	state := a.state
	a.state = acceptorFailed
	switch state {
	case acceptorIdle:
		if reply, err = a.greet(token); err == nil {
			a.state = acceptorChallenged
		}
		return reply, false, err
	case acceptorChallenged:
		if err = a.judge(ctx, token); err != nil {
			return nil, false, err
		}
		a.state = acceptorDone
		return nil, true, nil
	}
	return nil, false, ErrState
}

// Identity is who the peer is, the zero value before Step said done.
func (a *Acceptor) Identity() Identity { return a.identity }

// SessionKey is ExportedSessionKey, zero before Step said done.
func (a *Acceptor) SessionKey() Key { return a.key }

// Security protects what is said next. It is nil before Step said done and for
// anonymous peers, who have no key that is secret, [MS-NLMP] 3.4.
func (a *Acceptor) Security() *Security { return a.security }

// HasMIC says whether AUTHENTICATE had a MIC, which then was right. Windows has
// sent it since Vista if CHALLENGE has the time.
func (a *Acceptor) HasMIC() bool { return a.micSeen }

// String shows no secret.
func (a Acceptor) String() string {
	return fmt.Sprintf("ntlm.Acceptor(%s, state %d)", a.o.Computer, a.state)
}

// Format is String for every verb.
func (a Acceptor) Format(f fmt.State, _ rune) { put(f, a) }

// greet answers NEGOTIATE, [MS-NLMP] 3.2.5.1.1 and 3.2.5.2.1.
func (a *Acceptor) greet(token []byte) ([]byte, error) {
	if _, err := io.ReadFull(a.o.Rand, a.nonce[:]); err != nil {
		return nil, fmt.Errorf("ntlm: random bytes: %w", err)
	}
	if a.o.Datagram && len(token) == 0 {
		a.flags = a.offer()
	} else {
		m, err := ParseNegotiate(token)
		if err != nil {
			return nil, err
		}
		if a.flags, err = a.choose(m.Flags); err != nil {
			return nil, err
		}
		a.negotiate = append([]byte(nil), token...)
	}
	a.challenge = a.challengeMessage().Append(nil)
	return append([]byte(nil), a.challenge...), nil
}
