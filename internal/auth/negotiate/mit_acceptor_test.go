package negotiate

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caracal/internal/auth/kdctest"
	"caracal/internal/auth/kerberos"
	"caracal/internal/auth/spnego"
)

// MIT's library as the server, with tickets that no KDC made.
func TestMITAcceptor(t *testing.T) {
	etypes := []kerberos.EncType{kerberos.AES128SHA1, kerberos.AES256SHA1, kerberos.AES128SHA256, kerberos.RC4}
	h, binary := kdctest.NewHouse(t, etypes...), buildPeer(t)
	conf := filepath.Join(t.TempDir(), "krb5.conf")
	text := "[libdefaults]\ndefault_realm = " + kdctest.Realm + "\nallow_weak_crypto = true\nallow_rc4 = true\n" +
		"permitted_enctypes = aes256-cts aes128-cts aes128-sha2 rc4\n"
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "KRB5_CONFIG="+conf, "KRB5_KTNAME=FILE:"+h.Keytab, "KRB5RCACHENAME=none:", "LC_ALL=C")
	for _, etype := range etypes {
		for bits := range 1 << 4 {
			on := func(n int) bool { return bits>>n&1 != 0 }
			t.Run(fmt.Sprintf("%v %04b", etype, bits), func(t *testing.T) {
				o := h.Ticket(t, etype, "alice", kdctest.Realm)
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
				if said := meetPeer(t, p, i); !strings.HasPrefix(said, "done ") || !strings.Contains(said, "alice@"+kdctest.Realm) {
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
