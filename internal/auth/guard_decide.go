package auth

import (
	"fmt"
	"slices"

	"caracal/internal/auth/access"
)

// tracer hears each step of a decision, for people.
type tracer func(format string, args ...any)

func silent(string, ...any) {}

// decide judges by the rules alone.
func (g *Guard) decide(a Ask, id Identity, trace tracer) Decision {
	levels := g.levels(a)
	for _, l := range levels {
		if why, ok := l.admits(a.Address); !ok {
			trace("addresses: %s %s", l.of, why)
			return Decision{Reason: l.of + " " + why}
		}
		trace("addresses: %s lets %s in", l.of, a.Address)
	}
	of, list := who(levels, a.Right)
	trace("%s: %s says who", a.Right, of)
	for _, w := range list {
		if matches(w, a, id) {
			trace("%s: %s: yes", a.Right, w)
			return Decision{Verdict: Allowed}
		}
		trace("%s: %s: no", a.Right, w)
	}
	return g.unmatched(a, id, levels, list)
}

// who is the list that counts for a right, and whose it is.
func who(levels []level, r Right) (of string, list []access.Who) {
	for _, l := range levels {
		if list := l.list(r); list != nil {
			return l.of, list
		}
	}
	return "the default", defaultList(r)
}

// unmatched is what becomes of who is on no list as it is.
func (g *Guard) unmatched(a Ask, id Identity, levels []level, list []access.Who) Decision {
	what := fmt.Sprintf("%s %q", a.Right, a.Target.Name)
	if !id.IsNobody() {
		return Decision{Reason: fmt.Sprintf("%s may not %s", id, what)}
	}
	var named, keyed bool
	for _, w := range list {
		keyed = keyed || w.Kind == access.Key
		named = named || w.Proves() && w.Kind != access.Key && (!a.Page || a.Right == Play)
	}
	if !named && !keyed {
		return Decision{Reason: fmt.Sprintf("nobody at %s may %s", a.Address, what)}
	}
	d := Decision{Verdict: Prove, Realm: realm(levels), Schemes: g.offered(a.Protocol, levels, named)}
	if len(d.Schemes) == 0 {
		return Decision{Reason: "who may " + what + " would have to prove it, and there is no way to here"}
	}
	return d
}

// offered are the schemes that the rules name, that are there and that the protocol
// has. A key alone is proved by Basic and Digest only.
func (g *Guard) offered(protocol string, levels []level, named bool) []string {
	want := defaultSchemes
	for _, l := range levels {
		if l.Schemes != nil {
			want = l.Schemes
			break
		}
	}
	var there []string
	for _, s := range want {
		if carries(protocol, s) && g.has(s, named) && !slices.Contains(there, s) {
			there = append(there, s)
		}
	}
	return there
}

func (g *Guard) has(scheme string, named bool) bool {
	switch {
	case g == nil:
		return false
	case scheme == Basic, scheme == Digest:
		return g.accounts != nil || !named
	}
	return named && g.accounts != nil && g.schemes[scheme] != nil
}

func realm(levels []level) string {
	for _, l := range levels {
		if l.Realm != "" {
			return l.Realm
		}
	}
	return DefaultRealm
}

// key is the key of the point that is asked for, if who has it may do this.
func (g *Guard) key(a Ask) Key {
	r := g.PointRules(a.Target.Point)
	if r == nil || r.Key == "" {
		return ""
	}
	_, list := who(g.levels(a), a.Right)
	if !slices.ContainsFunc(list, func(w access.Who) bool { return w.Kind == access.Key }) {
		return ""
	}
	return r.Key
}
