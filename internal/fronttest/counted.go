package fronttest

import (
	"context"
	"sync/atomic"

	"caracal/internal/point"
)

// Counted is content that knows who has it open.
type Counted struct {
	point.Opener
	Wait func() error // called by each Open, which fails with its error; nil: nothing

	InUse atomic.Int64 // entries that are open
	Late  atomic.Int64 // uses of entries that were closed
}

// Count publishes a point's content under another name, or the same, as Counted. It
// is for content that is no broadcast.
func (r *Rig) Count(name, as string) *Counted {
	r.T.Helper()
	p, _, err := r.Points.Lookup(name)
	if err != nil {
		r.T.Fatal(err)
	}
	c := &Counted{Opener: p.Opener}
	r.Points.Add(&point.Point{Name: as, Options: p.Options, Opener: c})
	return c
}

// Open counts an entry until it is closed.
func (c *Counted) Open(ctx context.Context, name string) (point.Entry, error) {
	if c.Wait != nil {
		if err := c.Wait(); err != nil {
			return nil, err
		}
	}
	e, err := c.Opener.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	c.InUse.Add(1)
	return &countedEntry{Entry: e, of: c}, nil
}

type countedEntry struct {
	point.Entry
	of     *Counted
	closed atomic.Bool
}

func (e *countedEntry) Block(n int64, wake func()) (*point.Block, error) {
	if e.closed.Load() {
		e.of.Late.Add(1)
	}
	return e.Entry.Block(n, wake)
}

func (e *countedEntry) Close() error {
	if e.closed.Swap(true) {
		e.of.Late.Add(1)
	}
	e.of.InUse.Add(-1)
	return e.Entry.Close()
}
