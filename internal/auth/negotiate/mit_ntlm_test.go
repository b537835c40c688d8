package negotiate

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caracal/internal/auth/kdctest"
	"caracal/internal/auth/spnego"
)

// Another implementation's NTLM inside MIT's negotiation: both prove the list,
// and the messages that follow show in which state that leaves the RC4 streams.
func TestMITNTLM(t *testing.T) {
	binary, dir := buildPeer(t), t.TempDir()
	users, conf := filepath.Join(dir, "users"), filepath.Join(dir, "krb5.conf")
	for file, text := range map[string]string{
		users: "HOUSE:bob:builder\n", conf: "[libdefaults]\ndefault_realm = " + kdctest.Realm + "\ndns_lookup_kdc = false\n",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := append(os.Environ(), "KRB5_CONFIG="+conf, "KRB5CCNAME=FILE:"+filepath.Join(dir, "none"), "NTLM_USER_FILE="+users, "LC_ALL=C")
	for _, flags := range []int{62, 60, 32} {
		t.Run(fmt.Sprint(flags), func(t *testing.T) {
			p := startPeer(t, env, binary, "init", "HTTP@localhost", "spnego", fmt.Sprint(flags))
			a := newAcceptor(t, Options{NTLM: accounts()})
			sawMIC := false
			for done := false; !done; {
				token := p.token()
				if m, err := spnego.ParseNegTokenResp(token); err == nil && m.MIC != nil {
					sawMIC = true
				}
				var reply []byte
				var err error
				if reply, done, err = a.Step(t.Context(), token); err != nil {
					t.Fatal(err)
				}
				if len(reply) > 0 {
					p.say(reply)
				}
			}
			if said := p.line(); !strings.HasPrefix(said, "done ") || !strings.Contains(said, "bob") {
				t.Fatal(said)
			}
			if !sawMIC {
				t.Error("the list was not signed")
			}
			s := a.NTLM().Security()
			for n := range 3 {
				message := bytes.Repeat([]byte{byte(n + 1)}, 9+30*n)
				if err := s.VerifyMIC(message, p.ask("mic", message)); err != nil {
					t.Fatalf("MIC %d: %v", n, err)
				}
				sig, err := s.MIC(message)
				if err != nil {
					t.Fatal(err)
				}
				p.ask("verify", message, sig[:])
			}
		})
	}
}
