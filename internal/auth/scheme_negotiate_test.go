package auth

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"caracal/internal/auth/kdctest"
	"caracal/internal/auth/kerberos"
	"caracal/internal/auth/negotiate"
	"caracal/internal/auth/ntlm"
	"caracal/internal/auth/spnego"
	"caracal/internal/event"
)

// tickets are made with the keys that the service has.
func tickets(t testing.TB) (*kerberos.Service, *kdctest.House) {
	t.Helper()
	house := kdctest.NewHouse(t, kerberos.AES256SHA1)
	k, err := kerberos.OpenKeytab(house.Keytab)
	if err != nil {
		t.Fatal(err)
	}
	s, err := kerberos.NewService(kerberos.Options{Keytab: k, Realms: []string{kdctest.Realm, "OTHER.TEST"}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return s, house
}

// negotiateOver goes through the messages of a connection.
func negotiateOver(t *testing.T, d *Dialogue, ask Ask, m spnego.Mechanism) Answer {
	t.Helper()
	i, err := spnego.NewInitiator(spnego.InitiatorOptions{Mechanisms: []spnego.Mechanism{m}})
	if err != nil {
		t.Fatal(err)
	}
	var reply []byte
	for {
		token, _, err := i.Step(context.Background(), reply)
		if err != nil {
			t.Fatal(err)
		}
		a := d.Judge(t.Context(), get(ask, "Negotiate "+base64.StdEncoding.EncodeToString(token)))
		if !a.More {
			return a
		}
		text, _ := strings.CutPrefix(a.Challenges[0], "Negotiate ")
		if reply, err = base64.StdEncoding.DecodeString(text); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNegotiate(t *testing.T) {
	accounts := newAccounts(t)
	service, house := tickets(t)
	bob := func(password string) spnego.Mechanism {
		return negotiate.NTLMInitiator(ntlm.InitiatorOptions{User: "bob", Password: ntlm.Password(password), Now: time.Now})
	}
	of := func(user, realm string) spnego.Mechanism {
		return negotiate.KerberosInitiator(house.Ticket(t, kerberos.AES256SHA1, user, realm))
	}
	for name, tt := range map[string]struct {
		kerberos *kerberos.Service
		m        spnego.Mechanism
		want     Verdict
		who      string
	}{
		"Kerberos":             {service, of("alice", kdctest.Realm), Allowed, "alice"},
		"another case":         {service, of("ALICE", kdctest.Realm), Allowed, "alice"},
		"the second realm":     {service, of("alice", "OTHER.TEST"), Allowed, "alice"},
		"no such account":      {service, of("carol", kdctest.Realm), Prove, ""},
		"a role of an account": {service, of("alice/admin", kdctest.Realm), Prove, ""},
		"a foreign realm":      {service, of("alice", "EVIL.TEST"), Prove, ""},
		"NTLM":                 {service, bob(bobPassword), Allowed, "Bob"},
		"NTLM alone":           {nil, bob(bobPassword), Allowed, "Bob"},
		"a wrong password":     {service, bob("wrong"), Prove, ""},
		"Kerberos where none":  {nil, of("alice", kdctest.Realm), Prove, ""},
	} {
		g := NewGuard(Options{Accounts: accounts, Schemes: []Scheme{NewNegotiate(accounts, NTLMOptions{Computer: "STUDIO"}, tt.kerberos)}})
		g.SetPoint("club", &Rules{Play: list(t, "accounts")})
		verdict(t, name, negotiateOver(t, g.Dialogue(), playOf("club"), tt.m), tt.want, tt.who)
	}
}

// Why a ticket is not taken is told to the operator, and is no failure that slows
// anybody down; one of nobody's account is.
func TestTicketsThatAreNotTaken(t *testing.T) {
	var bus event.Bus
	sub := bus.Subscribe(16)
	accounts := newAccounts(t)
	service, house := tickets(t)
	g := NewGuard(Options{Accounts: accounts, Schemes: []Scheme{NewNegotiate(accounts, NTLMOptions{Computer: "STUDIO"}, service)}, Bus: &bus})
	g.SetPoint("club", &Rules{Play: list(t, "accounts")})
	late := house.Ticket(t, kerberos.AES256SHA1, "alice", kdctest.Realm)
	late.Now = func() time.Time { return time.Now().Add(-time.Hour) }
	for _, tt := range []struct {
		o        kerberos.InitiatorOptions
		reason   error
		failures int
	}{
		{house.Ticket(t, kerberos.AES256SHA1, "alice", "EVIL.TEST"), kerberos.ErrRealm, 0},
		{late, kerberos.ErrSkew, 0},
		{house.Ticket(t, kerberos.AES256SHA1, "carol", kdctest.Realm), nil, 1},
	} {
		verdict(t, tt.o.Client.String(), negotiateOver(t, g.Dialogue(), playOf("club"), negotiate.KerberosInitiator(tt.o)), Prove, "")
		e, ok := (<-sub.C()).Event.(event.AuthFailed)
		if !ok || e.Failures != tt.failures || e.Account != "" || (tt.reason == nil) != (e.Reason == "") ||
			tt.reason != nil && !strings.Contains(e.Reason, tt.reason.Error()) {
			t.Errorf("%+v", e)
		}
	}
}

// Both sides have the same key, and open what the other closes.
func TestNegotiateSecurity(t *testing.T) {
	accounts := newAccounts(t)
	service, house := tickets(t)
	s := NewNegotiate(accounts, NTLMOptions{Computer: "STUDIO"}, service)
	if _, err := s.Begin(Peer{Datagram: true}); !errors.Is(err, ErrScheme) {
		t.Error(err)
	}
	x, err := s.Begin(Peer{})
	if err != nil || x.Security() != nil || !x.Identity().IsNobody() {
		t.Fatal(x, err)
	}
	o := house.Ticket(t, kerberos.AES256SHA1, "alice", kdctest.Realm)
	o.Flags = kerberos.FlagSign | kerberos.FlagSeal
	i, err := kerberos.NewInitiator(o)
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := i.Step(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, done, err := x.Step(t.Context(), token); err != nil || !done || x.Identity().Scheme != Negotiate {
		t.Fatal(done, err)
	}
	here, there := x.Security(), i.Security()
	if string(here.SessionKey()) != string(i.SessionKey().Value) {
		t.Error("the keys differ")
	}
	sealed, err := there.Wrap([]byte("what follows"), true)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := here.Unwrap(sealed); err != nil || string(got) != "what follows" {
		t.Errorf("%q, %v", got, err)
	}
	mic, err := here.MIC([]byte("what follows"))
	if err != nil || there.VerifyMIC([]byte("what follows"), mic) != nil {
		t.Errorf("the signature is wrong: %v", err)
	}
	open, err := there.Wrap([]byte("in the open"), false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := here.Unwrap(open); err == nil {
		t.Error("what is not sealed is taken")
	}
}
