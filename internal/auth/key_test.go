package auth

import (
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

// A point's key goes with any name, by Basic and Digest, from the address that was
// asked for it alone, for as long as the question lives; after RFC 2069 too.
func TestKey(t *testing.T) {
	const key = "long enough"
	synctest.Test(t, func(t *testing.T) {
		g := NewGuard(Options{})
		g.SetPoint("live", &Rules{Publish: list(t, "local", "key"), Key: key})
		ask := playOf("live")
		ask.Right = Publish
		r := Request{Ask: ask, Method: "POST", URI: "/live"}
		judge := func(a Ask, value string) Answer {
			r := r
			r.Ask, r.Authorization = a, []string{value}
			return g.Dialogue().Judge(t.Context(), r)
		}
		first := g.Dialogue().Judge(t.Context(), r)
		if first.Verdict != Prove || len(first.Challenges) != 3 {
			t.Fatalf("%+v", first)
		}
		old := g.digest.nonce(ask.Address)
		after2069 := func() string {
			d := digestResponse{username: "x", realm: DefaultRealm, nonce: old, uri: "/live", algorithm: algorithmMD5}
			return `Digest username="x", realm="Caracal", nonce="` + old + `", uri="/live", response="` +
				d.answer(hashed(algorithmMD5, "x", DefaultRealm, key), "POST") + `"`
		}
		for i, challenge := range first.Challenges[:2] {
			if a := judge(ask, digestOf(t, challenge, "anybody", key, "POST", "/live", i+1)); a.Verdict != Allowed || a.Identity.Key != "live" {
				t.Errorf("Digest %d: %+v", i, a)
			}
		}
		for _, value := range []string{basicOf("x", key), after2069(), after2069()} {
			if a := judge(ask, value); a.Verdict != Allowed || a.Identity.Account != "" {
				t.Errorf("%s: %+v", value, a)
			}
		}
		elsewhere := ask
		elsewhere.Address = netip.MustParseAddr("192.0.2.10")
		if a := judge(elsewhere, after2069()); a.Verdict != Prove {
			t.Errorf("a challenge is answered by somebody else: %+v", a)
		}
		if a := judge(ask, basicOf("x", key+"!")); a.Verdict != Prove {
			t.Errorf("a wrong key: %+v", a)
		}
		other := ask
		other.Target = Target{Point: "other", Name: "other"}
		if a := judge(other, basicOf("x", key)); a.Verdict != Denied {
			t.Errorf("the key of another point: %+v", a)
		}
		if _, err := g.TryKey(t.Context(), ask, key); err != nil {
			t.Error(err)
		}
		if _, err := g.TryKey(t.Context(), ask, ""); err != ErrDenied {
			t.Error(err)
		}
		time.Sleep(nonceLife)
		if a := judge(ask, after2069()); a.Verdict != Prove {
			t.Errorf("an old challenge is good still: %+v", a)
		}
	})
}
