package front

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/event"
	"caracal/internal/memnet"
	"caracal/internal/pace"
)

// hung is a protocol that waits for something that never comes.
type hung struct{ release chan struct{} }

func (h hung) Next() bool              { <-h.release; return false }
func (hung) Drain(time.Time) time.Time { return time.Time{} }
func (hung) Lost(string)               {}

// A connection whose goroutine hangs, in storage for one, does not hold up the
// end of the server for longer than the others may take.
func TestShutdownOfWhatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := Options{Shards: pace.NewGroup(1), Bus: new(event.Bus), Protocol: "test"}
		h := hung{make(chan struct{})}
		a := NewAcceptor(o, func(*Conn) Protocol { return h })
		n := memnet.New()
		served := make(chan error, 1)
		go func() { served <- a.Serve(n) }()
		c, err := n.Dial(t.Context(), "tcp", "192.0.2.1:1")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		began := time.Now()
		if err := a.Shutdown(ctx, func() {}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Shutdown: %v", err)
		}
		if took := time.Since(began); took != 10*time.Second+cutTime {
			t.Errorf("after %v", took)
		}
		close(h.release)
		if err := <-served; !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		synctest.Wait()
		o.Shards.Close()
	})
}
