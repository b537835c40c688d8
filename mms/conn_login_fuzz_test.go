package mms

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"caracal/internal/auth"
	"caracal/internal/auth/access"
	"caracal/internal/auth/ntlm"
	"caracal/internal/store"
)

// FuzzLogin answers a challenge of NTLM with any two tokens: whatever they are, they
// prove nothing.
func FuzzLogin(f *testing.F) {
	kept, err := store.Open(f.Context(), f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	defer kept.Close()
	accounts := auth.NewAccounts(kept, func() []string { return nil })
	if err := accounts.Add(f.Context(), "mufasa", "Circle of L1fe"); err != nil {
		f.Fatal(err)
	}
	g := auth.NewGuard(auth.Options{Accounts: accounts, Schemes: []auth.Scheme{auth.NewNTLM(accounts, auth.NTLMOptions{Computer: "SERVER"})}})
	g.SetPolicy(auth.Policy{Server: auth.Rules{Schemes: []string{auth.NTLM}, Play: []access.Who{{Kind: access.Accounts}}}})
	i, err := ntlm.NewInitiator(ntlm.InitiatorOptions{User: "mufasa", Password: "wrong", Now: time.Now})
	if err != nil {
		f.Fatal(err)
	}
	hello, _, err := i.Step(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(AppendNTLM(nil, hello, false), AppendNTLM(nil, hello, true))
	f.Add(AppendNTLM(nil, hello, true), AppendBasicCredentials(nil, "mufasa", "Circle of L1fe"))
	f.Add([]byte{0, 0}, []byte(nil))
	f.Add(AppendNTLM(nil, hello, false), []byte{0, 0, '0'})
	tries := uint64(0)
	f.Fuzz(func(t *testing.T, first, second []byte) {
		var l login
		tries++ // each from an address of its own: nobody is slowed
		from := binary.BigEndian.AppendUint64(nil, tries)
		address, _ := netip.AddrFromSlice(append(from, make([]byte, 8)...))
		r := &refusal{ask: auth.Ask{Address: address, Protocol: protocolName}}
		r.Decision = g.Decide(t.Context(), r.ask, l.who)
		if r.Verdict != auth.Prove || l.pick(r, (&Subscriber{Client: "NSPlayer/9.0"}).Agent()) != auth.NTLM {
			t.Fatalf("%+v", r)
		}
		for _, token := range [][]byte{first, second} {
			reply, _, done, err := l.step(g, r, token)
			if done || !l.who.IsNobody() || err == nil && len(reply) == 0 || err != nil && l.try != nil {
				t.Fatalf("%x, %t, %v, as %v", reply, done, err, l.who)
			}
		}
	})
}
