package kerberos

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jcmturner/gofork/encoding/asn1"
	"github.com/jcmturner/gokrb5/v8/asn1tools"
	"github.com/jcmturner/gokrb5/v8/crypto"
	"github.com/jcmturner/gokrb5/v8/iana/asnAppTag"
	"github.com/jcmturner/gokrb5/v8/iana/nametype"
	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"
)

const home = "EXAMPLE.COM"

var (
	noon     = time.Date(2003, 4, 24, 12, 0, 0, 123456000, time.UTC)
	allTypes = []EncType{AES128SHA1, AES256SHA1, AES128SHA256, AES256SHA384, RC4}
)

// theKeys are those of HTTP/www.example.com, which cost much to make.
var theKeys = sync.OnceValue(func() *keytab.Keytab {
	k := keytab.New()
	for _, e := range allTypes {
		if err := k.AddEntry("HTTP/www.example.com", home, "a long secret", noon, 3, int32(e)); err != nil {
			panic(err)
		}
	}
	return k
})

func keytabBytes(t testing.TB, k *keytab.Keytab) []byte {
	t.Helper()
	b, err := k.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// keytabFile is the keytab in a file, as an operator has it.
func keytabFile(t testing.TB) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "keytab")
	if err := os.WriteFile(file, keytabBytes(t, theKeys()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func newService(t testing.TB, o Options) *Service {
	t.Helper()
	if o.Keytab == nil {
		k, err := OpenKeytab(keytabFile(t))
		if err != nil {
			t.Fatal(err)
		}
		o.Keytab = k
	}
	if o.Realms == nil {
		o.Realms = []string{home}
	}
	if o.Now == nil {
		o.Now = func() time.Time { return noon }
	}
	s, err := NewService(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A grant is what a KDC is asked for.
type grant struct {
	etype      EncType
	user       []string // alice if nil
	realm      string   // home if empty
	flags      []int
	start, end time.Duration // from noon; an hour of both by default
	transited  string        // the realms that the client came through
}

// ticketOf makes a ticket without any KDC.
func ticketOf(t testing.TB, g grant) InitiatorOptions {
	t.Helper()
	if g.user == nil {
		g.user = []string{"alice"}
	}
	if g.realm == "" {
		g.realm = home
	}
	if g.start == 0 && g.end == 0 {
		g.start, g.end = -time.Hour, time.Hour
	}
	flags := types.NewKrbFlags()
	for _, n := range g.flags {
		types.SetFlag(&flags, n)
	}
	client := types.PrincipalName{NameType: nametype.KRB_NT_PRINCIPAL, NameString: g.user}
	return sealTicket(t, g, client, flags)
}

func sealTicket(t testing.TB, g grant, client types.PrincipalName, flags asn1.BitString) InitiatorOptions {
	t.Helper()
	service, _ := types.ParseSPNString("HTTP/www.example.com")
	start, end := noon.Add(g.start).Truncate(time.Second), noon.Add(g.end).Truncate(time.Second)
	ticket, key, err := messages.NewTicket(client, g.realm, service, home, flags, theKeys(), int32(g.etype), 3, start, start, end, end)
	if err != nil {
		t.Fatal(err)
	}
	if g.etype == AES256SHA384 || g.transited != "" {
		ticket.EncPart, key = resealed(t, ticket, g)
	}
	b, err := ticket.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return InitiatorOptions{
		Client: Principal{Type: NameUser, Parts: g.user, Realm: g.realm},
		Ticket: b, Session: Key{EncType(key.KeyType), key.KeyValue},
		Now: func() time.Time { return noon },
	}
}

// resealed is a ticket's sealed part with what the library does not put there: the
// realms, and for AES256SHA384 a key of 32 bytes, where it makes 24.
func resealed(t testing.TB, ticket messages.Ticket, g grant) (types.EncryptedData, types.EncryptionKey) {
	t.Helper()
	if err := ticket.DecryptEncPart(theKeys(), nil); err != nil {
		t.Fatal(err)
	}
	part := ticket.DecryptedEncPart
	part.Transited.Contents = []byte(g.transited)
	size, _, _ := g.etype.sizes()
	part.Key.KeyValue = make([]byte, size)
	_, _ = rand.Read(part.Key.KeyValue)
	b, err := asn1.Marshal(part)
	if err != nil {
		t.Fatal(err)
	}
	service, _, err := theKeys().GetEncryptionKey(ticket.SName, home, 3, int32(g.etype))
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := crypto.GetEncryptedData(asn1tools.AddASNAppTag(b, asnAppTag.EncTicketPart), service, usageTicket, 3)
	if err != nil {
		t.Fatal(err)
	}
	return sealed, part.Key
}

func newInitiator(t testing.TB, o InitiatorOptions) *Initiator {
	t.Helper()
	i, err := NewInitiator(o)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// asked is the token with which an initiator begins.
func asked(t testing.TB, o InitiatorOptions) []byte {
	t.Helper()
	token, _, err := newInitiator(t, o).Step(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// meet lets both come to an end.
func meet(t testing.TB, i *Initiator, a *Acceptor) {
	t.Helper()
	token, done, err := i.Step(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	reply, ok, err := a.Step(t.Context(), token)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	if done != (reply == nil) {
		t.Fatalf("done %v with a reply of %d bytes", done, len(reply))
	}
	if done {
		return
	}
	if more, done, err := i.Step(t.Context(), reply); err != nil || !done || more != nil {
		t.Fatal(more, done, err)
	}
}
