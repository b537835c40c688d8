package spnego

import "context"

// beginNegotiation takes NegTokenInit. The initiator's first mechanism that is
// known here is chosen; if it is not its very first, its token is for another
// one, and the list must be proved.
func (a *Acceptor) beginNegotiation(ctx context.Context, inner []byte) ([]byte, error) {
	m, err := ParseNegTokenInit(inner)
	if err != nil {
		return nil, err
	}
	a.proof.list = append([]byte{}, m.List...)
	for n, oid := range m.Mechanisms {
		if !a.choose(oid) {
			continue
		}
		if err := a.open(oid); err != nil {
			return nil, err
		}
		a.proof.required = n > 0
		if n > 0 || m.Token == nil {
			a.state = acceptorTalks
			return a.answer(NegTokenResp{State: AcceptIncomplete}), nil
		}
		return a.talk(ctx, m.Token, m.MIC)
	}
	return nil, ErrMechanism
}

// answer fills in what the first answer must say: the mechanism, and whether
// the list must be proved.
func (a *Acceptor) answer(m NegTokenResp) []byte {
	if !a.named {
		a.named = true
		m.Mechanism = a.chosen
		if m.State == AcceptIncomplete && a.proof.required && !a.proof.sent {
			m.State = RequestMIC
		}
	}
	return m.Append(nil)
}

// goOn takes a NegTokenResp.
func (a *Acceptor) goOn(ctx context.Context, token []byte, state acceptorState) ([]byte, error) {
	m, err := ParseNegTokenResp(token)
	switch {
	case err != nil:
		return nil, err
	case m.State == Reject:
		return nil, ErrRejected
	case state == acceptorTalks:
		return a.talk(ctx, m.Token, m.MIC)
	case len(m.Token) > 0:
		return nil, ErrState
	case m.MIC == nil:
		return nil, ErrMIC
	}
	if err := a.proof.verify(a.exchange, m.MIC); err != nil {
		return nil, err
	}
	a.state = acceptorDone
	return nil, nil
}

// talk lets the mechanism answer its token, RFC 4178 5.
func (a *Acceptor) talk(ctx context.Context, token, mic []byte) ([]byte, error) {
	reply, done, err := a.exchange.Step(ctx, token)
	if err != nil {
		return nil, err
	}
	if !done {
		if mic != nil {
			return nil, ErrState
		}
		a.state = acceptorTalks
		return a.answer(NegTokenResp{State: AcceptIncomplete, Token: reply}), nil
	}
	return a.finish(reply, mic)
}

// finish ends the negotiation, or asks for a MIC that could not come yet: when
// the last of the mechanism's tokens is ours.
func (a *Acceptor) finish(reply, mic []byte) ([]byte, error) {
	if err := a.proof.verify(a.exchange, mic); err != nil {
		return nil, err
	}
	if !a.proof.received && older(a.exchange) {
		a.proof.required = false
	}
	m := NegTokenResp{State: AcceptCompleted, Token: reply}
	if a.proof.required || a.proof.received {
		var err error
		if m.MIC, err = a.proof.sign(a.exchange); err != nil {
			return nil, err
		}
	}
	a.state = acceptorDone
	if a.proof.required && !a.proof.received {
		if reply == nil {
			return nil, ErrMIC
		}
		m.State = AcceptIncomplete
		a.state = acceptorAwaits
	}
	return a.answer(m), nil
}
