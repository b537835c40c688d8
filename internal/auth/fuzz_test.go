package auth

import (
	"encoding/base64"
	"net/netip"
	"strings"
	"testing"

	"caracal/internal/auth/access"
)

// Whatever is sent to prove something proves nothing that is not so.
func FuzzDialogue(f *testing.F) {
	for _, s := range []string{
		"Basic eDp5", "Basic " + base64.StdEncoding.EncodeToString([]byte("x:the right key")), "Digest username=\"a\", qop=auth",
		`Digest username="x", realm="Caracal", nonce="1-2-3", uri="/live", response="0", algorithm=SHA-256-sess, cnonce="c"`,
		"NTLM TlRMTVNTUAABAAAA", "Negotiate", "  ", "Basic",
	} {
		f.Add(s, "Negotiate, NTLM, Digest, Basic", "/live")
	}
	g := NewGuard(Options{Schemes: []Scheme{tokens{}}})
	g.SetPoint("live", &Rules{Publish: []access.Who{{Kind: access.Key}}, Key: "the right key"})
	ask := Ask{Right: Publish, Target: Target{Point: "live", Name: "live"}, Address: netip.MustParseAddr("192.0.2.1")}
	f.Fuzz(func(t *testing.T, authorization, accept, uri string) {
		g.slow = newThrottle()
		a := g.Dialogue().Judge(t.Context(), Request{
			Ask: ask, Method: "POST", URI: uri, Authorization: []string{authorization}, Accept: accept,
		})
		_, password, _ := parseBasic(strings.TrimSpace(authorization[min(len(authorization), 6):]))
		if a.Verdict == Allowed && password != "the right key" {
			t.Fatalf("%q is allowed", authorization)
		}
		if a.Verdict == Prove && len(a.Challenges) == 0 {
			t.Fatalf("%+v", a)
		}
		for _, c := range append(a.Challenges, a.Info) {
			if strings.ContainsAny(c, "\r\n") {
				t.Fatalf("%q", c)
			}
		}
	})
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte(`{"verdict": "allow", "reason": "x"}`))
	f.Add([]byte(`{"verdict": "prove"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		x, err := parseAnswer(b)
		if err != nil && x.verdict != Denied || len(x.reason) > maxReason {
			t.Fatalf("%+v, %v", x, err)
		}
	})
}
