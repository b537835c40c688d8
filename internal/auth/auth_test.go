package auth

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"caracal/internal/auth/access"
	"caracal/internal/auth/parameter"
	"caracal/internal/event"
	"caracal/internal/store"
)

const (
	alicePassword = "Alice's s3cret"
	bobPassword   = "b0b: Größe 9"
)

// newAccounts has alice, of the staff, and bob.
func newAccounts(t testing.TB, realms ...string) *Accounts {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	a := NewAccounts(s, func() []string { return realms })
	for _, err := range []error{
		a.Add(t.Context(), "alice", alicePassword, "Staff"), a.Add(t.Context(), "Bob", bobPassword),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func list(t *testing.T, entries ...string) []access.Who {
	t.Helper()
	l, err := access.ParseAll(entries)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// playOf asks for a point from an address that nothing is known of.
func playOf(point string) Ask {
	return Ask{Target: Target{Point: point, Name: point}, Address: netip.MustParseAddr("192.0.2.9"), Protocol: "http"}
}

func get(ask Ask, authorization ...string) Request {
	return Request{Ask: ask, Method: "GET", URI: "/" + ask.Target.Name, Authorization: authorization}
}

func basicOf(name, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
}

// digestOf answers a challenge of Digest.
func digestOf(t *testing.T, challenge, name, password, method, uri string, count int) string {
	t.Helper()
	p, err := parameter.Parse(strings.TrimPrefix(challenge, "Digest "))
	if err != nil {
		t.Fatal(err)
	}
	d := digestResponse{
		username: name, realm: p["realm"], nonce: p["nonce"], uri: uri, algorithm: p["algorithm"],
		qop: "auth", nc: fmt.Sprintf("%08x", count), cnonce: "c",
	}
	ha1 := hashed(d.algorithm, name, d.realm, password)
	return fmt.Sprintf(`Digest username=%q, realm=%q, nonce=%q, uri=%q, algorithm=%s, qop=auth, nc=%s, cnonce="c", response=%q`,
		name, d.realm, d.nonce, uri, d.algorithm, d.nc, d.answer(ha1, method))
}

func verdict(t *testing.T, what string, a Answer, want Verdict, who string) {
	t.Helper()
	if a.Verdict != want || a.Identity.Account != who {
		t.Errorf("%s: %v for %v (%s), want %v for %q", what, a.Verdict, a.Identity, a.Reason, want, who)
	}
}

// failures counts the events of a bus.
func failures(s *event.Subscription) (n int) {
	for {
		select {
		case r := <-s.C():
			if _, ok := r.Event.(event.AuthFailed); ok {
				n++
			}
		default:
			return n
		}
	}
}

func TestBasicDialogue(t *testing.T) {
	var bus event.Bus
	sub := bus.Subscribe(16)
	g := NewGuard(Options{Accounts: newAccounts(t), Bus: &bus})
	g.SetPoint("club", &Rules{Play: list(t, "group:staff", "user:bob")})
	d := g.Dialogue()
	ask := playOf("club")
	a := d.Judge(t.Context(), get(ask))
	verdict(t, "nobody", a, Prove, "")
	if len(a.Challenges) != 3 || !strings.HasPrefix(a.Challenges[0], `Digest realm="Caracal", nonce="`) ||
		a.Challenges[2] != `Basic realm="Caracal", charset="UTF-8"` {
		t.Errorf("challenges: %q", a.Challenges)
	}
	latin := "Basic " + base64.StdEncoding.EncodeToString([]byte("bob:b0b: Gr\xF6\xDFe 9"))
	for _, tt := range []struct {
		what, value, who string
		want             Verdict
	}{
		{"alice", basicOf("alice", alicePassword), "alice", Allowed},
		{"alice again", basicOf("ALICE", alicePassword), "alice", Allowed},
		{"a domain", basicOf(`STUDIO\alice`, alicePassword), "alice", Allowed},
		{"bob", basicOf("bob", bobPassword), "Bob", Allowed},
		{"bob, Latin-1", latin, "Bob", Allowed},
		{"a wrong password", basicOf("alice", bobPassword), "", Prove},
		{"nobody of that name", basicOf("carol", alicePassword), "", Prove},
		{"no password", "Basic YWxpY2U=", "", Prove},
		{"no base64", "Basic ====", "", Prove},
		{"another scheme", "Bearer abc", "", Prove},
	} {
		verdict(t, tt.what, d.Judge(t.Context(), get(ask, tt.value)), tt.want, tt.who)
	}
	if n := failures(sub); n != 2 {
		t.Errorf("%d failures were counted, want 2", n)
	}
	g.SetPoint("club", &Rules{Play: list(t, "group:staff")})
	verdict(t, "bob, who is not of the staff", d.Judge(t.Context(), get(ask, basicOf("bob", bobPassword))), Denied, "Bob")
}

func TestDigestDialogue(t *testing.T) {
	g := NewGuard(Options{Accounts: newAccounts(t, "Studio")})
	g.SetPolicy(Policy{Server: Rules{Play: list(t, "accounts"), Realm: "Studio", Schemes: []string{Digest}}})
	d := g.Dialogue()
	ask := playOf("club")
	for i, scheme := range []string{"SHA-256", "MD5"} {
		a := d.Judge(t.Context(), get(ask))
		if len(a.Challenges) != 2 || !strings.Contains(a.Challenges[i], "algorithm="+scheme) {
			t.Fatalf("challenges: %q", a.Challenges)
		}
		right := digestOf(t, a.Challenges[i], "alice", alicePassword, "GET", "/club", 1)
		got := d.Judge(t.Context(), get(ask, right))
		verdict(t, scheme, got, Allowed, "alice")
		if !strings.HasPrefix(got.Info, `qop=auth, rspauth="`) {
			t.Errorf("Authentication-Info: %q", got.Info)
		}
		again := d.Judge(t.Context(), get(ask, right))
		verdict(t, scheme+", the same again", again, Prove, "")
		if !strings.HasSuffix(again.Challenges[0], "stale=true") {
			t.Errorf("challenges after a replay: %q", again.Challenges)
		}
		verdict(t, scheme+", the next count", d.Judge(t.Context(),
			get(ask, digestOf(t, a.Challenges[i], "alice", alicePassword, "GET", "/club", 2))), Allowed, "alice")
		for what, value := range map[string]string{
			"another method": digestOf(t, a.Challenges[i], "alice", alicePassword, "POST", "/club", 3),
			"another uri":    digestOf(t, a.Challenges[i], "alice", alicePassword, "GET", "/other", 3),
			"wrong password": digestOf(t, a.Challenges[i], "alice", bobPassword, "GET", "/club", 3),
		} {
			verdict(t, scheme+", "+what, g.Dialogue().Judge(t.Context(), get(ask, value)), Prove, "")
		}
		g.slow = newThrottle()
	}
}

// A player that lists what it knows is offered nothing else, in the server's order,
// and no algorithm that is younger than it.
func TestChallengesAreWhatThePlayerKnows(t *testing.T) {
	g := NewGuard(Options{Accounts: newAccounts(t)})
	g.SetPolicy(Policy{
		Server:    Rules{Play: list(t, "accounts")},
		Listeners: map[string]*Rules{"rtsp": {Schemes: []string{Basic, Digest}}, "mms": {Schemes: []string{NTLM}}},
	})
	tests := []struct {
		protocol, accept string
		want             string
	}{
		{"http", "Negotiate, NTLM, Digest, Basic", "Digest MD5, Basic"},
		{"http", "basic", "Basic"},
		{"http", "Negotiate", ""},
		{"http", "", "Digest SHA-256, Digest MD5, Basic"},
		{"rtsp", "", "Basic, Digest SHA-256, Digest MD5"},
		{"mms", "", ""},
	}
	for _, tt := range tests {
		ask := playOf("club")
		ask.Protocol = tt.protocol
		r := get(ask)
		r.Accept = tt.accept
		a := g.Dialogue().Judge(t.Context(), r)
		var got []string
		for _, c := range a.Challenges {
			scheme, rest, _ := strings.Cut(c, " ")
			if p, err := parameter.Parse(rest); err != nil {
				t.Error(err)
			} else if p["algorithm"] != "" {
				scheme += " " + p["algorithm"]
			}
			got = append(got, scheme)
		}
		if s := strings.Join(got, ", "); s != tt.want || (s == "") != (a.Verdict == Denied) {
			t.Errorf("%s, %q: %q, %v", tt.protocol, tt.accept, s, a.Verdict)
		}
	}
}

// tokens is a Scheme whose peers say their name, and then a word.
type tokens struct{ accounts *Accounts }

type tokenExchange struct {
	accounts *Accounts
	name     string
	id       Identity
}

func (tokens) Name() string                   { return NTLM }
func (s tokens) Begin(Peer) (Exchange, error) { return &tokenExchange{accounts: s.accounts}, nil }
func (x *tokenExchange) Identity() Identity   { return x.id }
func (x *tokenExchange) Security() Security   { return nil }
func (x *tokenExchange) Tried() string        { return x.name }
func (x *tokenExchange) Step(ctx context.Context, token []byte) ([]byte, bool, error) {
	if x.name == "" {
		x.name = string(token)
		return []byte("word?"), false, nil
	}
	if string(token) != "word" {
		return nil, false, ErrDenied
	}
	id, err := x.accounts.Identity(ctx, x.name, NTLM)
	x.id = id
	return []byte("welcome"), err == nil, err
}

func token(s string) string { return "NTLM " + base64.StdEncoding.EncodeToString([]byte(s)) }

func TestConnectionBoundScheme(t *testing.T) {
	accounts := newAccounts(t)
	g := NewGuard(Options{Accounts: accounts, Schemes: []Scheme{tokens{accounts}}})
	g.SetPolicy(Policy{Server: Rules{Play: list(t, "accounts")}})
	d := g.Dialogue()
	ask := playOf("club")
	if a := d.Judge(t.Context(), get(ask)); a.Challenges[0] != NTLM {
		t.Errorf("challenges: %q", a.Challenges)
	}
	a := d.Judge(t.Context(), get(ask, token("alice")))
	if a.Verdict != Prove || !a.More || len(a.Challenges) != 1 || a.Challenges[0] != token("word?") {
		t.Fatalf("after the first token: %+v", a)
	}
	a = d.Judge(t.Context(), get(ask, token("word")))
	verdict(t, "the second token", a, Allowed, "alice")
	if len(a.Challenges) != 1 || a.Challenges[0] != token("welcome") {
		t.Errorf("last token: %q", a.Challenges)
	}
	verdict(t, "the next request", d.Judge(t.Context(), get(ask)), Allowed, "alice")
	shared := get(ask)
	shared.Shared = true
	verdict(t, "a proxy's request", d.Judge(t.Context(), shared), Prove, "")
	verdict(t, "another connection", g.Dialogue().Judge(t.Context(), get(ask)), Prove, "")
	d.Judge(t.Context(), get(ask, token("bob")))
	verdict(t, "while another proves itself", d.Judge(t.Context(), get(ask)), Prove, "")
	verdict(t, "a wrong word", d.Judge(t.Context(), get(ask, token("drow"))), Prove, "")
	d.Judge(t.Context(), get(ask, token("alice")))
	verdict(t, "alice again", d.Judge(t.Context(), get(ask, token("word"))), Allowed, "alice")
	if err := accounts.Remove(t.Context(), "alice"); err != nil {
		t.Fatal(err)
	}
	verdict(t, "an account that is no more", d.Judge(t.Context(), get(ask)), Prove, "")
}
