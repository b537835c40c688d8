package auth

import (
	"context"
	"net/netip"
)

// AdmitsTo is Admits for a protocol that says hello before it says what of: no point
// has been asked for, not even the root.
func (g *Guard) AdmitsTo(protocol string, from netip.Addr) Decision {
	for _, l := range g.general(protocol) {
		if why, ok := l.admits(from); !ok {
			return Decision{Reason: l.of + " " + why}
		}
	}
	return Decision{Verdict: Allowed}
}

// Schemes are those by which a listener's peers are asked who they are where a point
// says nothing else, for a protocol that names them before it knows the point.
func (g *Guard) Schemes(protocol string) []string {
	return g.offered(protocol, g.general(protocol), true)
}

// carries says that a protocol has words for a scheme: MMS has them for two, [MS-MMSP]
// 2.2.4.2.
func carries(protocol, scheme string) bool {
	return protocol != "mms" || scheme == Basic || scheme == NTLM
}

// Renew is who an identity of some time ago is now: nobody when the account has gone,
// and in other groups perhaps.
func (g *Guard) Renew(ctx context.Context, id Identity) Identity {
	if g == nil || id.Account == "" || g.accounts == nil {
		return Identity{}
	}
	now, err := g.accounts.Identity(ctx, id.Account, id.Scheme)
	if err != nil {
		return Identity{}
	}
	return now
}
