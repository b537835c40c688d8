package auth

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"caracal/internal/auth/ntlm"
	"caracal/internal/event"
)

func newInitiator(t *testing.T, user, password string) *ntlm.Initiator {
	t.Helper()
	i, err := ntlm.NewInitiator(ntlm.InitiatorOptions{
		User: user, Domain: "ELSEWHERE", Password: ntlm.Password(password), Now: time.Now, Sign: true, Seal: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// ntlmOver goes through the three messages of a connection.
func ntlmOver(t *testing.T, d *Dialogue, ask Ask, user, password string) (Answer, *ntlm.Initiator) {
	t.Helper()
	i := newInitiator(t, user, password)
	var challenge []byte
	for {
		token, done, err := i.Step(challenge)
		if err != nil {
			t.Fatal(err)
		}
		a := d.Judge(t.Context(), get(ask, "NTLM "+base64.StdEncoding.EncodeToString(token)))
		if done || !a.More {
			return a, i
		}
		text, _ := strings.CutPrefix(a.Challenges[0], "NTLM ")
		if challenge, err = base64.StdEncoding.DecodeString(text); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNTLM(t *testing.T) {
	var bus event.Bus
	sub := bus.Subscribe(16)
	accounts := newAccounts(t)
	g := NewGuard(Options{Accounts: accounts, Schemes: []Scheme{NewNTLM(accounts, NTLMOptions{Computer: "STUDIO"})}, Bus: &bus})
	g.SetPoint("club", &Rules{Play: list(t, "group:staff", "user:bob")})
	for _, tt := range []struct {
		user, password, who string
		want                Verdict
	}{
		{"ALICE", alicePassword, "alice", Allowed},
		{"bob", bobPassword, "Bob", Allowed},
		{"alice", bobPassword, "", Prove},
		{"carol", alicePassword, "", Prove},
	} {
		a, _ := ntlmOver(t, g.Dialogue(), playOf("club"), tt.user, tt.password)
		verdict(t, tt.user, a, tt.want, tt.who)
	}
	if n := failures(sub); n != 2 {
		t.Errorf("%d failures were counted, want 2", n)
	}
}

// Both sides have the same key, and open what the other closes.
func TestNTLMSecurity(t *testing.T) {
	accounts := newAccounts(t)
	g := NewGuard(Options{Accounts: accounts, Schemes: []Scheme{NewNTLM(accounts, NTLMOptions{Computer: "STUDIO"})}})
	g.SetPolicy(Policy{Server: Rules{Play: list(t, "accounts")}})
	x, err := g.Try(NTLM, playOf("club"))
	if err != nil || x.Security() != nil {
		t.Fatal(x, err)
	}
	i := newInitiator(t, "alice", alicePassword)
	var reply []byte
	for done := false; !done; {
		token, _, err := i.Step(reply)
		if err != nil {
			t.Fatal(err)
		}
		if reply, done, err = x.Step(t.Context(), token); err != nil {
			t.Fatal(err)
		}
	}
	here, there := x.Security(), i.Security()
	key := i.SessionKey()
	if !bytes.Equal(here.SessionKey(), key[:]) {
		t.Error("the keys differ")
	}
	message := []byte("what follows")
	sealed, sig, err := there.Wrap(message)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := here.Unwrap(append(sig[:], sealed...)); err != nil || !bytes.Equal(got, message) {
		t.Errorf("%q, %v", got, err)
	}
	token, err := here.Wrap(message)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := there.Unwrap(token[16:], token[:16]); err != nil || !bytes.Equal(got, message) {
		t.Errorf("%q, %v", got, err)
	}
	mic, err := here.MIC(message)
	if err != nil || there.VerifyMIC(message, mic) != nil {
		t.Errorf("the signature is wrong: %v", err)
	}
	if _, err := here.Unwrap([]byte("short")); !errors.Is(err, ErrMalformed) {
		t.Error(err)
	}
	if _, err := g.Try(Negotiate, playOf("club")); !errors.Is(err, ErrScheme) {
		t.Errorf("a scheme that is not there: %v", err)
	}
}

// Basic as MMS has it: one token.
func TestBasicExchange(t *testing.T) {
	g := NewGuard(Options{Accounts: newAccounts(t)})
	g.SetPolicy(Policy{Server: Rules{Play: list(t, "accounts")}})
	for token, want := range map[string]error{"alice:" + alicePassword: nil, "alice:wrong": ErrDenied, "alice": ErrMalformed} {
		x, err := g.Try(Basic, playOf("club"))
		if err != nil {
			t.Fatal(err)
		}
		_, done, err := x.Step(t.Context(), []byte(token))
		if !errors.Is(err, want) || done != (want == nil) || x.Identity().IsNobody() != (want != nil) {
			t.Errorf("%s: %v, %v, %v", token, done, err, x.Identity())
		}
		if _, _, err := x.Step(t.Context(), []byte(token)); err == nil {
			t.Errorf("%s: a second token was taken", token)
		}
	}
}
