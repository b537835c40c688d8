package credential

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/auth/ntlm"
)

func userOf(user, password string) *url.Userinfo { return url.UserPassword(user, password) }

func peerOf(b *Book, user, password string) *Peer {
	return b.Peer(Target{Scheme: "http", Address: "origin.example:80"}, userOf(user, password))
}

// The answers of RFC 7616 3.9.1, RFC 2617 3.5, and RFC 2069 2.4 as corrected.
func TestDigestVectors(t *testing.T) {
	tests := []struct{ challenge, cnonce, password, want string }{
		{`Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"`,
			"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "Circle of Life", "8ca523f5e9506fed4657c9700eebdbec"},
		{`Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"`,
			"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "Circle of Life", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"},
		{`Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"`,
			"0a4f113b", "Circle Of Life", "6629fae49393a05397450978507c4ef1"},
		{`Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"`,
			"", "CircleOfLife", "1949323746fe6a43ef61f9606e7febea"},
	}
	for _, tt := range tests {
		list := parseChallenges([]string{tt.challenge})
		d, ok := parseDigest(&list[0])
		if !ok {
			t.Fatal(tt.challenge)
		}
		d.cnonce = tt.cnonce
		if got := d.answer(&Login{"Mufasa", Password(tt.password)}, "GET", "/dir/index.html"); !strings.Contains(got, `response="`+tt.want+`"`) {
			t.Errorf("%s: %s", tt.challenge, got)
		}
	}
}

func TestDigestHeader(t *testing.T) {
	list := parseChallenges([]string{`Digest realm="a \"b\"", nonce="n", qop=auth, opaque="", algorithm=md5-sess`})
	d, ok := parseDigest(&list[0])
	d.cnonce = "c"
	const want = `Digest username="D\\u", realm="a \"b\"", nonce="n", uri="/x", response="*", algorithm=md5-sess, opaque="", qop=auth, nc=0000000%d, cnonce="c"`
	for n := 1; n < 3; n++ {
		got := d.answer(&Login{`D\u`, "p"}, "GET", "/x")
		before, rest, _ := strings.Cut(got, `response="`)
		_, after, _ := strings.Cut(rest, `"`)
		if got := before + `response="*"` + after; !ok || got != fmt.Sprintf(want, n) {
			t.Errorf("%s", got)
		}
	}
	for _, s := range []string{`nonce="n", qop="auth-int"`, `nonce="n", algorithm=SHA-1`, `realm="a"`, `nonce="n", algorithm=MD5-sess`} {
		list := parseChallenges([]string{"Digest " + s})
		if _, ok := parseDigest(&list[0]); ok {
			t.Errorf("%s is answered", s)
		}
	}
}

// The best scheme that both know is taken, Basic only when there is no other.
func TestPeerChooses(t *testing.T) {
	const md5, sha = `Digest realm="a", nonce="md5"`, `Digest realm="a", nonce="sha", algorithm=SHA-256`
	tests := []struct {
		offered []string
		want    string // what the next request's header begins with, or the error's end
	}{
		{[]string{"Basic realm=a", md5, sha, "NTLM", "Negotiate"}, "NTLM "},
		{[]string{"Basic realm=a", md5, sha}, `Digest username="u", realm="a", nonce="sha"`},
		{[]string{sha, md5}, `Digest username="u", realm="a", nonce="sha"`},
		{[]string{"Basic realm=a", md5}, `Digest username="u", realm="a", nonce="md5"`},
		{[]string{"Basic realm=a", `Digest realm="a", nonce="x", algorithm=SHA-512-256`}, "Basic dTpw"},
		{[]string{"Negotiate", "Bearer"}, ErrScheme.Error()},
		{nil, ErrScheme.Error()},
	}
	for _, tt := range tests {
		c := peerOf(nil, "u", "p").Conn()
		with := c.Prove("GET", "/")
		again, err := c.Challenged(with, tt.offered)
		got := c.Prove("GET", "/").Value
		if err != nil {
			got = errors.Unwrap(err).Error()
		}
		if with.Value != "" || again != (err == nil) || !strings.HasPrefix(got, tt.want) {
			t.Errorf("%q: %q, %v, want %q", tt.offered, got, err, tt.want)
		}
	}
}

// A password that is refused is sent once, and kept back then.
func TestPasswordOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, offered := range []string{"Basic realm=a", `Digest realm="a", nonce="n", qop=auth`} {
			b := &Book{}
			sent := func(uri string) (n int, err error) {
				c := peerOf(b, "u", "s3cret").Conn()
				for range 5 {
					with := c.Prove("GET", uri)
					if with.Value != "" {
						n++
					}
					again := false
					if again, err = c.Challenged(with, []string{strings.Replace(offered, `"n"`, fmt.Sprintf(`"%d"`, n), 1)}); !again {
						break
					}
				}
				return n, err
			}
			n, err := sent("/a")
			if n != 1 || !errors.Is(err, ErrRefused) || strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), "origin.example:80") {
				t.Errorf("%s: sent %d times, %v", offered, n, err)
			}
			if n, err := sent("/b"); n != 0 || !errors.Is(err, ErrHeld) {
				t.Errorf("%s: sent %d times then, %v", offered, n, err)
			}
			time.Sleep(HoldOff)
			if n, err := sent("/a"); n != 1 || !errors.Is(err, ErrRefused) {
				t.Errorf("%s: sent %d times later, %v", offered, n, err)
			}
			if err := b.Set(nil); err != nil {
				t.Fatal(err)
			}
			if n, _ := sent("/a"); n != 1 {
				t.Errorf("%s: sent %d times to a changed book", offered, n)
			}
		}
	})
}

