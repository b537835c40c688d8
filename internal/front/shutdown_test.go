package front

import (
	"context"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/event"
	"caracal/internal/memnet"
	"caracal/internal/pace"
)

// inMemory serves the protocol of lines in a bubble with a clock of its own.
func inMemory(t *testing.T, o Options, test func(t *testing.T, a *Acceptor, n *memnet.Network)) {
	synctest.Test(t, func(t *testing.T) {
		o.Shards, o.Bus, o.Protocol = pace.NewGroup(1), new(event.Bus), "test"
		a := NewAcceptor(o, func(c *Conn) Protocol { return &lines{c: c, lost: make(chan string, 1)} })
		n := memnet.New()
		served := make(chan error, 1)
		go func() { served <- a.Serve(n) }()
		test(t, a, n)
		if err := a.Shutdown(t.Context(), func() {}); err != nil {
			t.Error(err)
		}
		if err := <-served; err != ErrClosed {
			t.Errorf("Serve returned %v", err)
		}
		if n := a.Connections(); n != 0 {
			t.Errorf("%d connections are left", n)
		}
		o.Shards.Close()
	})
}

// hears connects, says something, and gives what comes back until the end.
func hears(t *testing.T, n *memnet.Network, says string) (c io.WriteCloser, ended chan time.Time) {
	t.Helper()
	nc, err := n.Dial(t.Context(), "tcp", "192.0.2.1:1")
	if err != nil {
		t.Fatal(err)
	}
	ended = make(chan time.Time, 1)
	go func() { io.Copy(io.Discard, nc); nc.Close(); ended <- time.Now() }()
	io.WriteString(nc, says)
	synctest.Wait()
	return nc, ended
}

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
