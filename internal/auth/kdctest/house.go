package kdctest

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jcmturner/gokrb5/v8/iana/nametype"
	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"

	"caracal/internal/auth/kerberos"
)

// A House has the keys of HTTP/localhost in the Realm, and makes tickets of its own:
// each House has the same keys.
type House struct {
	Keytab string // a file
	keys   *keytab.Keytab
}

const service = "HTTP/localhost"

// NewHouse makes a keytab with a key of each type.
func NewHouse(t testing.TB, etypes ...kerberos.EncType) *House {
	t.Helper()
	h := &House{keys: keytab.New(), Keytab: filepath.Join(t.TempDir(), "keytab")}
	for _, e := range etypes {
		if err := h.keys.AddEntry(service, Realm, "a long secret", time.Now(), 1, int32(e)); err != nil {
			t.Fatal(err)
		}
	}
	b, err := h.keys.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(h.Keytab, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return h
}

// Ticket is one of a user of a realm, which asks for all that a client may ask for.
func (h *House) Ticket(t testing.TB, etype kerberos.EncType, user, realm string) kerberos.InitiatorOptions {
	t.Helper()
	client := types.NewPrincipalName(nametype.KRB_NT_PRINCIPAL, user)
	server := types.NewPrincipalName(nametype.KRB_NT_SRV_HST, service)
	now := time.Now().UTC().Truncate(time.Second)
	ticket, key, err := messages.NewTicket(client, realm, server, Realm, types.NewKrbFlags(), h.keys, int32(etype), 1,
		now, now.Add(-time.Minute), now.Add(time.Hour), now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	b, err := ticket.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return kerberos.InitiatorOptions{
		Client: kerberos.Principal{Type: kerberos.NameUser, Parts: client.NameString, Realm: realm},
		Ticket: b, Session: kerberos.Key{Type: kerberos.EncType(key.KeyType), Value: key.KeyValue}, Now: time.Now,
		Flags: kerberos.FlagMutual | kerberos.FlagSign | kerberos.FlagSeal | kerberos.FlagReplay | kerberos.FlagSequence,
	}
}
