package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/netip"
	"slices"
	"time"

	"caracal/internal/event"
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
	x, err := s.Begin(Peer{Ask: a, Realm: realm(g.levels(a))})
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
	return g.offered(levels, true)
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

// attempt lets one try happen, when it is its turn, and counts how it ends. What
// is malformed or stale is no failure, and other errors are the server's own.
func (g *Guard) attempt(ctx context.Context, a Ask, scheme, account string, try func(context.Context) (Identity, error)) (Identity, error) {
	if err := g.slow.turn(ctx, a.Address, account); err != nil {
		return Identity{}, err
	}
	id, err := try(ctx)
	switch {
	case err == nil:
		g.slow.passed(a.Address, account)
	case errors.Is(err, ErrDenied):
		g.failed(a, scheme, account)
	}
	return id, err
}

// failed counts a failure, and says so.
func (g *Guard) failed(a Ask, scheme, account string) {
	n := g.slow.failed(a.Address, account)
	g.bus.Publish(event.AuthFailed{
		Player: event.Player{
			Protocol: a.Protocol, Address: netip.AddrPortFrom(a.Address.Unmap(), 0), Agent: clip(a.Agent), Target: clip(a.Target.Name),
		},
		Account: clip(account), Scheme: scheme, Failures: n,
	})
}

// clip bounds what an event says in the words of a peer, bytes.
func clip(s string) string { return s[:min(len(s), 256)] }

// watched is an Exchange whose failures count.
type watched struct {
	Exchange
	guard  *Guard
	ask    Ask
	scheme string
	tokens int
}

// maxTokens is how many tokens a try may have.
const maxTokens = 8

// Step is the Exchange's, at its turn.
func (w *watched) Step(ctx context.Context, token []byte) (reply []byte, done bool, err error) {
	if w.tokens++; w.tokens > maxTokens {
		return nil, false, ErrMalformed
	}
	if w.tokens > 1 { // the first proves no password
		if err := w.guard.slow.turn(ctx, w.ask.Address, ""); err != nil {
			return nil, false, err
		}
	}
	reply, done, err = w.Exchange.Step(ctx, token)
	account := ""
	if t, ok := w.Exchange.(interface{ Tried() string }); ok {
		account = t.Tried()
	}
	switch {
	case err == nil && done && !w.Identity().IsNobody():
		w.guard.slow.passed(w.ask.Address, w.Identity().Account)
	case errors.Is(err, ErrDenied):
		w.guard.failed(w.ask, w.scheme, account)
	}
	return reply, done, err
}
