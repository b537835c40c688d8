package auth

import (
	"encoding/base64"
	"net/netip"
	"strings"
	"testing"
	"time"

	"caracal/internal/auth/access"
	"caracal/internal/auth/kerberos"
	"caracal/internal/auth/negotiate"
	"caracal/internal/auth/ntlm"
	"caracal/internal/auth/spnego"
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

// Whatever tokens come let nobody in: the tickets are of a realm that is not named, and
// nobody knows the passwords.
func FuzzTokens(f *testing.F) {
	accounts := newAccounts(f)
	service, house := tickets(f)
	o := NTLMOptions{Computer: "STUDIO", AllowV1: true}
	g := NewGuard(Options{Accounts: accounts, Schemes: []Scheme{NewNTLM(accounts, o), NewNegotiate(accounts, o, service)}})
	g.SetPoint("club", &Rules{Play: []access.Who{{Kind: access.Accounts}}})
	wrong := ntlm.InitiatorOptions{User: "alice", Password: "wrong", Now: time.Now}
	plain, err := ntlm.NewInitiator(wrong)
	if err != nil {
		f.Fatal(err)
	}
	first, _, err := plain.Step(nil)
	if err != nil {
		f.Fatal(err)
	}
	for _, m := range []spnego.Mechanism{
		negotiate.NTLMInitiator(wrong), negotiate.KerberosInitiator(house.Ticket(f, kerberos.AES256SHA1, "alice", "EVIL.TEST")),
	} {
		i, err := spnego.NewInitiator(spnego.InitiatorOptions{Mechanisms: []spnego.Mechanism{m}})
		if err != nil {
			f.Fatal(err)
		}
		token, _, err := i.Step(f.Context(), nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(true, token, first)
	}
	x, err := NewNTLM(accounts, o).Begin(Peer{})
	if err != nil {
		f.Fatal(err)
	}
	challenge, _, err := x.Step(f.Context(), first)
	if err != nil {
		f.Fatal(err)
	}
	last, _, err := plain.Step(challenge)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(false, first, last)
	f.Fuzz(func(t *testing.T, negotiated bool, one, two []byte) {
		g.slow = newThrottle()
		d, scheme := g.Dialogue(), NTLM
		if negotiated {
			scheme = Negotiate
		}
		for _, token := range [][]byte{one, two, one} {
			a := d.Judge(t.Context(), get(playOf("club"), scheme+" "+base64.StdEncoding.EncodeToString(token)))
			if a.Verdict == Allowed || !a.Identity.IsNobody() || len(a.Challenges) == 0 {
				t.Fatalf("%x: %+v", token, a)
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
