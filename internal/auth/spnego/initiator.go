package spnego

import (
	"bytes"
	"context"
	"errors"
)

// InitiatorOptions says what the client has.
type InitiatorOptions struct {
	Mechanisms []Mechanism // the best first
	NoToken    bool        // leaves out the first mechanism's token, which may not fit
	MIC        bool        // proves the list even where that is optional
}

// Initiator is the client's role in one negotiation. It belongs to one
// goroutine at a time.
type Initiator struct {
	o     InitiatorOptions
	begun bool
	ended bool
	legs  int

	chosen   Mechanism
	exchange Exchange
	started  bool // the exchange has made its first token
	done     bool // the exchange is
	named    bool // the server has chosen
	proof    listProof
}

// NewInitiator returns an error for options that cannot work.
func NewInitiator(o InitiatorOptions) (*Initiator, error) {
	if err := checkMechanisms(o.Mechanisms); err != nil {
		return nil, err
	}
	return &Initiator{o: o, chosen: o.Mechanisms[0]}, nil
}

// Mechanism is what was chosen, or before that what is hoped for.
func (i *Initiator) Mechanism() OID { return i.chosen.OID }

// Exchange is the chosen mechanism's.
func (i *Initiator) Exchange() Exchange { return i.exchange }

// Step returns NegTokenInit for no token, and what answers a NegTokenResp, which
// is nil if nothing does. It fails with ErrState after done or an error.
func (i *Initiator) Step(ctx context.Context, token []byte) (reply []byte, done bool, err error) {
	if i.legs++; i.ended || i.begun != (len(token) > 0) || i.legs > MaxLegs {
		i.ended = true
		return nil, false, ErrState
	}
	if !i.begun {
		i.begun = true
		reply, err = i.hello(ctx)
	} else {
		reply, done, err = i.answer(ctx, token)
	}
	i.ended = done || err != nil
	return reply, done, err
}

func (i *Initiator) hello(ctx context.Context) ([]byte, error) {
	var m NegTokenInit
	for _, mech := range i.o.Mechanisms {
		m.Mechanisms = append(m.Mechanisms, mech.OID)
	}
	i.proof.list = encodeList(m.Mechanisms)
	if !i.o.NoToken {
		var err error
		if m.Token, err = i.talk(ctx, nil); err != nil {
			return nil, err
		}
	}
	return Frame(negotiate, m.Append(nil)), nil
}

// talk gives the exchange a token, and begins it before.
func (i *Initiator) talk(ctx context.Context, token []byte) (reply []byte, err error) {
	if i.exchange == nil {
		if i.exchange, err = i.chosen.New(); err != nil {
			return nil, err
		}
	}
	i.started = true
	reply, i.done, err = i.exchange.Step(ctx, token)
	return reply, err
}

func (i *Initiator) answer(ctx context.Context, token []byte) ([]byte, bool, error) {
	m, err := ParseNegTokenResp(token)
	switch {
	case err != nil:
		return nil, false, err
	case m.State == Reject:
		return nil, false, ErrRejected
	}
	if err := i.choose(m); err != nil {
		return nil, false, err
	}
	i.proof.required = i.proof.required || m.State == RequestMIC
	var reply []byte
	if !i.done {
		if i.started && m.Token == nil {
			return nil, false, ErrState
		}
		if reply, err = i.talk(ctx, m.Token); err != nil {
			return nil, false, err
		}
	} else if len(m.Token) > 0 {
		return nil, false, ErrState
	}
	if !i.done {
		if m.State == AcceptCompleted {
			return nil, false, ErrState
		}
		return NegTokenResp{State: AcceptIncomplete, Token: reply}.Append(nil), false, nil
	}
	return i.finish(m, reply)
}

// choose takes the server's choice, which only its first answer makes: what
// later ones say is ignored, [MS-SPNG] 3.3.5. A server that makes none has
// taken the first mechanism.
func (i *Initiator) choose(m NegTokenResp) error {
	if i.named {
		return nil
	}
	i.named = true
	if m.Mechanism == "" || m.Mechanism.same(i.chosen.OID) {
		return nil
	}
	for _, mech := range i.o.Mechanisms[1:] {
		if mech.OID.same(m.Mechanism) {
			i.chosen, i.exchange, i.started, i.done = mech, nil, false, false
			i.proof.required = true
			return nil
		}
	}
	return ErrMechanism
}

// finish follows the mechanism's last token: what is left is to prove the list,
// RFC 4178 5.
func (i *Initiator) finish(m NegTokenResp, reply []byte) ([]byte, bool, error) {
	if m.MIC != nil && !i.proof.required && bytes.Equal(m.MIC, m.Token) {
		m.MIC = nil // Windows 2000 repeats the token there
	}
	if err := i.proof.verify(i.exchange, m.MIC); err != nil {
		return nil, false, err
	}
	if m.State == AcceptCompleted || m.State == NoState && reply == nil {
		err := i.completed(reply)
		return nil, err == nil, err
	}
	out := NegTokenResp{State: AcceptIncomplete, Token: reply}
	if !i.proof.sent && (i.proof.required || i.proof.received || i.o.MIC) {
		var err error
		if out.MIC, err = i.proof.sign(i.exchange); err != nil {
			return nil, false, err
		}
	}
	if out.Token == nil && out.MIC == nil {
		return nil, false, errors.Join(ErrState, ErrNoMIC)
	}
	if i.proof.received {
		out.State = AcceptCompleted
	}
	return out.Append(nil), i.proof.received, nil
}

// completed says whether the server may be done already.
func (i *Initiator) completed(reply []byte) error {
	switch {
	case len(reply) > 0:
		return ErrState
	case i.proof.received || !i.proof.required || older(i.exchange):
		return nil
	}
	if _, err := i.exchange.MIC(i.proof.list); errors.Is(err, ErrNoMIC) {
		return nil
	}
	return ErrMIC
}
