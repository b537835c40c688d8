package fronttest

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"caracal/internal/auth"
	"caracal/internal/auth/access"
	"caracal/internal/auth/ntlm"
	"caracal/internal/event"
	"caracal/internal/point"
	"caracal/internal/store"
)

// Password is that of all accounts of a Club.
const Password = "Circle of L1fe"

// Club is who there is: Mufasa and Nala are members, Scar has no more than an account.
type Club struct {
	Guard    *auth.Guard
	Accounts *auth.Accounts
	t        *testing.T
}

// NewClub returns a club whose Guard lets anybody play what is not reserved.
func NewClub(t *testing.T, bus *event.Bus) *Club {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	c := &Club{Accounts: auth.NewAccounts(s, func() []string { return nil }), t: t}
	for name, groups := range map[string][]string{"Mufasa": {"members"}, "Nala": {"members"}, "Scar": nil} {
		if err := c.Accounts.Add(t.Context(), name, Password, groups...); err != nil {
			t.Fatal(err)
		}
	}
	c.Guard = auth.NewGuard(auth.Options{
		Accounts: c.Accounts, Bus: bus, Schemes: []auth.Scheme{auth.NewNTLM(c.Accounts, auth.NTLMOptions{Computer: "SERVER"})},
	})
	return c
}

// Reserve closes a point to all but the members.
func (c *Club) Reserve(points *point.Registry, name string) {
	c.t.Helper()
	c.Rule(points, name, &auth.Rules{Play: []access.Who{{Kind: access.Group, Name: "members"}}})
}

// Rule has rules hold for a point.
func (c *Club) Rule(points *point.Registry, name string, r *auth.Rules) {
	c.t.Helper()
	p, _, err := points.Lookup(name)
	if err != nil {
		c.t.Fatal(err)
	}
	c.Guard.SetPoint(name, r)
	p.Guarded.Store(!c.Guard.IsOpen(name))
}

// BasicOf is the value of Authorization by Basic.
func BasicOf(name, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
}

// DigestOf answers a challenge of Digest with MD5, RFC 2617, for the nth time.
func DigestOf(challenge, name, password, method, uri string, n int) string {
	realm, nonce := quoted(challenge, "realm"), quoted(challenge, "nonce")
	hash := func(parts ...string) string {
		sum := md5.Sum([]byte(strings.Join(parts, ":")))
		return hex.EncodeToString(sum[:])
	}
	count := fmt.Sprintf("%08x", n)
	response := hash(hash(name, realm, password), nonce, count, "c", "auth", hash(method, uri))
	return fmt.Sprintf(`Digest username=%q, realm=%q, nonce=%q, uri=%q, algorithm=MD5, qop=auth, nc=%s, cnonce="c", response=%q`,
		name, realm, nonce, uri, count, response)
}

func quoted(challenge, name string) string {
	_, rest, _ := strings.Cut(challenge, name+`="`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

// NTLM is one try to prove an account by NTLM.
type NTLM struct {
	t *testing.T
	i *ntlm.Initiator
}

// NewNTLM begins one.
func NewNTLM(t *testing.T, name, password string) *NTLM {
	t.Helper()
	i, err := ntlm.NewInitiator(ntlm.InitiatorOptions{User: name, Password: ntlm.Password(password), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return &NTLM{t, i}
}

// Next is the next value of Authorization, which answers a challenge; "" is none yet.
func (n *NTLM) Next(challenge string) string {
	n.t.Helper()
	token, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(challenge, "NTLM "))
	if err != nil {
		n.t.Fatal(err)
	}
	reply, _, err := n.i.Step(token)
	if err != nil {
		n.t.Fatal(err)
	}
	return "NTLM " + base64.StdEncoding.EncodeToString(reply)
}

// Deny keeps everybody out of a point by the address.
func (c *Club) Deny(points *point.Registry, name string) {
	c.t.Helper()
	c.Rule(points, name, &auth.Rules{Deny: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}})
}
