package kerberos

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// No key shows in text, in whatever is printed.
func TestSecretsAreHidden(t *testing.T) {
	s := newService(t, Options{})
	o := ticketOf(t, grant{etype: AES256SHA1})
	o.Flags = FlagMutual
	i, a := newInitiator(t, o), s.Acceptor()
	meet(t, i, a)
	k, err := OpenKeytab(keytabFile(t))
	if err != nil {
		t.Fatal(err)
	}
	secrets := [][]byte{o.Session.Value, a.SessionKey().Value, k.Entries()[0].Key.Value, k.Entries()[1].Key.Value}
	for _, v := range []any{o.Session, &o.Session, a.SessionKey(), a.Security(), *a.Security(), k, k.Entries(), a, *a, i, *i, o, s, i.Security(), a.Identity()} {
		text := ""
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q", "%d"} {
			text += fmt.Sprintf(verb, v) + "\n"
		}
		if b, err := json.Marshal(v); err == nil {
			text += string(b)
		}
		for _, secret := range secrets {
			for _, form := range []string{hex.EncodeToString(secret), string(secret), fmt.Sprint(secret), fmt.Sprintf("%#v", secret)[8:20]} {
				if strings.Contains(strings.ToLower(text), strings.ToLower(form)) {
					t.Fatalf("%T shows a key", v)
				}
			}
		}
	}
}
