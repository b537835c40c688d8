package ntlm

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// No secret shows in what is printed, however it is.
func TestSecretsAreHidden(t *testing.T) {
	const password = "hunter2-hunter2"
	a := newAcceptor(t, AcceptorOptions{AllowV1: true})
	a.o.Lookup = lookupAlways(NTHash(password))
	i := newInitiator(t, InitiatorOptions{Password: password, Sign: true, Seal: true, Method: NTLMv1})
	token := talk(t, i, a)
	if _, _, err := a.Step(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	m, err := ParseAuthenticate(token)
	if err != nil {
		t.Fatal(err)
	}
	r := Response2{Proof: [16]byte(m.NT)}
	hash, key, sign := NTHash(password), a.SessionKey(), signKey(a.SessionKey(), toServer)
	secrets := []string{password}
	for _, s := range [][]byte{hash[:], key[:], sign[:], a.Security().out.seal, m.NT, r.Proof[:], []byte(password)} {
		listed := strings.Trim(fmt.Sprint(s), "[]")
		secrets = append(secrets, listed, strings.ReplaceAll(listed, " ", ","), string(s),
			base64.StdEncoding.EncodeToString(s), hex.EncodeToString(s), strings.ToUpper(hex.EncodeToString(s)), strings.Trim(fmt.Sprintf("%#v", s), "[]byte{}"))
	}
	for _, v := range []any{
		hash, &hash, key, &key, Password(password), i, *i, a, *a, a.Security(), *a.Security(), i.Security(), m, &m, r, &r,
		i.o, &i.o, a.o, &a.o, []any{hash, key}, map[string]any{"key": key}, struct{ K Key }{key}, a.Identity(),
	} {
		for _, text := range everyWay(t, v) {
			for _, secret := range secrets {
				if strings.Contains(text, secret) {
					t.Errorf("%T shows a secret: %q", v, text)
				}
			}
		}
	}
}

func everyWay(t *testing.T, v any) []string {
	t.Helper()
	var all []string
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		all = append(all, fmt.Sprintf(format, v))
	}
	if b, err := json.Marshal(v); err == nil {
		all = append(all, string(b))
	}
	var plain, structured strings.Builder
	slog.New(slog.NewTextHandler(&plain, nil)).Info("x", "v", v)
	slog.New(slog.NewJSONHandler(&structured, nil)).Info("x", "v", v)
	return append(all, plain.String(), structured.String())
}

// Nor in an error.
func TestErrorsAreHidden(t *testing.T) {
	const password = "hunter2-hunter2"
	a := newAcceptor(t, AcceptorOptions{AllowV1: true})
	asked := *a
	token := talk(t, newInitiator(t, InitiatorOptions{Password: password, NoMIC: true}), &asked)
	hash := NTHash(password)
	for n := range token {
		for _, b := range [][]byte{token[:n], flipped(token, n)} {
			refused := asked
			_, _, err := refused.Step(t.Context(), b)
			if err == nil {
				t.Fatal("taken")
			}
			if text := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(text, password) ||
				strings.Contains(text, hex.EncodeToString(hash[:])) || len(text) > 400 {
				t.Errorf("%q", text)
			}
		}
	}
}
