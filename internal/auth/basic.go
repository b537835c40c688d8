package auth

import (
	"context"
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"caracal/internal/auth/parameter"
)

// basicChallenge is that of RFC 7617.
func basicChallenge(realm string) string {
	return "Basic realm=" + parameter.Quote(realm) + `, charset="UTF-8"`
}

// maxPassword is the longest password that is looked at, bytes.
const maxPassword = 1024

// parseBasic takes user-pass of RFC 7617, in base64.
func parseBasic(rest string) (name string, password Password, err error) {
	b, err := base64.StdEncoding.DecodeString(rest)
	if err != nil {
		if b, err = base64.RawStdEncoding.DecodeString(rest); err != nil {
			return "", "", ErrMalformed
		}
	}
	return parseUserPass(b)
}

// parseUserPass takes "name:password". What is not UTF-8 is Latin-1, which old
// players send.
func parseUserPass(b []byte) (name string, password Password, err error) {
	text := string(b)
	if !utf8.Valid(b) {
		runes := make([]rune, len(b))
		for i, c := range b {
			runes[i] = rune(c)
		}
		text = string(runes)
	}
	name, secret, ok := strings.Cut(text, ":")
	if !ok || len(name) > maxName || len(secret) > maxPassword || strings.ContainsRune(text, 0) {
		return "", "", ErrMalformed
	}
	return name, Password(secret), nil
}

// maxName is the longest name that a peer may claim, with a domain, bytes.
const maxName = 512

// accountName is the account's part of "DOMAIN\name" and of "name@domain".
func accountName(s string) string {
	if i := strings.LastIndexByte(s, '\\'); i >= 0 {
		s = s[i+1:]
	}
	s, _, _ = strings.Cut(s, "@")
	return s
}

// basicExchange is Basic where tokens go to and fro.
type basicExchange struct {
	guard *Guard
	ask   Ask
	id    Identity
	over  bool
}

func (x *basicExchange) Step(ctx context.Context, token []byte) (reply []byte, done bool, err error) {
	if x.over {
		return nil, false, ErrMalformed
	}
	x.over = true
	name, password, err := parseUserPass(token)
	if err != nil {
		return nil, false, err
	}
	x.id, err = x.guard.named(ctx, x.ask, name, password)
	return nil, err == nil, err
}

func (x *basicExchange) Identity() Identity { return x.id }
func (x *basicExchange) Security() Security { return nil }

// check takes the credentials of Basic or Digest; info is Authentication-Info.
func (g *Guard) check(ctx context.Context, r Request, c credentials, realm string) (id Identity, info string, err error) {
	if c.scheme == Basic {
		name, password, err := parseBasic(c.rest)
		if err != nil {
			return Identity{}, "", err
		}
		id, err = g.named(ctx, r.Ask, name, password)
		return id, "", err
	}
	p, err := parseDigest(c.rest)
	if err != nil {
		return Identity{}, "", err
	}
	attempt := g.attempt
	if g.digest.answered(p.nonce, p.username) {
		attempt = g.judged
	}
	id, err = attempt(ctx, r.Ask, Digest, p.username, func(ctx context.Context) (id Identity, err error) {
		id, info, err = g.digested(ctx, r, p, realm)
		return id, err
	})
	return id, info, err
}
