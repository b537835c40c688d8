package server

import (
	"context"

	"caracal/internal/config"
	"caracal/internal/point"
)

// broadcastOf is the broadcast that content is, with a wrapper around it or without;
// nil if it is none.
func broadcastOf(c any) *broadcast {
	if w, ok := c.(*wrapped); ok {
		c = w.content
	}
	b, _ := c.(*broadcast)
	return b
}

// openLive opens a broadcast for a program that knows no streaming. Without its
// wrapper: such a program knows one header only.
func (s *Server) openLive(ctx context.Context, name string) (*point.Point, point.Entry, error) {
	if b, err := s.broadcast(name); err == nil {
		if p, _, err := s.points.Lookup(name); err == nil {
			e, err := b.Open(ctx, "")
			return p, e, err
		}
	}
	return s.openOwn(name)
}

// wrappedOptions say how a broadcast with a wrapper is sent: what is live as soon as it
// is there, and the files around it at their own pace.
func wrappedOptions(c *config.Point) point.Options {
	o := broadcastOptions(c)
	o.Unpaced = false
	return o
}
