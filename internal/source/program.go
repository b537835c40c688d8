package source

import (
	"context"
	"errors"
	"io"
	"time"

	"caracal/internal/point"
)

// What a Program answers who wants something of it.
var (
	ErrNotPlaying = errors.New("source: the program does not play now")
	ErrOrders     = errors.New("source: the program has too much to do already: wait a moment")
	ErrNothing    = errors.New("source: there is no Windows Media file that can be played")
)

// errLeft is the cause of the contexts of an item that is left for an order.
var errLeft = errors.New("source: the item is left")

// Program is a Feeder that plays the items of a list as a broadcast: one clock for
// all. When the list is over the broadcast ends, and waits for an order.
type Program struct {
	opt    ProgramOptions
	orders orders
	now    playing
}

// ProgramOptions say what is played.
type ProgramOptions struct {
	// Way begins the list; nil: only what is inserted plays.
	Way func() point.Way
	// Again begins the list anew when it is over.
	Again bool
	// Insert is played in the list or between its items, on its timer.
	Insert *Interlude
	// Circles are those of all programs that may play each other; nil: it plays alone.
	Circles *Circles
}

// NewProgram makes a program. It plays when it is Run, by one caller at a time.
func NewProgram(o ProgramOptions) *Program {
	if o.Circles == nil {
		o.Circles = &Circles{}
	}
	return &Program{opt: o}
}

// Run plays until ctx is done, or until nothing can be played any more. What a
// program without a list plays comes in the place of what the source brings.
func (p *Program) Run(ctx context.Context, to *point.Broadcast, note func(string)) error {
	s := &stage{to: to, start: to.Start, note: note}
	if p.opt.Way == nil {
		s.start = to.Insert
	}
	return p.run(ctx, s)
}

// stage is where a program plays.
type stage struct {
	to    *point.Broadcast
	start func(header []byte) (*point.Feed, error)
	note  func(string)
}

func (p *Program) run(ctx context.Context, s *stage) error {
	p.orders.open()
	defer p.orders.close()
	defer p.opt.Circles.begin(s.to)()
	stop := p.schedule(ctx)
	defer stop()
	defer p.now.set(nil)
	r := newReel(s.start)
	defer r.close()
	for {
		if p.opt.Way != nil {
			if err := p.through(ctx, s, r, p.opt.Way(), nil); err != nil {
				return err
			}
		}
		if p.opt.Again {
			if err := r.pause(ctx, reelLeast*time.Millisecond); err != nil {
				return err
			}
			continue
		}
		if err := p.idle(ctx, s, r); err != nil {
			return err
		}
	}
}

// idle plays what is inserted after the list is over, until somebody begins it again.
func (p *Program) idle(ctx context.Context, s *stage, r *reel) error {
	for {
		r.end()
		p.now.set(nil)
		s.note("the list is over")
		if err := p.orders.wait(ctx); err != nil {
			return err
		}
		if _, skip := p.orders.take(func(o order) bool { return o.by != 0 }); skip && p.opt.Way != nil {
			return nil
		}
		o, ok := p.orders.take(func(o order) bool { return o.insert != nil })
		if ok && o.insert == p.opt.Insert && !isFed(s.to) {
			continue // a timer's, and there is nothing to put it into
		}
		if ok {
			if err := p.interlude(ctx, s, r, o.insert); err != nil {
				return err
			}
		}
	}
}

// through plays a way to its end; in says which insertion it is, nil: the list.
func (p *Program) through(ctx context.Context, s *stage, r *reel, way point.Way, in *Interlude) error {
	first, err := point.Enter(ctx, sure{way, s.to, p.opt.Circles})
	switch {
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, io.EOF) && in == nil:
		return ErrNothing
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return err
	}
	t, err := newTurns(p, s, r, first, in)
	if err != nil {
		first.Close()
		return err
	}
	defer t.close()
	return t.run(ctx)
}

// isFed says whether something is being broadcast.
func isFed(b *point.Broadcast) bool {
	items, _ := b.List()
	return len(items) > 0
}
