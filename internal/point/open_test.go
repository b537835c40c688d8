package point

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// slowOpener answers when it is told to.
type slowOpener struct {
	Opener
	answer chan struct{}
	opened []*closing
}

// closing is an entry that knows whether it is closed.
type closing struct {
	Entry
	closed bool
}

func (c *closing) Close() error { c.closed = true; return nil }

func (o *slowOpener) Open(context.Context, string) (Entry, error) {
	<-o.answer
	c := &closing{}
	o.opened = append(o.opened, c)
	return c, nil
}

// Storage that hangs holds a player up for ten seconds, and no more players than
// the bound; what it opens in the end is closed, and all is well again.
func TestOpenOfStorageThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &slowOpener{answer: make(chan struct{})}
		r := NewRegistry()
		r.Add(&Point{Name: "p", Opener: o})
		began := time.Now()
		got := make(chan error)
		for range maxOpening + 3 {
			go func() {
				_, _, err := r.Open("p/x")
				got <- err
			}()
		}
		synctest.Wait()
		for range 3 {
			if err := <-got; !errors.Is(err, ErrBusy) || time.Since(began) != 0 {
				t.Errorf("%v after %v", err, time.Since(began))
			}
		}
		for range maxOpening {
			if err := <-got; !errors.Is(err, ErrBusy) || time.Since(began) != openTimeout {
				t.Fatalf("%v after %v", err, time.Since(began))
			}
		}
		for range maxOpening {
			o.answer <- struct{}{}
			synctest.Wait()
		}
		for i, c := range o.opened {
			if !c.closed {
				t.Fatalf("entry %d of %d stays open", i, len(o.opened))
			}
		}
		close(o.answer)
		if _, e, err := r.Open("p/x"); err != nil || e.(*closing).closed {
			t.Errorf("afterwards: %v, %v", e, err)
		}
	})
}
