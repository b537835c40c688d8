package auth

import "context"

// Decider is an external decision: it is asked when the rules let somebody play or
// publish, and has the last word. Orders to the server itself it is not asked about:
// who runs the server is not to be shut out by a program that is broken.
type Decider interface {
	// Decide returns Allowed, Denied with a reason, or for nobody Prove.
	Decide(ctx context.Context, a Ask, id Identity) (Verdict, string)
}

// external asks the one of the most special level that has one.
func (g *Guard) external(ctx context.Context, a Ask, id Identity) Decision {
	levels := g.levels(a)
	d := decider(levels)
	if d == nil || a.Right == Admin {
		return Decision{Verdict: Allowed}
	}
	verdict, why := d.Decide(ctx, a, id)
	if verdict != Prove {
		return Decision{Verdict: verdict, Reason: why}
	}
	schemes := g.offered(a.Protocol, levels, true)
	if !id.IsNobody() || len(schemes) == 0 {
		return Decision{Reason: why}
	}
	return Decision{Verdict: Prove, Realm: realm(levels), Schemes: schemes}
}

func decider(levels []level) Decider {
	for _, l := range levels {
		if l.External != nil {
			return l.External
		}
	}
	return nil
}
