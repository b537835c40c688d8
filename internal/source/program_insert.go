package source

import (
	"context"
	"errors"
	"sync"
	"time"

	"caracal/internal/point"
)

// Interlude is what is inserted into a program: advertisements, an announcement.
type Interlude struct {
	Name  string
	How   How
	Every time.Duration // how often; 0: when somebody orders it
	// Way begins what is inserted.
	Way func() point.Way
}

// schedule orders what is inserted on a timer, until it is stopped.
func (p *Program) schedule(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	if in := p.opt.Insert; in != nil && in.Every > 0 {
		all.Go(func() { p.repeat(ctx, in) })
	}
	return func() { cancel(); all.Wait() }
}

// repeat orders an interlude again and again, unless it is waiting still.
func (p *Program) repeat(ctx context.Context, in *Interlude) {
	tick := time.NewTicker(in.Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			p.orders.take(func(o order) bool { return o.insert == in })
			p.orders.give(order{insert: in}) // not when nothing plays
		}
	}
}

// obey carries out an order, if there is one for the present item.
func (t *turns) obey(ctx context.Context) (over bool, err error) {
	if o, ok := t.p.orders.take(func(o order) bool { return o.by != 0 }); ok {
		return t.jump(ctx, o.by)
	}
	if t.in != nil { // nothing is inserted into what is inserted
		return false, nil
	}
	o, ok := t.p.orders.take(func(o order) bool { return o.insert != nil && o.insert.How != HowAfter })
	if !ok {
		return false, nil
	}
	t.cut(0)
	if err := t.p.interlude(ctx, t.s, t.r, o.insert); err != nil {
		return false, err
	}
	if o.insert.How == HowLeave {
		return t.jump(ctx, 1)
	}
	t.resume(ctx)
	return false, nil
}

// interlude plays what is inserted. What cannot be played is passed over.
func (p *Program) interlude(ctx context.Context, s *stage, r *reel, in *Interlude) error {
	err := p.through(ctx, s, r, in.Way(), in)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, point.ErrYield) || errors.Is(err, point.ErrSource):
		return err
	case err != nil:
		s.note(in.Name + ": " + err.Error())
	}
	return nil
}

// resume goes on with the item that was left, at the last clean point before that:
// who has seen something else cannot decode from anywhere else. What is live is
// where it is now.
func (t *turns) resume(ctx context.Context) {
	l := t.listed()
	if l.Info().Broadcast {
		t.play.Rejoin(point.Options{})
		t.enter()
		return
	}
	ctx, cancel := context.WithTimeout(ctx, openTime)
	defer cancel()
	info := l.Info()
	send, _ := point.SendTime(l, t.it.Number)
	at := int64(send) - int64(info.TimeBase) + int64(min(info.Preroll, info.TimeBase))
	again, err := l.Beside(ctx, 0, point.Position{By: point.ByTime, Value: at})
	if err != nil { // it goes on as it can
		t.tell()
		return
	}
	t.turn(again)
}
