package playlist

import (
	"context"
	"time"
)

type lengthKey struct{}

// LengthOf is how long the list plays at most what an Opener opens: of what has no
// length itself it is the length. 0: it does not say.
func LengthOf(ctx context.Context) time.Duration {
	d, _ := ctx.Value(lengthKey{}).(time.Duration)
	return d
}

// withLength says how long the source of the top element is played.
func (c *cursor) withLength(ctx context.Context) context.Context {
	if limit, _ := c.limit(); limit != never {
		ctx = context.WithValue(ctx, lengthKey{}, limit)
	}
	return ctx
}
