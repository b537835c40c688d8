package auth

import (
	"slices"

	"caracal/internal/auth/access"
)

// IsOpen says that anybody may play a point, from anywhere and over everything: who
// opens it need not be asked who he is.
func (g *Guard) IsOpen(point string) bool {
	if g == nil {
		return true
	}
	protocols := []string{""}
	for p := range g.policy.Load().Listeners {
		protocols = append(protocols, p)
	}
	for _, p := range protocols {
		levels := g.levels(Ask{Protocol: p, Target: Target{Point: point}})
		for _, l := range levels {
			if len(l.Allow) > 0 || len(l.Deny) > 0 || l.External != nil {
				return false
			}
		}
		_, list := who(levels, Play)
		if !slices.ContainsFunc(list, func(w access.Who) bool { return w.Kind == access.Anyone }) {
			return false
		}
	}
	return true
}
