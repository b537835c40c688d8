package auth

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"

	"caracal/internal/event"
)

// Guard decides who may do what. Its rules may be changed at any time. A nil Guard
// lets anybody play and this machine do all else.
type Guard struct {
	accounts *Accounts
	bus      *event.Bus
	policy   atomic.Pointer[Policy]
	mu       sync.Mutex // held to change points
	points   atomic.Pointer[map[string]*Rules]
	digest   *digest
	schemes  map[string]Scheme
	slow     *throttle
}

// Options are what a Guard knows people by.
type Options struct {
	Accounts *Accounts // nil: there are none
	Schemes  []Scheme  // besides Basic and Digest
	Bus      *event.Bus
}

// NewGuard returns a Guard whose rules say nothing yet: anybody plays, and this
// machine does all else.
func NewGuard(o Options) *Guard {
	g := &Guard{
		accounts: o.Accounts, bus: o.Bus, digest: newDigest(), schemes: map[string]Scheme{}, slow: newThrottle(),
	}
	for _, s := range o.Schemes {
		g.schemes[s.Name()] = s
	}
	g.policy.Store(&Policy{})
	g.points.Store(&map[string]*Rules{})
	return g
}

// Policy is what holds for all points.
type Policy struct {
	Server    Rules
	Listeners map[string]*Rules // by the protocols of Ask
}

// SetPolicy replaces what holds for all points.
func (g *Guard) SetPolicy(p Policy) { g.policy.Store(&p) }

// SetPoint says what holds for one point; nil is nothing of its own.
func (g *Guard) SetPoint(name string, r *Rules) {
	g.mu.Lock()
	defer g.mu.Unlock()
	points := maps.Clone(*g.points.Load())
	if r == nil {
		delete(points, name)
	} else {
		points[name] = r
	}
	g.points.Store(&points)
}

// PointRules returns what SetPoint said; nil is nothing.
func (g *Guard) PointRules(name string) *Rules {
	if g == nil {
		return nil
	}
	return (*g.points.Load())[name]
}

// levels are the rules that hold for an Ask, the most special first.
func (g *Guard) levels(a Ask) []level {
	var all []level
	if r := g.PointRules(a.Target.Point); r != nil {
		all = append(all, level{fmt.Sprintf("the point %q", a.Target.Point), r})
	}
	return append(all, g.general(a.Protocol)...)
}

// general are the rules that hold for a protocol whatever is asked for.
func (g *Guard) general(protocol string) []level {
	if g == nil {
		return []level{{"the server", &Rules{}}}
	}
	var all []level
	p := g.policy.Load()
	if r := p.Listeners[protocol]; r != nil {
		all = append(all, level{"the listener " + protocol, r})
	}
	return append(all, level{"the server", &p.Server})
}

// level is one set of rules with whose they are, for people.
type level struct {
	of string
	*Rules
}

// Admits says whether an address may say anything at all, before it is known what
// of: a front-end that cannot ask later asks this first.
func (g *Guard) Admits(a Ask) Decision {
	for _, l := range g.levels(a) {
		if why, ok := l.admits(a.Address); !ok {
			return Decision{Reason: l.of + " " + why}
		}
	}
	return Decision{Verdict: Allowed}
}

// Decide judges an Ask of who is known to be id, with the call of an external
// decision if the rules have one. Allowed and Denied are final; Prove comes for
// nobody only.
func (g *Guard) Decide(ctx context.Context, a Ask, id Identity) Decision {
	d := g.decide(a, id, silent)
	if d.Verdict != Allowed {
		return d
	}
	return g.external(ctx, a, id)
}
