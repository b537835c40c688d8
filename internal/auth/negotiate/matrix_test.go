package negotiate

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"caracal/internal/auth/kdctest"
	"caracal/internal/auth/kerberos"
	"caracal/internal/auth/ntlm"
	"caracal/internal/auth/spnego"
)

// A meeting is what both said, the initiator first.
type meeting [][]byte

// meet lets both come to an end.
func meet(t testing.TB, i *spnego.Initiator, a *Acceptor) meeting {
	t.Helper()
	var said meeting
	token, iDone, err := i.Step(t.Context(), nil)
	for err == nil && token != nil {
		said = append(said, token)
		var aDone bool
		if token, aDone, err = a.Step(t.Context(), token); err != nil || token == nil {
			if !aDone || !iDone {
				t.Fatal("silence before the end:", err)
			}
			break
		}
		said = append(said, token)
		token, iDone, err = i.Step(t.Context(), token)
	}
	if err != nil || !iDone || !a.Done() {
		t.Fatal(iDone, a.Done(), err)
	}
	return said
}

func newInitiator(t testing.TB, o spnego.InitiatorOptions) *spnego.Initiator {
	t.Helper()
	i, err := spnego.NewInitiator(o)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// Kerberos and NTLM in each order, of clients and servers that have one or both.
func TestMatrix(t *testing.T) {
	etypes := []kerberos.EncType{kerberos.AES128SHA1, kerberos.AES256SHA1, kerberos.RC4}
	h := kdctest.NewHouse(t, etypes...)
	k := service(t, h.Keytab)
	servers := map[string]Options{"both": {Kerberos: k, NTLM: accounts()}, "Kerberos": {Kerberos: k}, "NTLM": {NTLM: accounts()}}
	for _, etype := range etypes {
		for bits := range 1 << 4 {
			on := func(n int) bool { return bits>>n&1 != 0 }
			o, b := h.Ticket(t, etype, "alice", kdctest.Realm), bob("builder")
			if o.Old, b.NoMIC = on(0), on(1); on(0) {
				o.Flags &^= kerberos.FlagMutual
			}
			kerb, nt := KerberosInitiator(o), NTLMInitiator(b)
			for client, all := range map[string][]spnego.Mechanism{
				"Kerberos": {kerb}, "NTLM": {nt}, "Kerberos, NTLM": {kerb, nt}, "NTLM, Kerberos": {nt, kerb}, "stranger, Kerberos, NTLM": {stranger(), kerb, nt},
			} {
				for server, options := range servers {
					want := firstOf(client, server)
					if want == "" {
						continue
					}
					t.Run(fmt.Sprintf("%v %04b %s to %s", etype, bits, client, server), func(t *testing.T) {
						i := newInitiator(t, spnego.InitiatorOptions{Mechanisms: all, NoToken: on(2), MIC: on(3)})
						a := newAcceptor(t, options)
						meet(t, i, a)
						if want == "NTLM" {
							agreeNTLM(t, i, a)
						} else {
							agreeKerberos(t, i, a, etype)
						}
					})
				}
			}
		}
	}
}

// firstOf is the first of the client's mechanisms that the server has.
func firstOf(client, server string) string {
	for _, name := range strings.Split(client, ", ") {
		if name == server || server == "both" && name != "stranger" {
			return name
		}
	}
	return ""
}

func agreeKerberos(t *testing.T, i *spnego.Initiator, a *Acceptor, etype kerberos.EncType) {
	t.Helper()
	if a.NTLM() != nil || a.Kerberos() == nil {
		t.Fatal("not Kerberos")
	}
	if id := a.Kerberos().Identity(); id.Account != "alice" || id.Type != etype {
		t.Errorf("%+v", id)
	}
	ours, theirs := a.Kerberos().Security(), i.Exchange().(kerberosInitiator).Security()
	for n := range 3 {
		message := []byte{byte(n)}
		for _, way := range [][2]*kerberos.Security{{ours, theirs}, {theirs, ours}} {
			token, err := way[0].Wrap(message, true)
			if err != nil {
				t.Fatal(err)
			}
			if got, _, err := way[1].Unwrap(token); err != nil || !bytes.Equal(got, message) {
				t.Fatal(n, err)
			}
		}
	}
}

func agreeNTLM(t *testing.T, i *spnego.Initiator, a *Acceptor) {
	t.Helper()
	if a.Kerberos() != nil || a.NTLM() == nil {
		t.Fatal("not NTLM")
	}
	if id := a.NTLM().Identity(); id.User != "bob" || id.Method != ntlm.NTLMv2 {
		t.Errorf("%+v", id)
	}
	ours, theirs := a.NTLM().Security(), i.Exchange().(ntlmInitiator).Security()
	for n := range 3 {
		message := []byte{byte(n)}
		for _, way := range [][2]*ntlm.Security{{ours, theirs}, {theirs, ours}} {
			sig, err := way[0].MIC(message)
			if err != nil {
				t.Fatal(err)
			}
			if err := way[1].VerifyMIC(message, sig[:]); err != nil {
				t.Fatal(n, err)
			}
		}
	}
}

// No token with a changed bit, and none that is cut, makes anybody else of who
// sent it. With a proved list nothing but what no mechanism signs can change: the
// names around a Kerberos ticket.
func TestTampered(t *testing.T) {
	h := kdctest.NewHouse(t, kerberos.AES256SHA1)
	for name, mech := range map[string]func() spnego.Mechanism{
		"Kerberos": func() spnego.Mechanism {
			return KerberosInitiator(h.Ticket(t, kerberos.AES256SHA1, "alice", kdctest.Realm))
		},
		"NTLM": func() spnego.Mechanism { return NTLMInitiator(bob("builder")) },
	} {
		for _, proved := range []bool{false, true} {
			all := []spnego.Mechanism{mech()}
			if proved {
				all = append([]spnego.Mechanism{stranger()}, all...)
			}
			// Every bit of every token, each in a negotiation of its own.
			for n := 0; ; n++ {
				ended := false
				for _, change := range []func([]byte) []byte{
					func(b []byte) []byte { b[n] ^= 1; return b },
					func(b []byte) []byte { b[n] ^= 0xFF; return b },
					func(b []byte) []byte { return b[:n] },
				} {
					// A new Service, or the second try would be a replay.
					options := Options{Kerberos: service(t, h.Keytab), NTLM: accounts()}
					for turn := range 3 {
						got, reached := tamper(t, newInitiator(t, spnego.InitiatorOptions{Mechanisms: all, MIC: proved}), newAcceptor(t, options), turn, n, change)
						ended = ended || reached
						if got != "" && got != "Kerberos alice" && got != "NTLM  bob NTLMv2" {
							t.Fatalf("%s, token %d, byte %d: %s", name, turn, n, got)
						}
					}
				}
				if !ended {
					break
				}
			}
		}
	}
}

// tamper changes the client's token of a turn; reached says whether it has so
// many bytes.
func tamper(t *testing.T, i *spnego.Initiator, a *Acceptor, turn, n int, change func([]byte) []byte) (who string, reached bool) {
	var token []byte
	for k := 0; ; k++ {
		var err error
		if token, _, err = i.Step(t.Context(), token); err != nil || token == nil {
			break
		}
		if k == turn {
			if reached = n < len(token); reached {
				token = change(bytes.Clone(token))
			}
		}
		var done bool
		if token, done, err = a.Step(t.Context(), token); err != nil {
			if a.Done() {
				t.Fatal("done with", err)
			}
			return "", reached
		}
		if done {
			return whois(a), reached
		}
	}
	return "", reached
}
