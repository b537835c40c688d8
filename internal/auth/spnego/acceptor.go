package spnego

import (
	"bytes"
	"context"
	"errors"
	"fmt"
)

// AcceptorOptions says what the server has.
type AcceptorOptions struct {
	// Mechanisms are what may be chosen; the initiator's order decides.
	// Kerberos stands for KerberosMS too. There must be one.
	Mechanisms []Mechanism
}

// Acceptor is the server's role in one negotiation. It belongs to one goroutine
// at a time.
type Acceptor struct {
	o     AcceptorOptions
	state acceptorState
	legs  int

	chosen   OID
	exchange Exchange
	proof    listProof
	named    bool // supportedMech was sent
}

type acceptorState uint8

const (
	acceptorIdle   acceptorState = iota
	acceptorTalks                // the mechanism does, inside the negotiation
	acceptorRaw                  // the mechanism does, without it
	acceptorAwaits               // only the initiator's MIC is due
	acceptorDone
	acceptorFailed
)

var ntlmPrefix = []byte("NTLMSSP\x00")

// NewAcceptor returns an error for options that cannot work.
func NewAcceptor(o AcceptorOptions) (*Acceptor, error) {
	if err := checkMechanisms(o.Mechanisms); err != nil {
		return nil, err
	}
	return &Acceptor{o: o}, nil
}

func checkMechanisms(all []Mechanism) error {
	if len(all) == 0 || len(all) > MaxMechanisms {
		return errors.New("spnego: between one and 32 mechanisms are needed")
	}
	for _, m := range all {
		if m.New == nil || m.OID == "" || len(m.OID) > MaxOID {
			return fmt.Errorf("spnego: mechanism %q is incomplete", m.OID)
		}
	}
	return nil
}

// Hello is the token with which a server speaks first, NegTokenInit2, in
// protocols that let it: [MS-SPNG] 3.2.5.2. HTTP does not.
func (a *Acceptor) Hello() []byte {
	m := NegTokenInit{Hint: ServerHint}
	for _, mech := range a.o.Mechanisms {
		m.Mechanisms = append(m.Mechanisms, mech.OID)
	}
	return Frame(negotiate, m.Append(nil))
}

// Step takes a token of the peer and returns the one to send, which may come
// with done too, and be nil. After an error each further Step fails with
// ErrState, and a reply that comes with the error may be sent with the refusal.
//
// Errors are *ParseError, the package's Err values or the mechanism's. To the
// peer all of them are one refusal.
func (a *Acceptor) Step(ctx context.Context, token []byte) (reply []byte, done bool, err error) {
	state := a.state
	a.state = acceptorFailed
	if a.legs++; a.legs > MaxLegs || len(token) > MaxToken {
		return nil, false, ErrLimit
	}
	switch state {
	case acceptorIdle:
		reply, err = a.begin(ctx, token)
	case acceptorTalks, acceptorAwaits:
		reply, err = a.goOn(ctx, token, state)
	case acceptorRaw:
		reply, err = a.raw(ctx, token)
	default:
		return nil, false, ErrState
	}
	if err != nil {
		a.state = acceptorFailed
		if state != acceptorRaw && a.proof.list != nil {
			reply = NegTokenResp{State: Reject}.Append(nil)
		}
		return reply, false, err
	}
	return reply, a.state == acceptorDone, nil
}

// Mechanism is what was chosen, empty before that.
func (a *Acceptor) Mechanism() OID { return a.chosen }

// Exchange is the chosen mechanism's; who the peer is it knows after done.
func (a *Acceptor) Exchange() Exchange { return a.exchange }

// Done says whether Step has said so.
func (a *Acceptor) Done() bool { return a.state == acceptorDone }

// begin looks what kind of token comes first.
func (a *Acceptor) begin(ctx context.Context, token []byte) ([]byte, error) {
	if bytes.HasPrefix(token, ntlmPrefix) {
		return a.beginRaw(ctx, NTLM, token)
	}
	oid, inner, err := Unframe(token)
	switch {
	case err != nil:
		return nil, err
	case oid == negotiate:
		return a.beginNegotiation(ctx, inner)
	}
	return a.beginRaw(ctx, oid, token)
}

func (a *Acceptor) beginRaw(ctx context.Context, oid OID, token []byte) ([]byte, error) {
	if !a.choose(oid) {
		return nil, ErrMechanism
	}
	if err := a.open(oid); err != nil {
		return nil, err
	}
	return a.raw(ctx, token)
}

func (a *Acceptor) raw(ctx context.Context, token []byte) ([]byte, error) {
	reply, done, err := a.exchange.Step(ctx, token)
	a.state = acceptorRaw
	if done {
		a.state = acceptorDone
	}
	return reply, err
}

// choose says whether there is such a mechanism.
func (a *Acceptor) choose(oid OID) bool { return a.find(oid) != nil }

func (a *Acceptor) find(oid OID) *Mechanism {
	for n := range a.o.Mechanisms {
		if m := &a.o.Mechanisms[n]; m.OID.same(oid) {
			return m
		}
	}
	return nil
}

func (a *Acceptor) open(oid OID) (err error) {
	a.chosen = oid
	a.exchange, err = a.find(oid).New()
	return err
}
