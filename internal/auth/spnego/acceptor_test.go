package spnego

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"caracal/internal/ber"
)

func server(legs int) AcceptorOptions {
	return AcceptorOptions{Mechanisms: []Mechanism{
		toys(first, toy{legs: legs, key: "key", acceptor: true}), toys(second, toy{legs: 2, key: "other", acceptor: true}),
	}}
}

// Who takes the best mechanism out of the list on its way is found out, and who
// changes any byte of it.
func TestListIsProved(t *testing.T) {
	for legs := 2; legs <= 4; legs++ {
		client := toys(first, toy{legs: legs, key: "key"})
		strong := toys("\x2A\x09", toy{legs: 2, key: "strong"})
		i := InitiatorOptions{Mechanisms: []Mechanism{strong, client}}
		initiator, acceptor := pair(t, i, server(legs))
		hello, _, err := initiator.Step(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		_, inner, err := Unframe(hello)
		if err != nil {
			t.Fatal(err)
		}
		m, err := ParseNegTokenInit(inner)
		if err != nil {
			t.Fatal(err)
		}
		m.Mechanisms, m.Token = []OID{first}, nil
		token, done, err := acceptor.Step(t.Context(), Frame(negotiate, m.Append(nil)))
		var iDone, aDone = false, done
		for err == nil && (!iDone || !aDone) {
			if token, iDone, err = initiator.Step(t.Context(), token); err == nil && token != nil {
				token, aDone, err = acceptor.Step(t.Context(), token)
			}
			if iDone && token == nil {
				break
			}
		}
		if !errors.Is(err, ErrMIC) {
			t.Errorf("%d tokens: %v, %v, %v", legs, iDone, aDone, err)
		}
	}
}

// No client can do without proof where the server needs it, nor prove it wrongly.
func TestMICIsNeeded(t *testing.T) {
	for legs := 2; legs <= 3; legs++ {
		for name, change := range map[string]func(*NegTokenResp){
			"missing": func(m *NegTokenResp) { m.MIC = nil },
			"changed": func(m *NegTokenResp) { m.MIC[0] ^= 1 },
			"empty":   func(m *NegTokenResp) { m.MIC = []byte{} },
		} {
			i := InitiatorOptions{Mechanisms: []Mechanism{toys("\x2A\x09", toy{legs: 2}), toys(first, toy{legs: legs, key: "key"})}}
			initiator, acceptor := pair(t, i, server(legs))
			token, _, err := initiator.Step(t.Context(), nil)
			changed := false
			for done := false; err == nil && !done; {
				if token, done, err = acceptor.Step(t.Context(), token); err != nil || done {
					break
				}
				if token, _, err = initiator.Step(t.Context(), token); err != nil {
					t.Fatal(err)
				}
				if m, bad := ParseNegTokenResp(token); bad == nil && m.MIC != nil {
					m.MIC = bytes.Clone(m.MIC)
					change(&m)
					token, changed = m.Append(nil), true
				}
			}
			if !errors.Is(err, ErrMIC) || !changed || acceptor.Done() {
				t.Errorf("%d tokens, %s: %v", legs, name, err)
			}
			if m, bad := ParseNegTokenResp(token); bad != nil || m.State != Reject {
				t.Errorf("%d tokens, %s: the refusal is %x", legs, name, token)
			}
		}
	}
}

// The acceptor that changes its answers does not fool the initiator.
func TestInitiatorNeedsProof(t *testing.T) {
	for legs := 2; legs <= 4; legs++ {
		for name, change := range map[string]func(*NegTokenResp){
			"missing": func(m *NegTokenResp) { m.MIC = nil; m.State = AcceptCompleted },
			"changed": func(m *NegTokenResp) { m.MIC[0] ^= 1 },
		} {
			i := InitiatorOptions{Mechanisms: []Mechanism{toys("\x2A\x09", toy{legs: 2}), toys(first, toy{legs: legs, key: "key"})}}
			initiator, acceptor := pair(t, i, server(legs))
			token, done, err := initiator.Step(t.Context(), nil)
			for err == nil && !done {
				if token, _, err = acceptor.Step(t.Context(), token); err != nil {
					t.Fatal(err)
				}
				if m, bad := ParseNegTokenResp(token); bad == nil && m.MIC != nil {
					m.MIC = bytes.Clone(m.MIC)
					change(&m)
					token = m.Append(nil)
				}
				token, done, err = initiator.Step(t.Context(), token)
			}
			if !errors.Is(err, ErrMIC) {
				t.Errorf("%d tokens, %s: done %v, %v", legs, name, done, err)
			}
		}
	}
}

// Tokens without the negotiation go to their mechanism and are answered so.
func TestRaw(t *testing.T) {
	raw := func(oid OID, token string) (*Acceptor, []byte, error) {
		y := toy{legs: 2, acceptor: true, next: 2}
		a, err := NewAcceptor(AcceptorOptions{Mechanisms: []Mechanism{{oid, func() (Exchange, error) { return &echo{toy: y}, nil }}}})
		if err != nil {
			t.Fatal(err)
		}
		reply, _, err := a.Step(t.Context(), []byte(token))
		return a, reply, err
	}
	ntlm := "NTLMSSP\x00\x01\x00\x00\x00"
	kerberos := string(Frame(Kerberos, []byte("\x01\x00AP-REQ")))
	old := string(Frame(KerberosMS, []byte("\x01\x00AP-REQ")))
	for _, tt := range []struct {
		has   OID
		token string
		want  OID
	}{{NTLM, ntlm, NTLM}, {Kerberos, kerberos, Kerberos}, {Kerberos, old, KerberosMS}} {
		a, reply, err := raw(tt.has, tt.token)
		if err != nil || string(reply) != tt.token || a.Mechanism() != tt.want || !a.Done() {
			t.Errorf("%q: %q, %v", tt.token, reply, err)
		}
	}
	for _, tt := range []struct {
		has   OID
		token string
		err   error
	}{{Kerberos, ntlm, ErrMechanism}, {NTLM, kerberos, ErrMechanism}, {NTLM, string(Frame("\x2A", nil)), ErrMechanism}} {
		if _, reply, err := raw(tt.has, tt.token); !errors.Is(err, tt.err) || reply != nil {
			t.Errorf("%q: %q, %v", tt.token, reply, err)
		}
	}
}

// An echo is done with any token, which it returns.
type echo struct{ toy }

func (e *echo) Step(_ context.Context, token []byte) ([]byte, bool, error) { return token, true, nil }

// Windows 2000 names Kerberos wrongly, and wants to hear the same name again.
func TestOldName(t *testing.T) {
	y := toy{legs: 2, key: "key"}
	srv := y
	srv.acceptor = true
	for list, want := range map[[2]OID]OID{
		{KerberosMS, Kerberos}: KerberosMS, {Kerberos, KerberosMS}: Kerberos, {KerberosMS, NTLM}: KerberosMS,
	} {
		i := InitiatorOptions{Mechanisms: []Mechanism{toys(list[0], y), toys(list[1], y)}}
		initiator, acceptor := pair(t, i, AcceptorOptions{Mechanisms: []Mechanism{toys(Kerberos, srv)}})
		said, err := meet(t, initiator, acceptor)
		if err != nil {
			t.Fatal(err)
		}
		if m, err := ParseNegTokenResp(said[1]); err != nil || m.Mechanism != want || m.State != AcceptCompleted || string(m.Token) != "toy 2" {
			t.Errorf("%v: %+v, %v", list, m, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	resp := func(m NegTokenResp) []byte { return m.Append(nil) }
	hello := Frame(negotiate, NegTokenInit{Mechanisms: []OID{first}, Token: []byte("toy 1")}.Append(nil))
	for name, tt := range map[string]struct {
		tokens [][]byte
		err    error
	}{
		"nothing in common":   {[][]byte{Frame(negotiate, NegTokenInit{Mechanisms: []OID{NTLM}}.Append(nil))}, ErrMechanism},
		"an empty list":       {[][]byte{Frame(negotiate, NegTokenInit{}.Append(nil))}, ErrMechanism},
		"rejected":            {[][]byte{hello, resp(NegTokenResp{State: Reject})}, ErrRejected},
		"the mechanism's":     {[][]byte{Frame(negotiate, NegTokenInit{Mechanisms: []OID{first}, Token: []byte("toy 9")}.Append(nil))}, errToy},
		"a MIC too early":     {[][]byte{Frame(negotiate, NegTokenInit{Mechanisms: []OID{first}, Token: []byte("toy 1"), MIC: []byte("mic")}.Append(nil))}, ErrState},
		"too much":            {[][]byte{make([]byte, MaxToken+1)}, ErrLimit},
		"the beginning twice": {[][]byte{hello, hello}, ber.ErrInvalid},
	} {
		_, acceptor := pair(t, InitiatorOptions{Mechanisms: []Mechanism{toys(first, toy{})}}, server(4))
		var err error
		for _, token := range tt.tokens {
			_, _, err = acceptor.Step(t.Context(), token)
		}
		if !errors.Is(err, tt.err) || acceptor.Done() {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := NewAcceptor(AcceptorOptions{}); err == nil {
		t.Error("an acceptor without mechanisms")
	}
	if _, err := NewInitiator(InitiatorOptions{Mechanisms: []Mechanism{{}}}); err == nil {
		t.Error("a mechanism without a name")
	}
}

func TestHello(t *testing.T) {
	_, acceptor := pair(t, InitiatorOptions{Mechanisms: []Mechanism{toys(first, toy{})}}, server(2))
	_, inner, err := Unframe(acceptor.Hello())
	if err != nil {
		t.Fatal(err)
	}
	m, err := ParseNegTokenInit(inner)
	if err != nil || m.Hint != ServerHint || len(m.Mechanisms) != 2 || m.Token != nil {
		t.Errorf("%+v, %v", m, err)
	}
}

// A mechanism that never ends does.
func TestLegs(t *testing.T) {
	initiator, acceptor := pair(t, InitiatorOptions{Mechanisms: []Mechanism{toys(first, toy{legs: 100})}}, server(100))
	if _, err := meet(t, initiator, acceptor); !errors.Is(err, ErrLimit) && !errors.Is(err, ErrState) {
		t.Error(err)
	}
}