// A server that has believed the password may refuse one URL, and keeps the others.
func TestRefusedHere(t *testing.T) {
	b, offered := &Book{}, []string{"Basic realm=a"}
	ask := func(uri string, refused bool) error {
		c := peerOf(b, "u", "p").Conn()
		if _, err := c.Challenged(c.Prove("GET", uri), offered); err != nil {
			return err
		}
		with := c.Prove("GET", uri)
		if refused {
			_, err := c.Challenged(with, offered)
			return err
		}
		c.Accepted(with, nil)
		return nil
	}
	if err := ask("/a", false); err != nil {
		t.Error(err)
	}
	if err := ask("/b", true); !errors.Is(err, ErrRefused) {
		t.Error(err)
	}
	if err := ask("/b", true); !errors.Is(err, ErrHeld) {
		t.Error(err)
	}
	if err := ask("/a", false); err != nil {
		t.Error(err)
	}
}

// Nonces come and go: stale ones, the next one of Authentication-Info, and those of
// servers that do not say stale.
func TestDigestNonces(t *testing.T) {
	offer := func(nonce, more string) []string {
		return []string{`Digest realm="a", qop=auth, nonce="` + nonce + `"` + more}
	}
	c := peerOf(nil, "u", "p").Conn()
	step := func(want string) Proof {
		t.Helper()
		with := c.Prove("GET", "/")
		if !strings.Contains(with.Value, want) {
			t.Fatalf("%s, want %s", with.Value, want)
		}
		return with
	}
	challenge := func(with Proof, values []string, want error) {
		t.Helper()
		if again, err := c.Challenged(with, values); again != (want == nil) || !errors.Is(err, want) {
			t.Fatalf("%s: %v, want %v", values, err, want)
		}
	}
	challenge(step(""), offer("1", ""), nil)
	challenge(step(`nonce="1"`), offer("2", ", stale=TRUE"), nil)
	c.Accepted(step(`nonce="2"`), []string{`nextnonce="3", qop=auth`})
	one, two := step(`nonce="3", uri="/"`), step(`nc=00000002`)
	c.Accepted(one, nil)
	challenge(two, offer("4", ""), nil) // it believed the password before
	challenge(step(`nonce="4"`), offer("5", ""), ErrRefused)
	challenge(step(""), offer("6", ""), ErrRefused)

	c = peerOf(nil, "u", "p").Conn() // stale, without another nonce
	challenge(step(""), offer("1", ""), nil)
	challenge(step(`nonce="1"`), offer("1", ", stale=true"), ErrRefused)

	c = peerOf(nil, "u", "p").Conn() // two requests that were challenged at once
	one, two = step(""), step("")
	challenge(one, offer("1", ""), nil)
	three := step(`nonce="1"`)
	challenge(two, offer("2", ""), nil)
	c.Accepted(three, nil)
	c.Accepted(step(`nonce="2"`), nil)
}

