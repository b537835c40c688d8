package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"slices"
	"time"
)

// SlowError is ErrSlow with the time after which another try is looked at.
type SlowError struct{ Retry time.Duration }

func (e *SlowError) Error() string { return ErrSlow.Error() }

// Unwrap makes it ErrSlow.
func (e *SlowError) Unwrap() error { return ErrSlow }

// Try begins an Exchange of a scheme: one that Decide offered, or Basic, whose only
// token is "name:password" in UTF-8 (MMS). It counts and slows down failures. The
// error is ErrScheme if the scheme is not offered for what is asked.
func (g *Guard) Try(scheme string, a Ask) (Exchange, error) {
	if !g.offers(scheme, a) {
		return nil, ErrScheme
	}
	if scheme == Basic {
		return &basicExchange{guard: g, ask: a}, nil
	}
	s := g.schemes[scheme]
	if s == nil {
		return nil, ErrScheme
	}
	x, err := s.Begin(Peer{Ask: a, Realm: realm(g.levels(a)), Turn: func(ctx context.Context, account string) error {
		return g.slow.turn(ctx, a.Address, account)
	}})
	if err != nil {
		return nil, err
	}
	return &watched{Exchange: x, guard: g, ask: a, scheme: scheme}, nil
}

// schemesFor are the schemes by which a peer could prove that it may do something.
func (g *Guard) schemesFor(a Ask) []string {
	if g == nil {
		return nil
	}
	levels := g.levels(a)
	if d := g.decide(a, Identity{}, silent); d.Verdict == Prove {
		return d.Schemes
	}
	return g.offered(a.Protocol, levels, true)
}

func (g *Guard) offers(scheme string, a Ask) bool { return slices.Contains(g.schemesFor(a), scheme) }

// Login is Basic without a protocol around it: of a form, and of programs.
func (g *Guard) Login(ctx context.Context, a Ask, name string, password Password) (Identity, error) {
	if g == nil {
		return Identity{}, ErrDenied
	}
	if d := g.Admits(a); d.Verdict != Allowed {
		return Identity{}, ErrDenied
	}
	return g.named(ctx, a, name, password)
}

// named judges a name and a password.
func (g *Guard) named(ctx context.Context, a Ask, name string, password Password) (Identity, error) {
	if g.accounts != nil {
		if id, ok := g.accounts.wasRight(ctx, name, password); ok {
			g.slow.passed(a.Address, id.Account)
			return id, nil // not slowed by others at its address
		}
	}
	return g.attempt(ctx, a, Basic, accountName(name), func(ctx context.Context) (Identity, error) {
		return g.passes(ctx, a, name, password)
	})
}

// TryKey takes a point's key from where no scheme is, such as a parameter of the URL.
func (g *Guard) TryKey(ctx context.Context, a Ask, key string) (Identity, error) {
	if g == nil || g.key(a) == "" {
		return Identity{}, ErrDenied
	}
	return g.attempt(ctx, a, "key", "", func(context.Context) (Identity, error) {
		if !same(key, string(g.key(a))) {
			return Identity{}, ErrDenied
		}
		return Identity{Scheme: "key", Key: a.Target.Point}, nil
	})
}

// passes takes a name and a password: of an account, or any name with the point's key.
func (g *Guard) passes(ctx context.Context, a Ask, name string, password Password) (Identity, error) {
	if key := g.key(a); key != "" && same(string(password), string(key)) {
		return Identity{Scheme: Basic, Key: a.Target.Point}, nil
	}
	if g.accounts == nil {
		return Identity{}, ErrDenied
	}
	return g.accounts.Verify(ctx, name, password)
}

// same takes as long whatever is right of a, its length included.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}
