package front

import (
	"context"
	"io"
	"testing"
	"time"

	"caracal/internal/memnet"
)

// A connection that streams ends when its stream does, whenever that is, and one
// that does not at once.
func TestShutdownWaitsForStreams(t *testing.T) {
	inMemory(t, Options{}, func(t *testing.T, a *Acceptor, n *memnet.Network) {
		c, ended := hears(t, n, "stream\n")
		_, idle := hears(t, n, "a\n")
		_, silent := hears(t, n, "")
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began := time.Now()
		time.AfterFunc(7*time.Second, func() { io.WriteString(c, "stop\n") }) // nothing but Shutdown closes it then
		if err := a.Shutdown(ctx, func() {}); err != nil {
			t.Error(err)
		}
		for what, k := range map[string]struct {
			ended chan time.Time
			after time.Duration
		}{"a stream": {ended, 7 * time.Second}, "an idle one": {idle, 0}, "a silent one": {silent, 0}} {
			if took := (<-k.ended).Sub(began); took != k.after {
				t.Errorf("%s ended after %v", what, took)
			}
		}
	})
}
