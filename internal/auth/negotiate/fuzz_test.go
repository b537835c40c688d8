package negotiate

import (
	"testing"

	"caracal/internal/auth/kdctest"
	"caracal/internal/auth/kerberos"
	"caracal/internal/auth/spnego"
)

// Anything may come in three turns; nobody gets in who has neither ticket nor
// password.
func FuzzAcceptor(f *testing.F) {
	h := kdctest.NewHouse(f, kerberos.AES256SHA1)
	ticket := h.Ticket(f, kerberos.AES256SHA1, "alice", kdctest.Realm)
	for _, all := range [][]spnego.Mechanism{
		{KerberosInitiator(ticket)}, {NTLMInitiator(bob("builder"))}, {stranger(), KerberosInitiator(ticket)}, {stranger(), NTLMInitiator(bob("x"))},
	} {
		a := newAcceptor(f, Options{Kerberos: service(f, h.Keytab), NTLM: accounts()})
		i := newInitiator(f, spnego.InitiatorOptions{Mechanisms: all})
		var said [3][]byte
		var token []byte
		for n := range said {
			var err error
			if token, _, err = i.Step(f.Context(), token); err != nil || token == nil {
				break
			}
			said[n] = token
			if token, _, err = a.Step(f.Context(), token); err != nil || token == nil {
				break
			}
		}
		f.Add(said[0], said[1], said[2])
	}
	k := kdctest.NewHouse(f, kerberos.AES256SHA1) // with the same keys, whose tickets are known
	f.Fuzz(func(t *testing.T, one, two, three []byte) {
		a := newAcceptor(t, Options{Kerberos: service(t, k.Keytab), NTLM: accounts()})
		for _, token := range [][]byte{one, two, three} {
			_, done, err := a.Step(t.Context(), token)
			if done != (err == nil && a.Done()) {
				t.Fatal(done, err)
			}
			if done && whois(a) != "Kerberos alice" {
				t.Fatal(whois(a))
			}
		}
	})
}
