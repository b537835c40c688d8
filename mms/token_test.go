package mms

import (
	"fmt"
	"testing"

	"caracal/internal/vector"
)

func TestTokens(t *testing.T) {
	for _, v := range vector.Read(t, "tokens.txt") {
		t.Run(v["name"], func(t *testing.T) {
			in := v.Bytes(t, "hex")
			token, err := ParseToken(in)
			if want, bad := v["error"]; bad {
				if err == nil || err.Error() != want {
					t.Fatalf("error %v, want %s", err, want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			user, password, ok := token.BasicCredentials()
			got := fmt.Sprintf("ntlm=%t %x wrapped=%t text=%q credentials=%q %q %t",
				token.IsNTLM, token.NTLM, token.Wrapped, token.Text, user, password, ok)
			if got != v["expect"] {
				t.Errorf("got  %s\nwant %s", got, v["expect"])
			}
			out := AppendNTLM(nil, token.NTLM, token.Wrapped)
			if !token.IsNTLM {
				out = AppendBasicCredentials(nil, user, password)
			}
			if v["append"] != "other" && fmt.Sprintf("%x", out) != fmt.Sprintf("%x", in) {
				t.Errorf("appended %x", out)
			}
		})
	}
}

func TestBasicRealm(t *testing.T) {
	for realm, want := range map[string]string{"": `realm=""`, "a b": `realm="a b"`, `a"b`: `realm="ab"`} {
		token, err := ParseToken(AppendBasicRealm(nil, realm))
		if err != nil || token.IsNTLM || token.Text != want {
			t.Errorf("%q: %+v, %v", realm, token, err)
		}
	}
}

func TestTokensAreBounded(t *testing.T) {
	long := AppendNTLM(nil, append([]byte(ntlmSignature), make([]byte, MaxNTLM)...), false)
	if _, err := ParseToken(long); err == nil {
		t.Error("a token longer than MaxNTLM is taken")
	}
}
