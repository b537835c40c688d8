package negotiate

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jcmturner/gokrb5/v8/iana/nametype"
	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"

	"caracal/internal/auth/kerberos"
	"caracal/internal/auth/spnego"
)

// A house has a service's keys, and makes tickets of its own.
type house struct {
	keys *keytab.Keytab
	file string
}

func newHouse(t testing.TB, etypes ...kerberos.EncType) *house {
	t.Helper()
	h := &house{keys: keytab.New(), file: filepath.Join(t.TempDir(), "keytab")}
	for _, e := range etypes {
		if err := h.keys.AddEntry("HTTP/localhost", realm, "a long secret", time.Now(), 1, int32(e)); err != nil {
			t.Fatal(err)
		}
	}
	b, err := h.keys.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(h.file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) ticket(t testing.TB, etype kerberos.EncType) kerberos.InitiatorOptions {
	t.Helper()
	client := types.NewPrincipalName(nametype.KRB_NT_PRINCIPAL, "alice")
	server := types.NewPrincipalName(nametype.KRB_NT_SRV_HST, "HTTP/localhost")
	now := time.Now().UTC().Truncate(time.Second)
	ticket, key, err := messages.NewTicket(client, realm, server, realm, types.NewKrbFlags(), h.keys, int32(etype), 1,
		now, now.Add(-time.Minute), now.Add(time.Hour), now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	b, err := ticket.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return kerberos.InitiatorOptions{
		Client: kerberos.Principal{Type: kerberos.NameUser, Parts: []string{"alice"}, Realm: realm},
		Ticket: b, Session: kerberos.Key{Type: kerberos.EncType(key.KeyType), Value: key.KeyValue}, Now: time.Now,
		Flags: kerberos.FlagMutual | kerberos.FlagSign | kerberos.FlagSeal | kerberos.FlagReplay | kerberos.FlagSequence,
	}
}

// MIT's library as the server, with tickets that no KDC made.
func TestMITAcceptor(t *testing.T) {
	etypes := []kerberos.EncType{kerberos.AES128SHA1, kerberos.AES256SHA1, kerberos.AES128SHA256, kerberos.RC4}
	h, binary := newHouse(t, etypes...), buildPeer(t)
	conf := filepath.Join(t.TempDir(), "krb5.conf")
	text := "[libdefaults]\ndefault_realm = " + realm + "\nallow_weak_crypto = true\nallow_rc4 = true\n" +
		"permitted_enctypes = aes256-cts aes128-cts aes128-sha2 rc4\n"
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "KRB5_CONFIG="+conf, "KRB5_KTNAME=FILE:"+h.file, "KRB5RCACHENAME=none:", "LC_ALL=C")
	for _, etype := range etypes {
		for bits := range 1 << 4 {
			on := func(n int) bool { return bits>>n&1 != 0 }
			t.Run(fmt.Sprintf("%v %04b", etype, bits), func(t *testing.T) {
				o := h.ticket(t, etype)
				if o.Subkey = on(1); on(0) {
					o.Flags &^= kerberos.FlagMutual
				}
				all := []spnego.Mechanism{KerberosInitiator(o)}
				if on(2) { // the list must be proved
					all = append([]spnego.Mechanism{stranger()}, all...)
				}
				i, err := spnego.NewInitiator(spnego.InitiatorOptions{Mechanisms: all, MIC: true, NoToken: on(3)})
				if err != nil {
					t.Fatal(err)
				}
				p := startPeer(t, env, binary, "accept")
				if said := meetPeer(t, p, i); !strings.HasPrefix(said, "done ") || !strings.Contains(said, "alice@"+realm) {
					t.Fatal(said)
				}
				talk(t, p, i.Exchange().(kerberosInitiator).Security())
			})
		}
	}
}

// meetPeer lets an Initiator come to an end with a program, which after that
// says who it is with.
func meetPeer(t *testing.T, p *peer, i *spnego.Initiator) string {
	t.Helper()
	token, done, err := i.Step(t.Context(), nil)
	for {
		if err != nil {
			t.Fatal(err)
		}
		if token != nil {
			p.say(token)
			answer := p.token()
			if done {
				break
			}
			token, done, err = i.Step(t.Context(), answer)
			continue
		}
		if done {
			break
		}
		t.Fatal("nobody has anything to say")
	}
	return p.line()
}
