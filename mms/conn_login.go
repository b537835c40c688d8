package mms

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"caracal/internal/auth"
	"caracal/internal/head"
	"caracal/internal/point"
)

// The names of schemes in AuthenPackage, [MS-MMSP] 2.2.4.2. There are no others in this
// protocol, and the Guard offers no others.
var packages = map[string]string{auth.Basic: "BASIC", auth.NTLM: "NTLM"}

// The bounds of a login: what it may cost whoever never ends it.
const (
	maxChallenges = 20              // of a connection, one after the other
	loginTime     = 3 * time.Minute // from the first one on: people look for their passwords
	stepTime      = 10 * time.Second
)

// login is how far a connection has come in proving who plays. It belongs to the
// connection's goroutine.
type login struct {
	who       auth.Identity // whose the connection is
	announced string        // the scheme that ReportConnectedEX has named; "" for none
	forwarded bool          // a proxy connects: its address says nothing of the player

	file   string        // of the OpenFile that was answered with a challenge
	wants  *refusal      // what was challenged; nil: nothing
	scheme string        // of the challenge
	cookie uint32        // of the challenge
	try    auth.Exchange // that the next token goes on with; nil: it begins one

	began      time.Time // with the first challenge
	challenges int
}

// refusal is why the Guard does not let a player in, or not yet.
type refusal struct {
	auth.Decision
	ask auth.Ask
}

func (r *refusal) Error() string { return r.Reason }

// Unwrap makes it the error of the core that it is like.
func (r *refusal) Unwrap() error {
	if r.Verdict == auth.Slowed {
		return point.ErrBusy
	}
	return point.ErrForbidden
}

// announce chooses the scheme that ReportConnectedEX names, before anybody knows
// what is asked for.
func (l *login) announce(g *auth.Guard) (authen string) {
	if schemes := g.Schemes(protocolName); len(schemes) > 0 {
		l.announced = schemes[0]
	}
	return packages[l.announced]
}

// pick chooses the scheme of a challenge; "" is none. Before version 8 players answer by
// the announced one whatever they are asked for, [MS-MMSP] 3.1.5.8 and 3.2.5.6.
func (l *login) pick(r *refusal, a head.Agent) string {
	switch {
	case a.AtLeast(8, 0):
		return r.Schemes[0]
	case slices.Contains(r.Schemes, l.announced):
		return l.announced
	}
	return ""
}

// exhausted says that a login has had its tries.
func (l *login) exhausted(now time.Time) bool {
	if l.challenges == 0 {
		l.began = now
	}
	l.challenges++
	return l.challenges > maxChallenges || now.Sub(l.began) > loginTime
}

// waits says that the player is given time to answer a challenge, though it says
// nothing but that it is there.
func (l *login) waits(now time.Time) bool {
	return l.wants != nil && now.Sub(l.began) < loginTime
}

// forget leaves a login as it is: it goes on with another challenge or none.
func (l *login) forget() { l.wants, l.try = nil, nil }

// wish is what the player asks for.
func (c *conn) wish(of, path string) auth.Ask {
	name := strings.Trim(path, "/")
	if name == "" {
		name = c.srv.opt.Points.Default()
	}
	ask := c.Ask(of, name, c.player.agent.Raw)
	ask.Forwarded = c.login.forwarded
	return ask
}

// judge says whether the player may have what is at a path, as whom it has proved
// to be; the error is a *refusal.
func (c *conn) judge(of, path string) error {
	ctx, cancel := context.WithTimeout(context.Background(), stepTime)
	defer cancel()
	l, g := &c.login, c.Guard()
	if !l.who.IsNobody() {
		l.who = g.Renew(ctx, l.who)
	}
	ask := c.wish(of, path)
	if d := g.Decide(ctx, ask, l.who); d.Verdict != auth.Allowed {
		return &refusal{d, ask}
	}
	return nil
}

// step takes a token of the player's for what was challenged, or for what would have
// been: then any scheme that is offered will do. Behind an error it begins anew.
func (l *login) step(g *auth.Guard, r *refusal, b []byte) (reply []byte, wrapped, done bool, err error) {
	defer func() {
		if done || err != nil {
			l.try = nil
		}
	}()
	token, err := ParseToken(b)
	if err != nil {
		return nil, false, false, auth.ErrMalformed
	}
	scheme, proof := auth.NTLM, token.NTLM
	if !token.IsNTLM {
		user, password, ok := token.BasicCredentials()
		if !ok {
			return nil, false, false, auth.ErrMalformed
		}
		scheme, proof = auth.Basic, []byte(user+":"+password)
	}
	if l.wants != nil && scheme != l.scheme {
		return nil, false, false, auth.ErrScheme
	}
	if l.try == nil {
		if l.try, err = g.Try(scheme, r.ask); err != nil {
			return nil, false, false, err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), stepTime)
	defer cancel()
	reply, done, err = l.try.Step(ctx, proof)
	if done && err == nil {
		l.who = l.try.Identity()
	}
	return reply, token.Wrapped, done, err
}

// isWrong says that a token proved nothing, and the player may try another.
func isWrong(err error) bool {
	return errors.Is(err, auth.ErrDenied) || errors.Is(err, auth.ErrMalformed) || errors.Is(err, auth.ErrScheme)
}

func newCookie() uint32 { return rand.Uint32() }
