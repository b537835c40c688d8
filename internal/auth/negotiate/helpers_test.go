package negotiate

import (
	"context"
	"strings"
	"testing"
	"time"

	"caracal/internal/auth/kdctest"
	"caracal/internal/auth/kerberos"
	"caracal/internal/auth/ntlm"
	"caracal/internal/auth/spnego"
)

// service is one with a keytab file, by the clock of this machine, which other
// programs go by.
func service(t testing.TB, file string) *kerberos.Service {
	t.Helper()
	k, err := kerberos.OpenKeytab(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := kerberos.NewService(kerberos.Options{Keytab: k, Realms: []string{kdctest.Realm}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// accounts knows bob with "builder".
func accounts() *ntlm.AcceptorOptions {
	return &ntlm.AcceptorOptions{
		Now: time.Now, Computer: "SERVER", Domain: "HOUSE",
		Lookup: func(_ context.Context, _, user string) ([16]byte, error) {
			if !strings.EqualFold(user, "bob") {
				return [16]byte{}, ntlm.ErrNoUser
			}
			return ntlm.NTHash("builder"), nil
		},
	}
}

func bob(password ntlm.Password) ntlm.InitiatorOptions {
	return ntlm.InitiatorOptions{User: "bob", Password: password, Now: time.Now}
}

func newAcceptor(t testing.TB, o Options) *Acceptor {
	t.Helper()
	a, err := NewAcceptor(o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// stranger is a mechanism that no server has.
func stranger() spnego.Mechanism {
	return spnego.Mechanism{OID: "\x2A\x03\x04", New: func() (spnego.Exchange, error) { return strange{}, nil }}
}

type strange struct{}

func (strange) Step(context.Context, []byte) ([]byte, bool, error) { return []byte("?"), false, nil }
func (strange) MIC([]byte) ([]byte, error)                         { return nil, spnego.ErrNoMIC }
func (strange) VerifyMIC(_, _ []byte) error                        { return spnego.ErrNoMIC }
