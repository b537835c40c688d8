package mms

import (
	"fmt"
	"testing"

	"caracal/internal/vector"
)

func TestTokens(t *testing.T) {
	vector.Parsed(t, "tokens.txt", ParseToken, func(t *testing.T, v vector.Vector, in []byte, token Token) {
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
