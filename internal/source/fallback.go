package source

import (
	"context"
	"errors"
	"time"

	"caracal/internal/event"
	"caracal/internal/point"
)

// fallbackWatch is how often a Fallback looks whether the source brings something.
const fallbackWatch = 250 * time.Millisecond

// Fallback is what players of a broadcast get while its source brings nothing.
type Fallback struct {
	Program *Program
	To      *point.Broadcast
	Source  event.Source
	Bus     *event.Bus
	After   time.Duration // without a packet

	packets uint64    // that the source had brought
	last    time.Time // when that was noticed
}

// Run stands in whenever it has to, until ctx is done.
func (f *Fallback) Run(ctx context.Context) {
	f.last = time.Now()
	tick := time.NewTicker(fallbackWatch)
	defer tick.Stop()
	var rest time.Time // until then it is not tried again: it has failed
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			now := time.Now() // the tick may have waited
			if packets, _ := f.To.Brought(); packets != f.packets {
				f.packets, f.last = packets, now
			}
			if now.Sub(f.last) < f.After || now.Before(rest) {
				continue
			}
			if err := f.stand(ctx); err != nil {
				rest = time.Now().Add(retryMost)
			}
		}
	}
}

// stand plays until the source is back, or something else has taken its place.
func (f *Fallback) stand(ctx context.Context) error {
	start := func(header []byte) (*point.Feed, error) {
		feed, err := f.To.Fallback(header)
		if err == nil {
			f.Bus.Publish(event.FallbackBegan{Source: f.Source})
		}
		return feed, err
	}
	began := time.Now()
	err := f.Program.run(ctx, &stage{to: f.To, start: start, note: func(string) {}})
	switch {
	case errors.Is(err, point.ErrSource):
		return nil
	case errors.Is(err, point.ErrYield) || ctx.Err() != nil:
		err = nil
	}
	f.Bus.Publish(event.FallbackEnded{Source: f.Source, Elapsed: time.Since(began), Err: err})
	return err
}
