package auth

import (
	"context"
	"fmt"
)

// Explain is Decide with the reason of each step, for people.
func (g *Guard) Explain(ctx context.Context, a Ask, id Identity) (steps []string, d Decision) {
	d = g.decide(a, id, func(format string, args ...any) { steps = append(steps, fmt.Sprintf(format, args...)) })
	if d.Verdict != Allowed {
		return steps, d
	}
	if decider(g.levels(a)) != nil && a.Right != Admin {
		d = g.external(ctx, a, id)
		steps = append(steps, "the program that decides: "+d.Verdict.String())
	}
	return steps, d
}
