package conf

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"caracal/internal/auth"
	"caracal/internal/event"
	"caracal/internal/session"
)

// MemberID is a member's number in its conference, which no other member has or had.
type MemberID uint32

// Rights are what not everybody may do.
type Rights uint8

// The rights. Everybody may speak, draw and offer files.
const (
	Moderate Rights = 1 << iota // floor, conductor, others' files, the conference's end
	Eject
	Lock // and passwords

	AllRights = Moderate | Eject | Lock
)

// Who is somebody who wants to join, as its front-end knows it.
type Who struct {
	Identity auth.Identity // what was proved; the zero value is nobody
	Name     string        // as claimed
	Protocol string        // "t120", "web" ...
	Address  netip.AddrPort
	Agent    string

	Password   auth.Password // of the conference; the moderators' gives rights too
	Invitation string        // the token of one

	// Session is that of the connection, which the front-end has admitted and closes;
	// nil for none. Conferences say in it where it is and that it may be silent.
	Session *session.Session
}

// Info is what everybody may know of a member.
type Info struct {
	ID       MemberID
	Name     string // as it is to be shown
	Account  string // "" of a guest
	Protocol string
	Joined   time.Time
	Rights   Rights
}

// Accounts answers what conferences ask of accounts; *auth.Accounts does.
type Accounts interface {
	IsAccount(ctx context.Context, name string) (spelled string, is bool, err error)
	HashPassword(ctx context.Context, p auth.Password) ([]byte, error)
	VerifyPassword(ctx context.Context, place string, hash []byte, p auth.Password) bool
}

// Grant gives an account or a group rights in a conference.
type Grant struct {
	Account string // one of both
	Group   string // in lower case
	Rights  Rights
}

// rightsOf is what grants give somebody, and an owner.
func rightsOf(i auth.Identity, owner string, grants []Grant) Rights {
	if i.Account == "" {
		return 0
	}
	var r Rights
	if owner != "" && fold(owner) == fold(i.Account) {
		r = AllRights
	}
	for _, g := range grants {
		if g.Account != "" && fold(g.Account) == fold(i.Account) || g.Group != "" && slices.Contains(i.Groups, g.Group) {
			r |= g.Rights
		}
	}
	return r
}

// shownName is the name that a member gets. One that looks like an account's belongs
// to that account alone; when nobody can tell, it is taken for one.
func shownName(ctx context.Context, a Accounts, w *Who) string {
	name, own := claim(w.Name), w.Identity.Account
	if name == "" {
		name = own
	}
	if name == "" {
		name = nobody
	}
	if a == nil {
		return name
	}
	for _, like := range lookalikes(name) {
		spelled, is, err := a.IsAccount(ctx, like)
		switch {
		case err == nil && !is:
		case own == "":
			return name + guestSuffix
		case err != nil || fold(spelled) != fold(own):
			return own
		}
	}
	return name
}

// player is who somebody is in the server's events.
func (w *Who) player(conference string) event.Player {
	if w.Session != nil {
		return w.Session.Who()
	}
	return event.Player{
		Protocol: w.Protocol, Address: w.Address, Agent: w.Agent, Account: w.Identity.Account, Target: targetOf(conference),
	}
}

func targetOf(conference string) string { return "conference/" + conference }
