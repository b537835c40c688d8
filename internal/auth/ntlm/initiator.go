package ntlm

import (
	"fmt"
	"io"
)

// Initiator is the client's role for one try, [MS-NLMP] 3.1. It belongs to one
// goroutine at a time.
type Initiator struct {
	o         InitiatorOptions
	negotiate []byte
	begun     bool
	ended     bool

	key      Key
	security *Security
}

// NewInitiator returns an error for options that cannot work.
func NewInitiator(o InitiatorOptions) (*Initiator, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	return &Initiator{o: o, begun: o.Datagram}, nil
}

// Step returns NEGOTIATE for no token, and AUTHENTICATE with done for a
// CHALLENGE. In datagram mode there is only the latter. It fails with ErrState
// when no token is due, with ErrNoSecurity if the server does not offer what was
// asked for, and with a *ParseError.
func (i *Initiator) Step(token []byte) (reply []byte, done bool, err error) {
	switch {
	case i.ended, i.begun == (len(token) == 0):
		i.ended = true
		return nil, false, ErrState
	case !i.begun:
		i.begun = true
		i.negotiate = i.hello().Append(nil)
		return append([]byte(nil), i.negotiate...), false, nil
	}
	i.ended = true
	reply, err = i.answer(token)
	return reply, err == nil, err
}

// SessionKey is ExportedSessionKey, zero before Step said done.
func (i *Initiator) SessionKey() Key { return i.key }

// Security protects what is said next, nil before Step said done and for
// anonymous clients.
func (i *Initiator) Security() *Security { return i.security }

// String shows no secret.
func (i Initiator) String() string { return fmt.Sprintf("ntlm.Initiator(%q)", i.o.User) }

// Format is String for every verb.
func (i Initiator) Format(f fmt.State, _ rune) { put(f, i) }

// hello is NEGOTIATE, [MS-NLMP] 3.1.5.1.1. Names are left out: what could be
// believed stands in AUTHENTICATE.
func (i *Initiator) hello() Negotiate {
	m := Negotiate{Flags: i.o.flags(), Version: i.o.Version}
	if i.o.NoVersion {
		m.Header = negotiateOld
	}
	return m
}

// answer is AUTHENTICATE, [MS-NLMP] 3.1.5.1.2 and 3.1.5.2.1.
func (i *Initiator) answer(token []byte) ([]byte, error) {
	challenge, err := ParseChallenge(token)
	if err != nil {
		return nil, err
	}
	flags, err := i.agree(challenge.Flags)
	if err != nil {
		return nil, err
	}
	r, err := i.respond(flags, challenge)
	if err != nil {
		return nil, err
	}
	m := Authenticate{LM: r.lm, NT: r.nt, Flags: flags, Version: i.o.Version, Header: i.headerFor(r)}
	i.name(&m)
	i.key = r.base
	if flags.Has(FlagKeyExchange) {
		if _, err := io.ReadFull(i.o.Rand, i.key[:]); err != nil {
			return nil, fmt.Errorf("ntlm: random bytes: %w", err)
		}
		wrapped := exchange(r.base, i.key)
		m.SessionKey = wrapped[:]
	}
	out := m.Append(nil)
	if r.mic {
		mic := messageMIC(i.key, i.negotiate, token, out)
		copy(out[micOffset:], mic[:])
	}
	if !i.o.Anonymous {
		i.security = newSecurity(flags, i.key, m.revision(), false, i.o.Datagram)
	}
	return out, nil
}

// agree is what both want, with one character set.
func (i *Initiator) agree(offered Flags) (Flags, error) {
	f := i.o.flags()&offered | FlagTarget
	switch {
	case f.Has(FlagUnicode):
		f &^= FlagOEM
	case !f.Has(FlagOEM):
		return 0, &ParseError{challengeObject, 20, ErrInvalid}
	}
	if f.Has(FlagExtended) {
		f &^= FlagLMKey
	}
	if offered.Has(FlagTargetInfo) && !i.o.NoExtended {
		f |= FlagTargetInfo
	}
	if i.o.Datagram && !offered.Has(FlagKeyExchange|FlagDatagram) {
		return 0, &ParseError{challengeObject, 20, ErrInvalid}
	}
	if i.o.Sign && !f.Has(FlagSign) || i.o.Seal && !f.Has(FlagSeal) {
		return 0, ErrNoSecurity
	}
	return f, nil
}

func (i *Initiator) headerFor(r responses) int {
	switch {
	case r.mic:
		return authenticateMIC
	case i.o.NoVersion:
		return authenticateFlags
	}
	return authenticateVersion
}

// name puts in who the client is.
func (i *Initiator) name(m *Authenticate) {
	m.Workstation = i.o.CodePage.encodeText(m.Flags, i.o.Workstation)
	if !i.o.Anonymous {
		m.Domain = i.o.CodePage.encodeText(m.Flags, i.o.Domain)
		m.User = i.o.CodePage.encodeText(m.Flags, i.o.User)
	}
}
