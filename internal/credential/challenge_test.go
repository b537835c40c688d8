package credential

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// told writes challenges as a test names them.
func told(list []challenge) string {
	var b strings.Builder
	for _, c := range list {
		fmt.Fprintf(&b, "%s", c.scheme)
		if c.token != "" {
			fmt.Fprintf(&b, " %s", c.token)
		}
		for _, name := range slices.Sorted(maps.Keys(c.parameters)) {
			fmt.Fprintf(&b, " %s=%s", name, c.parameters[name])
		}
		b.WriteString("; ")
	}
	return strings.TrimSuffix(b.String(), "; ")
}

func TestParseChallenges(t *testing.T) {
	many := strings.TrimSuffix(strings.Repeat("Basic, ", maxChallenges+5), ", ")
	tests := []struct {
		headers []string
		want    string
	}{
		{[]string{"Basic realm=\"a\"", "NTLM"}, "basic realm=a; ntlm"},
		{[]string{`Digest realm="a, Basic b", nonce="c\"d",qop="auth,auth-int", Basic realm=x`}, `digest nonce=c"d qop=auth,auth-int realm=a, Basic b; basic realm=x`},
		{[]string{"Negotiate, NTLM,Basic realm = \"a\" , charset=UTF-8"}, "negotiate; ntlm; basic charset=UTF-8 realm=a"},
		{[]string{"NTLM TlRMTVNTUAACAAAA=="}, "ntlm TlRMTVNTUAACAAAA=="},
		{[]string{"NTLM TlRM=, Basic realm=a"}, "ntlm TlRM=; basic realm=a"},
		{[]string{",, Basic realm=\"\" ,"}, "basic realm="},
		{[]string{"basic Realm=\"a\""}, "basic realm=a"},
		// What is not clear is left out, with what follows it.
		{[]string{`Basic realm="a", realm="b", NTLM`}, ""},
		{[]string{`NTLM, Digest realm="open`, "Basic"}, "ntlm; basic"},
		{[]string{`realm="a"`, "=", "\"Basic\"", " ", ""}, ""},
		{[]string{"Basic " + strings.Repeat("x", maxHeader)}, ""},
		{[]string{many}, strings.TrimSuffix(strings.Repeat("basic; ", maxChallenges), "; ")},
	}
	for _, tt := range tests {
		if got := told(parseChallenges(tt.headers)); got != tt.want {
			t.Errorf("%.100q: %s, want %s", tt.headers, got, tt.want)
		}
	}
}

// Whatever a server asks leads to one header at most, and the password is in it as the
// scheme has it, or not at all.
func FuzzChallenges(f *testing.F) {
	for _, s := range []string{
		`Digest realm="a", nonce="b", qop="auth", algorithm=SHA-256-sess, opaque=""`, "NTLM TlRMTVNTUAACAAAA", "Negotiate, NTLM",
		`Basic realm="a", Digest nonce=x, stale=true`, `Digest realm="\"\\", nonce="=", algorithm=MD5`, "Basic", "NTLM =", "\x00",
	} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		p := new(Book).Peer(Target{Scheme: "http", Address: "h:80"}, userOf(`D\user`, "pass word"))
		c := p.Conn()
		for _, values := range [][]string{{first}, {second}, {first, second}} {
			proof := c.Prove("GET", "/a?b\"")
			if strings.ContainsAny(proof.Value, "\r\n\x00") || strings.Contains(proof.Value, "pass word") {
				t.Fatalf("%q", proof.Value)
			}
			if again, err := c.Challenged(proof, values); again && err != nil {
				t.Fatal(err)
			}
		}
		if len(parseChallenges([]string{first, second})) > maxChallenges {
			t.Fatal("too many")
		}
	})
}
