package auth

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
)

// Dialogue is the state of one connection of HTTP or RTSP. Basic and Digest prove
// each request, the schemes with tokens the connection. It belongs to one goroutine
// at a time.
type Dialogue struct {
	guard *Guard
	bound Identity // whose the connection is
	held  Identity // who has proved a request by itself
	try   Exchange // under way
	named string   // the scheme of it
}

// Dialogue returns the state of a connection on which nothing was said yet.
func (g *Guard) Dialogue() *Dialogue { return &Dialogue{guard: g} }

// Judge says what becomes of a request. It may take some seconds when there have
// been wrong passwords.
func (d *Dialogue) Judge(ctx context.Context, r Request) Answer {
	g := d.guard
	open := g.decide(r.Ask, Identity{}, silent)
	if r.Owned {
		open = g.Admits(r.Ask)
	}
	if open.Verdict == Denied {
		return Answer{Decision: open}
	}
	c, given := parseCredentials(r.Authorization)
	if given && (c.isToken() || open.Verdict == Prove || !r.Owner.IsNobody() || decider(g.levels(r.Ask)) != nil) {
		return d.prove(ctx, r, c)
	}
	return d.settle(ctx, r, d.whose(ctx, r))
}

// whose is whom the connection was proved for, if that is still somebody.
func (d *Dialogue) whose(ctx context.Context, r Request) Identity {
	known := d.bound
	if known.IsNobody() && r.Holds {
		known = d.held
	}
	switch {
	case r.Shared:
		return Identity{}
	case known.Account == "":
		return known
	}
	id, err := d.guard.accounts.Identity(ctx, known.Account, known.Scheme)
	if err != nil {
		d.bound, d.held = Identity{}, Identity{}
	}
	return id
}

// settle answers a request of who is known to be id.
func (d *Dialogue) settle(ctx context.Context, r Request, id Identity) Answer {
	a := Answer{Decision: Decision{Verdict: Allowed}, Identity: id}
	if !r.Owned {
		a.Decision = d.guard.Decide(ctx, r.Ask, id)
	}
	if a.Verdict == Allowed && !r.Owner.IsNobody() && !r.Owner.Same(id) {
		a.Decision = d.guard.notTheirs(r.Ask, id)
	}
	if a.Verdict == Prove {
		return d.challenge(r, a.Decision, false)
	}
	return a
}

// notTheirs is what becomes of a request for the session of somebody else than id.
func (g *Guard) notTheirs(a Ask, id Identity) Decision {
	if !id.IsNobody() {
		return Decision{Reason: "this is somebody else's session"}
	}
	return Decision{Verdict: Prove, Realm: realm(g.levels(a)), Schemes: g.schemesFor(a)}
}

// challenge offers what both sides know.
func (d *Dialogue) challenge(r Request, why Decision, stale bool) Answer {
	a := Answer{Decision: why}
	a.Schemes = accepted(why.Schemes, r)
	for _, s := range a.Schemes {
		switch s {
		case Basic:
			a.Challenges = append(a.Challenges, basicChallenge(why.Realm))
		case Digest:
			a.Challenges = append(a.Challenges, d.guard.digest.challenges(why.Realm, r.Ask.Address, stale, r.Old || r.Accept != "")...)
		default:
			a.Challenges = append(a.Challenges, s)
		}
	}
	if len(a.Challenges) == 0 {
		return Answer{Decision: Decision{Reason: "the player knows none of the schemes that are accepted here"}}
	}
	return a
}

// accepted leaves out what the peer does not list. Encoders of Windows know Basic
// and do not list it.
func accepted(schemes []string, r Request) []string {
	var listed []string
	for s := range strings.SplitSeq(r.Accept, ",") {
		if s = strings.TrimSpace(s); s != "" {
			listed = append(listed, strings.ToLower(s))
		}
	}
	return slices.DeleteFunc(slices.Clone(schemes), func(s string) bool {
		if r.Shared && s != Basic && s != Digest {
			return true
		}
		return len(listed) > 0 && !slices.Contains(listed, strings.ToLower(s)) && !(s == Basic && r.Ask.Right == Publish)
	})
}

// prove takes the credentials of a request.
func (d *Dialogue) prove(ctx context.Context, r Request, c credentials) Answer {
	g := d.guard
	why := Decision{Verdict: Prove, Realm: realm(g.levels(r.Ask)), Schemes: g.schemesFor(r.Ask)}
	if !slices.Contains(accepted(why.Schemes, Request{Ask: r.Ask, Shared: r.Shared}), c.scheme) {
		return d.settle(ctx, r, Identity{})
	}
	if c.isToken() {
		return d.step(ctx, r, c, why)
	}
	d.held = Identity{}
	id, info, err := g.check(ctx, r, c, why.Realm)
	if err != nil {
		return d.refused(ctx, r, why, err)
	}
	if !r.Shared {
		d.held = id
	}
	a := d.settle(ctx, r, id)
	if a.Verdict == Allowed {
		a.Info = info
	}
	return a
}

// step takes the token of a connection's Exchange.
func (d *Dialogue) step(ctx context.Context, r Request, c credentials, why Decision) Answer {
	token, err := base64.StdEncoding.DecodeString(c.rest)
	if err != nil {
		token, err = base64.RawStdEncoding.DecodeString(c.rest)
	}
	if d.try == nil || d.named != c.scheme {
		d.bound, d.named = Identity{}, c.scheme
		if err == nil {
			d.try, err = d.guard.Try(c.scheme, r.Ask)
		}
	}
	if err != nil {
		d.try = nil
		return d.refused(ctx, r, why, err)
	}
	reply, done, err := d.try.Step(ctx, token)
	var next []string
	if len(reply) > 0 {
		next = []string{c.scheme + " " + base64.StdEncoding.EncodeToString(reply)}
	}
	switch {
	case err != nil:
		d.try = nil
		return d.refused(ctx, r, why, err)
	case !done:
		why.Schemes = []string{c.scheme}
		return Answer{Decision: why, Challenges: next, More: true}
	}
	d.bound, d.try = d.try.Identity(), nil
	a := d.settle(ctx, r, d.bound)
	if a.Verdict == Allowed {
		a.Challenges = next
	}
	return a
}

// refused answers wrong credentials: what is open to nobody stays open.
func (d *Dialogue) refused(ctx context.Context, r Request, why Decision, err error) Answer {
	if slow := (*SlowError)(nil); errors.As(err, &slow) {
		return Answer{Decision: Decision{Verdict: Slowed, Reason: ErrSlow.Error(), Retry: slow.Retry}}
	}
	if a := d.settle(ctx, r, Identity{}); a.Verdict != Prove {
		return a
	}
	return d.challenge(r, why, errors.Is(err, errStale))
}
