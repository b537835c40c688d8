package front

import (
	"context"
	"io"
	"strings"
	"sync/atomic"
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
		o.Shards, o.Protocol = pace.NewGroup(1), "test"
		if o.Bus == nil {
			o.Bus = new(event.Bus)
		}
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
	if says != "" { // nothing would be read as nothing
		io.WriteString(nc, says)
	}
	synctest.Wait()
	return nc, ended
}

func TestSilentConnectionIsDropped(t *testing.T) {
	const limit = 20 * time.Second
	for name, k := range map[string]struct {
		says string
		o    Options
		bad  string
	}{
		"before a line": {"", Options{HeadTimeout: limit, KeepAlive: time.Hour}, ""},
		"in a line":     {"a", Options{HeadTimeout: limit, KeepAlive: time.Hour}, "a line that did not come in time"},
		"after a line":  {"a\n", Options{HeadTimeout: time.Hour, KeepAlive: limit}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			k.o.Bus = new(event.Bus)
			events := k.o.Bus.Subscribe(10)
			inMemory(t, k.o, func(t *testing.T, a *Acceptor, n *memnet.Network) {
				began := time.Now()
				_, ended := hears(t, n, k.says)
				if took := (<-ended).Sub(began); took != limit {
					t.Errorf("after %v", took)
				}
				wantBad(t, events, k.bad)
			})
		})
	}
}

// wantBad checks that this was published of what peers sent, and no more; "" is
// nothing.
func wantBad(t *testing.T, events *event.Subscription, reason string) {
	t.Helper()
	synctest.Wait()
	events.Close()
	var got string
	for r := range events.C() {
		if e, ok := r.Event.(event.BadInput); ok {
			got += e.Reason
		}
	}
	if got != reason {
		t.Errorf("bad input: %q, want %q", got, reason)
	}
}

// What is cut short is told of, unless nothing of it has come or the connection is
// ended here.
func TestCutShort(t *testing.T) {
	for name, k := range map[string]struct {
		says string
		end  func(a *Acceptor, c io.Closer)
		bad  string
	}{
		"in a line": {"a\nb", func(_ *Acceptor, c io.Closer) { c.Close() }, "a line that was cut short"},
		"between":   {"a\n", func(_ *Acceptor, c io.Closer) { c.Close() }, ""},
		"from here": {"a\nb", func(a *Acceptor, _ io.Closer) { a.Shutdown(context.Background(), func() {}) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := Options{Bus: new(event.Bus)}
			events := o.Bus.Subscribe(10)
			inMemory(t, o, func(t *testing.T, a *Acceptor, n *memnet.Network) {
				c, ended := hears(t, n, k.says)
				k.end(a, c)
				<-ended
				wantBad(t, events, k.bad)
			})
		})
	}
}

func TestLimits(t *testing.T) {
	for name, o := range map[string]Options{
		"all":         {MaxConnections: 1},
		"one address": {MaxPerAddress: 1},
	} {
		t.Run(name, func(t *testing.T) {
			inMemory(t, o, func(t *testing.T, a *Acceptor, n *memnet.Network) {
				first, gone := hears(t, n, "a\n")
				began := time.Now()
				_, refused := hears(t, n, "")
				if at := <-refused; at != began || a.Connections() != 1 {
					t.Errorf("a second connection ended after %v, there are %d", at.Sub(began), a.Connections())
				}
				first.Close()
				<-gone
				synctest.Wait()
				hears(t, n, "a\n")
				if n := a.Connections(); n != 1 {
					t.Errorf("after the first had gone there are %d", n)
				}
			})
		})
	}
}

// counted counts the lines that have been read.
type counted struct {
	Protocol
	read *atomic.Int32
}

func (p counted) Next() bool {
	p.read.Add(1)
	return p.Protocol.Next()
}

// Requests that come faster than the shard answers are left to the peer.
func TestRequestsDoNotRunAheadOfTheShard(t *testing.T) {
	inMemory(t, Options{}, func(t *testing.T, a *Acceptor, n *memnet.Network) {
		var read atomic.Int32
		inner := a.protocol
		a.protocol = func(c *Conn) Protocol { return counted{inner(c), &read} }
		const lines = 10 * maxUnserved
		hold := make(chan struct{})
		a.opt.Shards.Pick().Post(func() { <-hold })
		hears(t, n, strings.Repeat("x\n", lines))
		if n := read.Load(); n != maxUnserved {
			t.Errorf("%d lines were read while none was answered, want %d", n, maxUnserved)
		}
		close(hold)
		synctest.Wait()
		if n := read.Load(); n != lines+1 {
			t.Errorf("%d of %d lines were read", n-1, lines)
		}
	})
}
