package front

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

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
	a, addr, _ := begin(t, Options{})
	var read atomic.Int32
	inner := a.protocol
	a.protocol = func(c *Conn) Protocol { return counted{inner(c), &read} }
	const lines = 10 * maxUnserved
	hold := make(chan struct{})
	a.opt.Shards.Pick().Post(func() { <-hold })
	c := dial(t, addr)
	if _, err := c.Write([]byte(strings.Repeat("x\n", lines))); err != nil {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond)
	if n := read.Load(); n != maxUnserved {
		t.Errorf("%d lines were read while none was answered, want %d", n, maxUnserved)
	}
	close(hold)
	for limit := time.Now().Add(10 * time.Second); read.Load() <= lines && time.Now().Before(limit); {
		time.Sleep(time.Millisecond)
	}
	if n := read.Load(); n != lines+1 {
		t.Errorf("%d of %d lines were read", n-1, lines)
	}
}
