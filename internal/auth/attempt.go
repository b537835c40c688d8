package auth

import (
	"context"
	"errors"
	"net/netip"

	"caracal/internal/event"
)

// attempt lets one try happen, when it is its turn, and counts how it ends. What
// is malformed or stale is no failure, and other errors are the server's own.
func (g *Guard) attempt(ctx context.Context, a Ask, scheme, account string, try func(context.Context) (Identity, error)) (Identity, error) {
	if err := g.slow.turn(ctx, a.Address, account); err != nil {
		return Identity{}, err
	}
	return g.judged(ctx, a, scheme, account, try)
}

// judged is attempt out of turn, for who goes on with what was right before.
func (g *Guard) judged(ctx context.Context, a Ask, scheme, account string, try func(context.Context) (Identity, error)) (Identity, error) {
	id, err := try(ctx)
	switch {
	case err == nil:
		g.slow.passed(a.Address, account)
	case errors.Is(err, ErrDenied):
		g.failed(ctx, a, scheme, account)
	}
	return id, err
}

// failed counts a failure, and says so.
func (g *Guard) failed(ctx context.Context, a Ask, scheme, account string) {
	n := g.slow.failed(a.Address, account)
	known := ""
	if g.accounts != nil && account != "" {
		if id, err := g.accounts.Identity(ctx, account, scheme); err == nil {
			known = id.Account
		}
	}
	g.bus.Publish(event.AuthFailed{Player: playerOf(a), Account: known, Scheme: scheme, Failures: n})
}

func playerOf(a Ask) event.Player {
	return event.Player{
		Protocol: a.Protocol, Address: netip.AddrPortFrom(a.Address.Unmap(), 0), Agent: clip(a.Agent), Target: clip(a.Target.Name),
	}
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

// Step is the Exchange's, which waits for its turn when it knows whose account is tried.
func (w *watched) Step(ctx context.Context, token []byte) (reply []byte, done bool, err error) {
	if w.tokens++; w.tokens > maxTokens {
		return nil, false, ErrMalformed
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
		w.guard.failed(ctx, w.ask, w.scheme, account)
	case errors.Is(err, ErrTicket): // no guess, and so no failure that counts
		w.guard.bus.Publish(event.AuthFailed{Player: playerOf(w.ask), Scheme: w.scheme, Reason: err.Error()})
	}
	return reply, done, err
}
