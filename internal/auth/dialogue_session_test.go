package auth

import (
	"net/netip"
	"testing"
)

// session asks for something in the session of an account.
func session(r Request, owner string, owned bool) Request {
	r.Owner, r.Owned = Identity{Account: owner}, owned
	return r
}

// A session is for whom it belongs to, also at a point that is open to everybody.
func TestSessionsOfAccounts(t *testing.T) {
	g := NewGuard(Options{Accounts: newAccounts(t)})
	g.SetPoint("club", &Rules{Play: list(t, "group:staff", "user:bob")})
	alice, bob, wrong := basicOf("alice", alicePassword), basicOf("bob", bobPassword), basicOf("alice", "wrong")
	for _, tt := range []struct {
		what    string
		request Request
		want    Verdict
		who     string
	}{
		{"its owner", session(get(playOf("club"), alice), "alice", false), Allowed, "alice"},
		{"its owner, for nothing new", session(get(playOf("club"), alice), "alice", true), Allowed, "alice"},
		{"somebody else", session(get(playOf("club"), bob), "alice", false), Denied, "Bob"},
		{"somebody else, for nothing new", session(get(playOf("club"), bob), "alice", true), Denied, "Bob"},
		{"nobody", session(get(playOf("club")), "alice", true), Prove, ""},
		{"a wrong password", session(get(playOf("club"), wrong), "alice", true), Prove, ""},
		{"its owner, where all is open", session(get(playOf("open"), alice), "alice", false), Allowed, "alice"},
		{"somebody else, where all is open", session(get(playOf("open"), bob), "alice", false), Denied, "Bob"},
		{"nobody, where all is open", session(get(playOf("open")), "alice", false), Prove, ""},
		{"nobody, in nobody's session, for nothing new", session(get(playOf("club")), "", true), Allowed, ""},
		{"nobody, in nobody's session", session(get(playOf("club")), "", false), Prove, ""},
	} {
		a := g.Dialogue().Judge(t.Context(), tt.request)
		verdict(t, tt.what, a, tt.want, tt.who)
		if (len(a.Challenges) > 0) != (tt.want == Prove) {
			t.Errorf("%s: it is told %q", tt.what, a.Challenges)
		}
	}
}

// Addresses that are kept out are, for whatever they ask.
func TestSessionsOfAddresses(t *testing.T) {
	g := NewGuard(Options{Accounts: newAccounts(t)})
	g.SetPoint("club", &Rules{Deny: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}})
	a := g.Dialogue().Judge(t.Context(), session(get(playOf("club"), basicOf("alice", alicePassword)), "alice", true))
	verdict(t, "the owner, from elsewhere", a, Denied, "")
}

// What Basic has proved holds for the connection where the protocol says so, and as
// long as there is the account.
func TestProofsThatHold(t *testing.T) {
	accounts := newAccounts(t)
	g := NewGuard(Options{Accounts: accounts})
	g.SetPoint("club", &Rules{Play: list(t, "group:staff")})
	d := g.Dialogue()
	holds := func(r Request) Request { r.Holds = true; return r }
	ask := playOf("club")
	verdict(t, "nobody", d.Judge(t.Context(), holds(get(ask))), Prove, "")
	verdict(t, "a proof", d.Judge(t.Context(), holds(get(ask, basicOf("alice", alicePassword)))), Allowed, "alice")
	verdict(t, "what it holds for", d.Judge(t.Context(), holds(get(ask))), Allowed, "alice")
	verdict(t, "what it does not hold for", d.Judge(t.Context(), get(ask)), Prove, "")
	shared := holds(get(ask))
	shared.Shared = true
	verdict(t, "somebody behind a proxy", d.Judge(t.Context(), shared), Prove, "")
	verdict(t, "another connection", g.Dialogue().Judge(t.Context(), holds(get(ask))), Prove, "")
	verdict(t, "a wrong proof", d.Judge(t.Context(), holds(get(ask, basicOf("alice", "wrong")))), Prove, "")
	verdict(t, "behind a wrong proof", d.Judge(t.Context(), holds(get(ask))), Prove, "")
	verdict(t, "a proof again", d.Judge(t.Context(), holds(get(ask, basicOf("alice", alicePassword)))), Allowed, "alice")
	if err := accounts.Remove(t.Context(), "alice"); err != nil {
		t.Fatal(err)
	}
	verdict(t, "without the account", d.Judge(t.Context(), holds(get(ask))), Prove, "")
}

// Players of RTSP answer for all of their requests with the content's URL, or with its
// path; for others another URL is a wrong answer.
func TestDigestOfParts(t *testing.T) {
	g := NewGuard(Options{Accounts: newAccounts(t)})
	g.SetPoint("club", &Rules{Play: list(t, "accounts")})
	for _, tt := range []struct {
		uri, request string
		holds        bool
		want         Verdict
	}{
		{"rtsp://h/club/", "rtsp://h/club/audio", true, Allowed},
		{"/club", "rtsp://h/club/audio", true, Allowed},
		{"rtsp://h/club/audio", "rtsp://h/club", true, Allowed},
		{"rtsp://h/club", "rtsp://h/clubs", true, Prove},
		{"rtsp://h/other", "rtsp://h/club", true, Prove},
		{"rtsp://h/", "rtsp://h/club", true, Prove},
		{"rtsp://h/club/", "rtsp://h/club/audio", false, Prove},
	} {
		d := g.Dialogue()
		r := Request{Ask: playOf("club"), Method: "SETUP", URI: tt.request, Holds: tt.holds, Old: true}
		a := d.Judge(t.Context(), r)
		if len(a.Challenges) == 0 {
			t.Fatalf("%+v", a)
		}
		r.Authorization = []string{digestOf(t, a.Challenges[0], "alice", alicePassword, "SETUP", tt.uri, 1)}
		if a = d.Judge(t.Context(), r); a.Verdict != tt.want {
			t.Errorf("%q for %q: %v, want %v", tt.uri, tt.request, a.Verdict, tt.want)
		}
	}
}

// Who knows only what RFC 2617 has is not offered more.
func TestOldDigest(t *testing.T) {
	g := NewGuard(Options{Accounts: newAccounts(t)})
	g.SetPoint("club", &Rules{Play: list(t, "accounts"), Schemes: []string{Digest}})
	for old, want := range map[bool]int{true: 1, false: 2} {
		r := get(playOf("club"))
		r.Old = old
		if a := g.Dialogue().Judge(t.Context(), r); len(a.Challenges) != want {
			t.Errorf("old %v: %q", old, a.Challenges)
		}
	}
}
