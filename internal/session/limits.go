package session

import (
	"net/netip"
	"time"
)

// Bounds are the limits of one thing; 0 is no limit.
type Bounds struct {
	Players         int
	Bandwidth       int64         // bits a second, of all that plays together
	PlayerBandwidth int64         // bits a second, of one player
	Length          time.Duration // of a session
}

// Limits are those of the server and of all that players have in common. Nobody
// changes one that the manager has.
type Limits struct {
	Server  Bounds
	Address Bounds            // of each address
	Network Bounds            // of each /64 of IPv6
	Account Bounds            // of each account
	Points  map[string]Bounds // of publishing points, by name
}

// scope is what several sessions have in common.
type scope uint8

const (
	inServer scope = iota
	inPoint
	inAddress
	inNetwork
	inAccount
	scopes
)

func (s scope) String() string {
	return [...]string{"server", "point", "address", "network", "account"}[s]
}

// place is one thing that has limits: an address, an account ... The zero value is
// the server.
type place struct {
	scope scope
	net   netip.Prefix
	name  string // of a point as in event.Player, for the root has none
}

// count is what there is in a place.
type count struct {
	players int
	bits    int64 // a second, reserved
}

// placesOf returns where a player is as soon as it is admitted; a place that it is
// not in has no key but its scope.
func placesOf(a netip.Addr, point, account string) (list [scopes]place) {
	for i := range list {
		list[i].scope = scope(i)
	}
	list[inAddress].net = netip.PrefixFrom(a, a.BitLen())
	if a.Is6() {
		list[inNetwork].net, _ = a.Prefix(networkBits)
	}
	list[inPoint].name, list[inAccount].name = point, account
	return list
}

// networkBits is the length of the prefix that one subscriber of IPv6 has: all
// addresses in it are its own to use.
const networkBits = 64

// counted says whether anything is counted there: nobody has no limits.
func (p place) counted() bool { return p.scope == inServer || p.name != "" || p.net.IsValid() }

// bounds returns the limits of a place.
func (o *Options) bounds(p place) Bounds {
	l := &o.Limits
	switch p.scope {
	case inServer:
		b := l.Server
		b.Players = least(b.Players, o.Max)
		return b
	case inPoint:
		return l.Points[p.name[1:]]
	case inAddress:
		b := l.Address
		b.Players = least(b.Players, o.MaxPerAddress)
		return b
	case inNetwork:
		return l.Network
	}
	return l.Account
}

// least returns the smaller of two limits, of which 0 is none.
func least[T int | int64 | time.Duration](a, b T) T {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// admits says why so many players and bits a second more are too many. What is not
// more is never too many: a limit that is lowered takes nothing away.
func (b *Bounds) admits(s scope, c count, players int, bits int64) error {
	switch {
	case players > 0 && b.Players > 0 && c.players+players > b.Players:
		return fullness(s)
	case bits > 0 && b.Bandwidth > 0 && c.bits+bits > b.Bandwidth:
		return &LimitError{s.String() + ".bandwidth", ErrBandwidth}
	}
	return nil
}
