package playlist

import (
	"context"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"time"

	"caracal/internal/point"
)

// The bounds of what a list knows of orders.
const (
	maxEdges = 64   // shuffled folders of one way
	maxSeeds = 4096 // players that have come lately
)

// shuffle brings the files of the top element into this round's order. What came last
// in the round before does not come first.
func (c *cursor) shuffle(f *frame) {
	c.shuffles++
	r := rand.New(rand.NewPCG(c.seed, c.shuffles))
	r.Shuffle(len(f.folder), func(i, j int) { f.folder[i], f.folder[j] = f.folder[j], f.folder[i] })
	n := len(f.folder)
	if n == 0 {
		return
	}
	key := shown(f.node.Source())
	if n > 1 && c.edges[key] == f.folder[0].Where {
		other := 1 + r.IntN(n-1)
		f.folder[0], f.folder[other] = f.folder[other], f.folder[0]
	}
	c.edges = maps.Clone(c.edges)
	if c.edges == nil || len(c.edges) >= maxEdges {
		c.edges = map[string]string{}
	}
	c.edges[key] = f.folder[n-1].Where
}

// seed is the order that a player has: its own, and the same one for all of its
// session, which may open the list more than once, to describe it and to play it.
type seed struct {
	value uint64
	last  time.Time // that it was asked for
}

// seedOf returns a player's seed; who is nobody in particular has another one each
// time. The mutex is held.
func (l *List) seedOf(player string) uint64 {
	if player == "" {
		return rand.Uint64() | 1
	}
	h := fnv.New64a()
	h.Write([]byte(player))
	key, now := h.Sum64(), time.Now()
	s, known := l.seeds[key]
	if !known || now.Sub(s.last) > seedFor {
		s.value = rand.Uint64() | 1
	}
	s.last = now
	if len(l.seeds) >= maxSeeds && !known {
		maps.DeleteFunc(l.seeds, func(_ uint64, o seed) bool { return now.Sub(o.last) > seedFor })
		if len(l.seeds) >= maxSeeds {
			clear(l.seeds)
		}
	}
	l.seeds[key] = s
	return s.value
}

// WayFor returns the way of the player that a context is of.
func (l *List) WayFor(ctx context.Context) *Way { return l.WrapFor(ctx, nil) }

// WrapFor is Wrap for the player that a context is of.
func (l *List) WrapFor(ctx context.Context, request func(context.Context) (Found, error)) *Way {
	l.mu.Lock()
	defer l.mu.Unlock()
	asker := point.AskerOf(ctx)
	return &Way{list: l, request: request, asker: asker, seed: l.seedOf(asker.Player), heard: l.count}
}

// Again returns another way through the same list, for who begins it anew behind this
// one: what a folder's last round ended with does not begin the next.
func (w *Way) Again() *Way {
	next := w.list.Wrap(w.request)
	next.asker = w.asker
	w.mu.Lock()
	defer w.mu.Unlock()
	if n := len(w.history); n > 0 {
		next.edges = w.history[n-1].at.edges
	}
	return next
}
