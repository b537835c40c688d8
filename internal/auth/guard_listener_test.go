package auth

import (
	"net/netip"
	"slices"
	"testing"
)

// What holds before anything is asked for: the root's rules say nothing of it.
func TestAdmitsTo(t *testing.T) {
	here, there := netip.MustParseAddr("192.0.2.9"), netip.MustParseAddr("198.51.100.1")
	all := []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}
	g := NewGuard(Options{})
	g.SetPoint("", &Rules{Deny: all})
	g.SetPolicy(Policy{
		Server:    Rules{Deny: []netip.Prefix{netip.PrefixFrom(there, 32)}},
		Listeners: map[string]*Rules{"rtsp": {Deny: all}},
	})
	for _, tt := range []struct {
		protocol string
		from     netip.Addr
		want     Verdict
	}{{"mms", here, Allowed}, {"mms", there, Denied}, {"rtsp", here, Denied}} {
		if d := g.AdmitsTo(tt.protocol, tt.from); d.Verdict != tt.want || (d.Reason == "") != (tt.want == Allowed) {
			t.Errorf("%s from %s: %+v", tt.protocol, tt.from, d)
		}
	}
	if d := (*Guard)(nil).AdmitsTo("mms", there); d.Verdict != Allowed {
		t.Errorf("no Guard: %+v", d)
	}
}

// MMS has two schemes, whatever is configured: where it has none, nobody can prove
// anything.
func TestSchemesOfProtocols(t *testing.T) {
	accounts := newAccounts(t)
	g := NewGuard(Options{Accounts: accounts, Schemes: []Scheme{NewNTLM(accounts, NTLMOptions{Computer: "STUDIO"})}})
	for _, tt := range []struct {
		rules     []string
		http, mms []string
	}{
		{nil, []string{NTLM, Digest, Basic}, []string{NTLM, Basic}},
		{[]string{Basic, Digest, NTLM}, []string{Basic, Digest, NTLM}, []string{Basic, NTLM}},
		{[]string{Digest}, []string{Digest}, nil},
	} {
		g.SetPolicy(Policy{Server: Rules{Schemes: tt.rules, Play: list(t, "accounts")}})
		for protocol, want := range map[string][]string{"http": tt.http, "mms": tt.mms} {
			a := playOf("club")
			a.Protocol = protocol
			d := g.Decide(t.Context(), a, Identity{})
			if !slices.Equal(g.Schemes(protocol), want) || !slices.Equal(d.Schemes, want) || (d.Verdict == Prove) != (want != nil) {
				t.Errorf("%q over %s: %q, %+v", tt.rules, protocol, g.Schemes(protocol), d)
			}
			for _, s := range []string{NTLM, Basic} {
				if _, err := g.Try(s, a); (err == nil) != slices.Contains(want, s) {
					t.Errorf("%q over %s: a try of %s: %v", tt.rules, protocol, s, err)
				}
			}
		}
	}
	if got := (*Guard)(nil).Schemes("mms"); got != nil {
		t.Errorf("no Guard: %q", got)
	}
}

func TestRenew(t *testing.T) {
	accounts := newAccounts(t)
	g := NewGuard(Options{Accounts: accounts})
	was := Identity{Account: "alice", Scheme: NTLM}
	if id := g.Renew(t.Context(), was); !id.Same(was) || !id.In("staff") || id.Scheme != NTLM {
		t.Errorf("%+v", id)
	}
	if err := accounts.Remove(t.Context(), "alice"); err != nil {
		t.Fatal(err)
	}
	for _, id := range []Identity{g.Renew(t.Context(), was), g.Renew(t.Context(), Identity{}), (*Guard)(nil).Renew(t.Context(), was)} {
		if !id.IsNobody() {
			t.Errorf("%+v", id)
		}
	}
}