// acceptor is the server's half of NTLM, as a header has it.
func acceptor(t *testing.T) func(value string) (challenge []string, ok bool) {
	a, err := ntlm.NewAcceptor(ntlm.AcceptorOptions{
		Lookup: func(_ context.Context, domain, user string) ([16]byte, error) {
			if domain != "STUDIO" || user != "relay" {
				return [16]byte{}, ntlm.ErrNoUser
			}
			return ntlm.NTHash("right"), nil
		}, Now: time.Now, Computer: "HOST", Domain: "STUDIO",
	})
	if err != nil {
		t.Fatal(err)
	}
	return func(value string) ([]string, bool) {
		token, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(value, "NTLM "))
		if err != nil {
			t.Fatal(err)
		}
		reply, done, err := a.Step(t.Context(), token)
		if done || err != nil {
			return []string{"NTLM"}, done
		}
		return []string{"NTLM " + base64.StdEncoding.EncodeToString(reply)}, false
	}
}

func TestNTLM(t *testing.T) {
	for password, right := range map[string]bool{"right": true, "wrong": false} {
		c := peerOf(nil, `STUDIO\relay`, password).Conn()
		server := acceptor(t)
		if again, err := c.Challenged(c.Prove("GET", "/"), []string{"Negotiate", "NTLM"}); !again {
			t.Fatal(err)
		}
		first := c.Prove("GET", "/")
		if other := c.Prove("GET", "/b"); other.Value != "" || !first.Dialogue() || other.Dialogue() {
			t.Error("two dialogues on one connection")
		}
		challenge, _ := server(first.Value)
		if again, err := c.Challenged(first, challenge); !again {
			t.Fatal(err)
		}
		last := c.Prove("GET", "/")
		challenge, ok := server(last.Value)
		if ok != right {
			t.Fatalf("%s: %t", password, ok)
		}
		if !right {
			if again, err := c.Challenged(last, challenge); again || !errors.Is(err, ErrRefused) {
				t.Error(err)
			}
			continue
		}
		c.Accepted(last, nil)
		proved := c.Prove("GET", "/")
		if proved.Value != "" {
			t.Errorf("%q on a connection that is proved", proved.Value)
		}
		// A server that wants it for each request, or a connection that comes after.
		if again, err := c.Challenged(proved, []string{"NTLM"}); !again || !c.Prove("GET", "/").Dialogue() {
			t.Error(err)
		}
		if !c.peer.Conn().Prove("GET", "/").Dialogue() {
			t.Error("another connection begins without NTLM")
		}
	}
}

// A server that knows NTLM by name only, or closes amid the dialogue, is answered by what
// else it offers.
func TestNTLMFallsBack(t *testing.T) {
	offered := []string{"NTLM", "Basic realm=a"}
	for name, server := range map[string]func(c *Conn, first Proof) error{
		"no token": func(c *Conn, first Proof) error { _, err := c.Challenged(first, offered); return err },
		"no sense": func(c *Conn, first Proof) error {
			_, err := c.Challenged(first, []string{"NTLM AAAA", "Basic realm=a"})
			return err
		},
		"closes": func(c *Conn, first Proof) error {
			challenge, _ := acceptor(t)(first.Value)
			if _, err := c.Challenged(first, challenge); err != nil {
				return err
			}
			return c.Closed(first, offered)
		},
	} {
		c := peerOf(nil, "u", "p").Conn()
		if again, err := c.Challenged(c.Prove("GET", "/"), offered); !again {
			t.Fatal(err)
		}
		err := server(c, c.Prove("GET", "/"))
		if got := c.Prove("GET", "/").Value; err != nil || got != "Basic dTpw" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	c := peerOf(nil, "u", "p").Conn()
	first := c.Prove("GET", "/")
	if again, err := c.Challenged(first, []string{"NTLM"}); !again {
		t.Fatal(err)
	}
	if again, err := c.Challenged(c.Prove("GET", "/"), []string{"NTLM"}); again || !errors.Is(err, ErrScheme) {
		t.Errorf("NTLM alone, without a token: %v", err)
	}
}

// A long request begins no dialogue.
func TestProveOnly(t *testing.T) {
	c := peerOf(nil, "u", "p").Conn()
	if _, err := c.Challenged(c.ProveOnly("POST", "/"), []string{"NTLM"}); err != nil || c.ProveOnly("POST", "/").Value != "" {
		t.Error(err)
	}
	c = peerOf(nil, "u", "p").Conn()
	if _, err := c.Challenged(c.ProveOnly("POST", "/"), []string{"Basic"}); err != nil || c.ProveOnly("POST", "/").Value != "Basic dTpw" {
		t.Error(err)
	}
}
