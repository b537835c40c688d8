package source

import (
	"context"
	"errors"
	"io"
	"time"

	"caracal/asf"
	"caracal/internal/point"
)

// openTime is how long the storage may take to open an item.
const openTime = 10 * time.Second

// turns is a program's way through a list: its own, or one that is inserted.
type turns struct {
	p  *Program
	s  *stage
	r  *reel
	in *Interlude // which insertion it is; nil: none

	play  *point.Play
	woken chan struct{}
	it    point.Step

	raw    []byte // the packet that is to go out; nil: the next one is to be found
	joined bool   // the reel has the item
	whole  bool   // it plays from its beginning
	any    bool   // something of it has gone out
}

func newTurns(p *Program, s *stage, r *reel, first *point.Listed, in *Interlude) (*turns, error) {
	t := &turns{p: p, s: s, r: r, in: in, woken: make(chan struct{}, 1)}
	all := point.Request{Selection: asf.NewSelection(first.Info().Header)}
	start, err := point.Prepare(first, point.Options{Unpaced: true}, all) // the reel has the pace
	if err != nil {
		return nil, err
	}
	t.play = point.NewPlay(first, 0, t.wake)
	t.play.Begin(start, time.Now())
	r.silence(first.Item().Gap)
	t.enter()
	return t, nil
}

func (t *turns) wake() {
	select {
	case t.woken <- struct{}{}:
	default:
	}
}

func (t *turns) close() {
	t.cut(0)
	t.play.Entry().Close()
}

func (t *turns) listed() *point.Listed { return t.play.Entry().(*point.Listed) }

// enter takes notice of an item that begins.
func (t *turns) enter() {
	t.raw, t.joined, t.any = nil, false, false
	t.whole = t.play.Position() == 0 && !t.listed().Info().Broadcast
	t.tell()
}

// cut takes the present item off the reel; duration is what it says of itself, if it
// has come to its end.
func (t *turns) cut(duration time.Duration) {
	if t.joined {
		t.r.leave(duration)
	} else {
		t.r.hasten()
	}
	t.joined = false
}

// run plays to the end of the list.
func (t *turns) run(ctx context.Context) error {
	for {
		item, cancel := t.p.orders.item(ctx)
		err := t.item(item)
		cancel()
		over := false
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, point.ErrYield) || errors.Is(err, point.ErrSource):
			return err
		case errors.Is(err, errLeft):
			over, err = t.obey(ctx)
		case err != nil: // it cannot be broadcast
			over, err = t.jump(ctx, 1)
		default:
			over, err = t.next(ctx)
		}
		if over || err != nil {
			return err
		}
	}
}

// item plays the present item until it is over, or is to be left.
func (t *turns) item(ctx context.Context) (err error) {
	defer func() {
		if err != nil && context.Cause(ctx) != nil {
			err = context.Cause(ctx)
		}
	}()
	for {
		if t.raw == nil {
			over, err := t.find(ctx)
			if over || err != nil {
				return err
			}
		}
		if !t.joined {
			if err := t.r.join(t.listed().Info(), t.ahead(), t.whole); err != nil {
				return err
			}
			t.joined = true
		}
		if err := t.r.packet(ctx, t.raw); err != nil {
			return err
		}
		t.raw, t.any = nil, true
	}
}

// find waits for the item's next packet.
func (t *turns) find(ctx context.Context) (over bool, err error) {
	for {
		t.play.Next(time.Now(), nil, &t.it) // without memory: all streams go out, nothing is rewritten
		switch t.it.Kind {
		case point.Packet:
			t.raw = t.it.Raw
			return false, nil
		case point.End:
			return true, nil
		case point.Wait:
			err = t.r.pause(ctx, time.Until(t.it.At))
		case point.Load:
			select {
			case <-t.woken:
			case <-ctx.Done():
				err = ctx.Err()
			}
		}
		if err != nil {
			return false, err
		}
	}
}

// ahead returns the packets from the present one on that are in memory with it.
func (t *turns) ahead() packetRun {
	run := packetRun{size: len(t.raw), data: t.raw}
	if b, err := t.play.Entry().Block(t.it.Number, func() {}); err == nil && b != nil {
		first, _ := b.First()
		run.data = b.Data()[int(t.it.Number-first)*run.size:]
	}
	return run
}

// next goes on when an item is over.
func (t *turns) next(ctx context.Context) (over bool, err error) {
	if t.it.Reason == point.EndError {
		return t.jump(ctx, 1)
	}
	next, _ := t.it.Next.(*point.Listed)
	same := next != nil && next.Item().Place == t.listed().Item().Place && next.Info().Broadcast
	if !same {
		if err := t.finish(ctx); err != nil {
			return false, err
		}
	}
	if next == nil {
		return true, nil
	}
	t.turn(next)
	if !same { // of what is live another entry follows without a gap
		t.r.silence(next.Item().Gap)
	}
	return false, nil
}

// finish ends an item that has come to its end.
func (t *turns) finish(ctx context.Context) error {
	duration := time.Duration(0)
	if item := t.listed().Item(); t.whole && item.Clip.For == 0 {
		duration = item.Entry.Info().Duration
	}
	t.cut(duration)
	if !t.any { // a list of such ones is gone through at leisure
		if err := t.r.pause(ctx, reelLeast*time.Millisecond); err != nil {
			return err
		}
	}
	for t.in == nil {
		o, ok := t.p.orders.take(func(o order) bool { return o.insert != nil })
		if !ok {
			break
		}
		if err := t.p.interlude(ctx, t.s, t.r, o.insert); err != nil {
			return err
		}
	}
	return nil
}

// turn goes on with another item, or with what follows in a live one.
func (t *turns) turn(next *point.Listed) {
	t.cut(0)
	point.Leave(t.play.Turn(next), next)
	t.enter()
}

// jump goes to another item of the list.
func (t *turns) jump(ctx context.Context, by int) (over bool, err error) {
	t.cut(0)
	if !t.any && by > 0 {
		if err := t.r.pause(ctx, reelLeast*time.Millisecond); err != nil {
			return false, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, openTime)
	defer cancel()
	next, err := t.listed().Beside(ctx, by, point.Position{})
	if errors.Is(err, io.EOF) && by < 0 { // before the first one is the first one
		next, err = t.listed().Beside(ctx, 0, point.Position{})
	}
	switch {
	case errors.Is(err, io.EOF):
		return true, nil
	case err != nil:
		return false, err
	}
	t.turn(next)
	return false, nil
}
