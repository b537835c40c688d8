package ntlm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"
)

// try lets an Initiator log in, and returns what the Acceptor says of it.
func try(t *testing.T, i InitiatorOptions, a AcceptorOptions) (*Acceptor, error) {
	t.Helper()
	acceptor := newAcceptor(t, a)
	token := talk(t, newInitiator(t, i), acceptor)
	_, done, err := acceptor.Step(t.Context(), token)
	if done != (err == nil) {
		t.Errorf("done %v, %v", done, err)
	}
	if err != nil && (acceptor.Identity() != Identity{} || acceptor.SessionKey() != Key{} || acceptor.Security() != nil) {
		t.Error("a refused peer has an identity")
	}
	return acceptor, err
}

func TestRefusals(t *testing.T) {
	v1 := AcceptorOptions{AllowV1: true}
	for _, tt := range []struct {
		name string
		i    InitiatorOptions
		a    AcceptorOptions
		want error
	}{
		{"password", InitiatorOptions{Password: "password"}, AcceptorOptions{}, ErrDenied},
		{"user", InitiatorOptions{User: "Usher"}, AcceptorOptions{}, ErrDenied},
		{"user without password", InitiatorOptions{User: "Usher", Password: " "}, AcceptorOptions{}, ErrDenied},
		{"password v1", InitiatorOptions{Password: "password", Method: NTLMv1}, v1, ErrDenied},
		{"password session", InitiatorOptions{Password: "password", Method: NTLM2}, v1, ErrDenied},
		{"password LM", InitiatorOptions{Password: "password", Method: LM}, v1, ErrDenied},
		{"LM without hashes", InitiatorOptions{Method: LM}, v1, ErrDenied},
		{"v1 off", InitiatorOptions{Method: NTLMv1}, AcceptorOptions{}, ErrVersion},
		{"session off", InitiatorOptions{Method: NTLM2}, AcceptorOptions{}, ErrVersion},
		{"LM off", InitiatorOptions{Method: LM}, AcceptorOptions{}, ErrVersion},
		{"anonymous off", InitiatorOptions{Anonymous: true}, AcceptorOptions{}, ErrAnonymous},
		{"user in another case", InitiatorOptions{User: "uSER"}, AcceptorOptions{}, nil},
		{"v1", InitiatorOptions{Method: NTLMv1}, v1, nil},
	} {
		if _, err := try(t, tt.i, tt.a); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

// An account that does not exist is not told from a wrong password, though its
// hash of zeroes is what somebody may send: [MS-NLMP] knows no such hash.
func TestUnknownUserWithDummyHash(t *testing.T) {
	for _, m := range []Method{NTLMv2, NTLM2, NTLMv1} {
		a := newAcceptor(t, AcceptorOptions{AllowV1: true})
		i := newInitiator(t, InitiatorOptions{User: "Usher", Method: m})
		token, _, _ := i.Step(nil)
		reply, _, err := a.Step(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		c, err := ParseChallenge(reply)
		if err != nil {
			t.Fatal(err)
		}
		forged := Authenticate{User: unicodeBytes("Usher"), Flags: c.Flags, Header: authenticateVersion}
		switch m {
		case NTLMv2:
			signed := ClientChallenge{Time: NewFileTime(now2003)}.Append(nil)
			proof := proof2(ntowf2(Hash{}, "Usher", ""), c.Challenge, signed)
			forged.NT = append(proof[:], signed...)
		case NTLM2:
			answer := desl(Hash{}, extendedChallenge(c.Challenge, client4))
			forged.LM, forged.NT = append(client4[:], make([]byte, 16)...), answer[:]
		case NTLMv1:
			answer := desl(Hash{}, c.Challenge)
			forged.NT = answer[:]
		}
		if _, done, err := a.Step(t.Context(), forged.Append(nil)); done || !errors.Is(err, ErrDenied) {
			t.Errorf("%s: %v, %v", m, done, err)
		}
	}
}

// Nor does the LM hash of zeroes of who has none open a door; and with extended
// session security there is no LM response.
func TestForgedLM(t *testing.T) {
	right := must(LMHash(password4, Windows1252))
	for name, tt := range map[string]struct {
		extended bool
		stored   func(context.Context, string, string) ([16]byte, error)
		sent     Hash
		want     error
	}{
		"right":          {false, lookupAlways(right), right, nil},
		"none stored":    {false, noLM, Hash{}, ErrDenied},
		"none stored, 2": {false, noLM, right, ErrDenied},
		"extended":       {true, lookupAlways(right), right, ErrDenied},
	} {
		a := newAcceptor(t, AcceptorOptions{AllowV1: true})
		a.o.LookupLM = tt.stored
		flags := FlagUnicode | FlagNTLM
		if tt.extended {
			flags |= FlagExtended
		}
		if _, _, err := a.Step(t.Context(), Negotiate{Flags: flags}.Append(nil)); err != nil {
			t.Fatal(err)
		}
		answer := desl(tt.sent, a.nonce)
		m := Authenticate{User: unicodeBytes("User"), Flags: flags, LM: answer[:], NT: make([]byte, 24), Header: authenticateFlags}
		if _, done, err := a.Step(t.Context(), m.Append(nil)); done != (tt.want == nil) || !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, %v", name, done, err)
		}
	}
}

// Responses of lengths that mean nothing.
func TestOddResponses(t *testing.T) {
	for n, m := range []Authenticate{
		{NT: make([]byte, 10), LM: make([]byte, 24)}, {LM: make([]byte, 23)}, {LM: []byte{0}}, {},
		{NT: make([]byte, 25)}, {NT: make([]byte, 16+27)},
	} {
		a := newAcceptor(t, AcceptorOptions{AllowV1: true, AllowAnonymous: true})
		if _, _, err := a.Step(t.Context(), Negotiate{Flags: FlagUnicode}.Append(nil)); err != nil {
			t.Fatal(err)
		}
		m.User, m.Flags = unicodeBytes("User"), FlagUnicode
		var parse *ParseError
		if _, done, err := a.Step(t.Context(), m.Append(nil)); done || !errors.As(err, &parse) {
			t.Errorf("%d: %v, %v", n, done, err)
		}
	}
}

func noLM(context.Context, string, string) ([16]byte, error) { return [16]byte{}, ErrNoUser }

// A client cannot leave datagram mode, nor its key exchange.
func TestDatagramFlagsStay(t *testing.T) {
	for _, away := range []Flags{FlagDatagram, FlagKeyExchange} {
		a := newAcceptor(t, AcceptorOptions{Datagram: true, NoTimestamp: true})
		m, err := ParseAuthenticate(talk(t, newInitiator(t, InitiatorOptions{Datagram: true}), a))
		if err != nil {
			t.Fatal(err)
		}
		if !takes(t, *a, m.Append(nil)) {
			t.Error("the message itself is refused")
		}
		m.Flags &^= away
		if takes(t, *a, m.Append(nil)) {
			t.Errorf("taken without %#x", uint32(away))
		}
	}
}

func TestAnonymous(t *testing.T) {
	a, err := try(t, InitiatorOptions{Anonymous: true, Sign: true}, AcceptorOptions{AllowAnonymous: true})
	if err != nil {
		t.Fatal(err)
	}
	if a.Identity() != (Identity{Workstation: "COMPUTER", Method: NullSession, Anonymous: true}) || a.Security() != nil {
		t.Errorf("%+v, %v", a.Identity(), a.Security())
	}
}

// Nobody is let in without a name, whatever the response is.
func TestNameless(t *testing.T) {
	i := newInitiator(t, InitiatorOptions{NoMIC: true})
	i.o.User = ""
	a := newAcceptor(t, AcceptorOptions{AllowAnonymous: true, AllowV1: true})
	a.o.Lookup = lookupAlways(NTHash(password4))
	if _, done, err := a.Step(t.Context(), talk(t, i, a)); done || !errors.Is(err, ErrDenied) {
		t.Error(done, err)
	}
}

// Clients that leave the domain out of the key though they send one.
func TestDomainNotInKey(t *testing.T) {
	a := newAcceptor(t, AcceptorOptions{})
	i := newInitiator(t, InitiatorOptions{NoMIC: true, NoVersion: true})
	i.o.Domain = ""
	m, err := ParseAuthenticate(talk(t, i, a))
	if err != nil {
		t.Fatal(err)
	}
	m.Domain = unicodeBytes("Elsewhere")
	if _, done, err := a.Step(t.Context(), m.Append(nil)); !done || a.Identity().Domain != "Elsewhere" {
		t.Error(done, err, a.Identity())
	}
}

func TestSkew(t *testing.T) {
	for _, tt := range []struct {
		max, off time.Duration
		want     error
	}{
		{0, 35 * time.Hour, nil},
		{0, -35 * time.Hour, nil},
		{0, 37 * time.Hour, ErrSkew},
		{0, -37 * time.Hour, ErrSkew},
		{time.Minute, 61 * time.Second, ErrSkew},
		{time.Minute, 60 * time.Second, nil},
		{-1, 1000 * 24 * time.Hour, nil},
	} {
		a := newAcceptor(t, AcceptorOptions{MaxSkew: tt.max, NoTimestamp: true})
		i := newInitiator(t, InitiatorOptions{})
		i.o.Now = func() time.Time { return now2003.Add(tt.off) }
		if _, _, err := a.Step(t.Context(), talk(t, i, a)); !errors.Is(err, tt.want) {
			t.Errorf("%v off of %v: %v", tt.off, tt.max, err)
		}
	}
}

// A lookup that fails is no refusal, and its error comes through.
func TestLookupFails(t *testing.T) {
	broken := errors.New("the store is away")
	for _, o := range []AcceptorOptions{
		{Lookup: func(context.Context, string, string) ([16]byte, error) { return [16]byte{}, broken }},
		{LookupLM: func(context.Context, string, string) ([16]byte, error) { return [16]byte{}, broken }},
	} {
		a := newAcceptor(t, AcceptorOptions{AllowV1: true})
		if o.Lookup != nil {
			a.o.Lookup = o.Lookup
		}
		a.o.LookupLM = o.LookupLM
		_, done, err := a.Step(t.Context(), talk(t, newInitiator(t, InitiatorOptions{Method: NTLMv1}), a))
		if done || !errors.Is(err, broken) || errors.Is(err, ErrDenied) {
			t.Error(done, err)
		}
	}
}

func TestTurns(t *testing.T) {
	a, b := newAcceptor(t, AcceptorOptions{}), newAcceptor(t, AcceptorOptions{})
	token := talk(t, newInitiator(t, InitiatorOptions{}), a)
	_ = talk(t, newInitiator(t, InitiatorOptions{}), b)
	if _, done, err := b.Step(t.Context(), token); done || !errors.Is(err, ErrDenied) {
		t.Error("an answer to another challenge:", done, err)
	}
	if _, done, err := a.Step(t.Context(), token); !done || err != nil {
		t.Error(done, err)
	}
	for _, again := range []*Acceptor{a, b} { // a challenge serves once
		if _, done, err := again.Step(t.Context(), token); done || !errors.Is(err, ErrState) {
			t.Error(done, err)
		}
	}
	for _, first := range [][]byte{nil, {}, token} {
		c := newAcceptor(t, AcceptorOptions{})
		if _, done, err := c.Step(t.Context(), first); done || err == nil {
			t.Error(done, err)
		}
	}
	i := newInitiator(t, InitiatorOptions{})
	if _, done, err := i.Step([]byte("x")); done || !errors.Is(err, ErrState) {
		t.Error(done, err)
	}
}

// Whoever agrees to a key exchange sends a key, and only as long as it must be.
func TestSessionKeyIsNeeded(t *testing.T) {
	for _, size := range []int{0, 15, 17} {
		a := newAcceptor(t, AcceptorOptions{NoTimestamp: true})
		m, err := ParseAuthenticate(talk(t, newInitiator(t, InitiatorOptions{Sign: true}), a))
		if err != nil {
			t.Fatal(err)
		}
		m.SessionKey = bytes.Repeat([]byte{1}, size)
		var parse *ParseError
		if _, done, err := a.Step(t.Context(), m.Append(nil)); done || !errors.As(err, &parse) {
			t.Error(size, done, err)
		}
	}
}

func TestOptions(t *testing.T) {
	now := func() time.Time { return now2003 }
	lookup := lookupAlways(Hash{})
	for n, o := range []AcceptorOptions{
		{}, {Now: now, Computer: "S"}, {Lookup: lookup, Computer: "S"}, {Lookup: lookup, Now: now},
		{Lookup: lookup, Now: now, Computer: "S", CodePage: 9},
		{Lookup: lookup, Now: now, Computer: "S", DNSForest: fmt.Sprintf("%0513d", 0)},
	} {
		if _, err := NewAcceptor(o); err == nil {
			t.Error("acceptor", n)
		}
	}
	for n, o := range []InitiatorOptions{
		{}, {Now: now, CodePage: 3}, {Now: now, Method: LMv2}, {Now: now, User: fmt.Sprintf("%0513d", 0)},
	} {
		if _, err := NewInitiator(o); err == nil {
			t.Error("initiator", n)
		}
	}
	dry := newInitiator(t, InitiatorOptions{Rand: bytes.NewReader(nil)})
	token, _, _ := dry.Step(nil)
	challenge, _, err := newAcceptor(t, AcceptorOptions{}).Step(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	if _, done, err := dry.Step(challenge); done || err == nil {
		t.Error("no randomness:", done, err)
	}
	if _, _, err := newAcceptor(t, AcceptorOptions{Rand: bytes.NewReader(nil)}).Step(t.Context(), token); err == nil {
		t.Error("no randomness")
	}
}
