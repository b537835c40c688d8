package ntlm

import (
	"context"
	"strings"
	"testing"
	"time"
)

var now2003 = time.Date(2003, 4, 24, 12, 0, 0, 0, time.UTC)

// newAcceptor knows "User" of any domain with "Password".
func newAcceptor(t testing.TB, o AcceptorOptions) *Acceptor {
	t.Helper()
	o.Computer, o.Domain, o.DNSComputer = "SERVER", "Domain", "server.example.com"
	if o.Now == nil {
		o.Now = func() time.Time { return now2003 }
	}
	o.Lookup = func(_ context.Context, _, user string) ([16]byte, error) {
		if !strings.EqualFold(user, "User") {
			return [16]byte{}, ErrNoUser
		}
		return NTHash(password4), nil
	}
	a, err := NewAcceptor(o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func newInitiator(t testing.TB, o InitiatorOptions) *Initiator {
	t.Helper()
	if o.User == "" && !o.Anonymous {
		o.User = "User"
	}
	if o.Password == "" {
		o.Password = password4
	}
	o.Domain, o.Workstation = "Domain", "COMPUTER"
	o.Now = func() time.Time { return now2003 }
	i, err := NewInitiator(o)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// talk lets both say what they have to, up to AUTHENTICATE, which it returns.
func talk(t testing.TB, i *Initiator, a *Acceptor) []byte {
	t.Helper()
	var token []byte
	var err error
	if !a.o.Datagram {
		if token, _, err = i.Step(nil); err != nil {
			t.Fatal(err)
		}
	}
	challenge, _, err := a.Step(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	token, done, err := i.Step(challenge)
	if err != nil || !done {
		t.Fatal(done, err)
	}
	return token
}

func lookupAlways(h Hash) func(context.Context, string, string) ([16]byte, error) {
	return func(context.Context, string, string) ([16]byte, error) { return h, nil }
}
