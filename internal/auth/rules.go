package auth

import (
	"net/netip"
	"slices"

	"caracal/internal/auth/access"
)

// Rules are what the server, a listener or a point says about access. What a point
// leaves nil its listener says, and what that leaves nil the server. Addresses add
// up: all three have to let one in.
type Rules struct {
	Allow []netip.Prefix // none but these; nil: all
	Deny  []netip.Prefix // none of these

	Play, Publish, Admin []access.Who

	Schemes  []string // the first is liked best
	Realm    string
	Key      Key // what stands for the key of Publish; "" is none
	External Decider
}

// Key is a point's key. It never shows in text.
type Key string

// list is who has a right; nil is not said.
func (r *Rules) list(right Right) []access.Who {
	switch right {
	case Play:
		return r.Play
	case Publish:
		return r.Publish
	}
	return r.Admin
}

// What holds where nobody says anything.
const DefaultRealm = "Caracal"

var (
	defaultSchemes = []string{Negotiate, NTLM, Digest, Basic}

	defaultPlay  = []access.Who{{Kind: access.Anyone}}
	defaultWrite = []access.Who{{Kind: access.Local}}
)

func defaultList(r Right) []access.Who {
	if r == Play {
		return defaultPlay
	}
	return defaultWrite
}

// admits says whether the rules let an address in at all, and why not.
func (r *Rules) admits(a netip.Addr) (why string, ok bool) {
	a = a.Unmap().WithZone("")
	holds := func(p netip.Prefix) bool { return p.Contains(a) }
	if i := slices.IndexFunc(r.Deny, holds); i >= 0 {
		return "denies " + r.Deny[i].String(), false
	}
	if len(r.Allow) > 0 && !slices.ContainsFunc(r.Allow, holds) {
		return "allows other addresses only", false
	}
	return "", true
}

// matches says whether an entry means who asks.
func matches(w access.Who, a Ask, id Identity) bool {
	from := a.Address.Unmap().WithZone("")
	named := id.Account != "" && (!a.Page || a.Right == Play)
	switch w.Kind {
	case access.Anyone:
		return true
	case access.Local:
		return from.IsLoopback() && !a.Forwarded && !a.Page
	case access.Address:
		return w.Prefix.Contains(from) && (!a.Page || a.Right == Play)
	case access.Accounts:
		return named
	case access.Group:
		return named && id.In(w.Name)
	case access.User:
		return named && access.Fold(id.Account) == access.Fold(w.Name)
	case access.Key:
		return id.Key != "" && id.Key == a.Target.Point
	}
	return false
}
