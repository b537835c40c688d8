package main

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// stallAfter is how many pieces of media a player takes before it stalls.
const stallAfter = 16

var (
	errEnough  = errors.New("load: the client has what it came for")
	errStalled = errors.New("load: the client stops reading")
	errOver    = errors.New("load: the stream is over")
)

// loadAgent is the User-Agent of clients that pretend nothing.
const loadAgent = "caracal-load"

// client is one player. Its own goroutine counts; the report reads meanwhile.
type client struct {
	target    *target
	agent     string // User-Agent; "": that of the kind
	pipelined bool
	loop      bool
	stalls    bool // it stops reading after stallAfter pieces
	brief     bool // it leaves at its first media

	began   time.Time // the first connect; the times below count from it, in ns
	linked  atomic.Bool
	replied atomic.Int64 // first byte of the first response
	started atomic.Int64 // first media
	last    atomic.Int64 // latest media
	pause   atomic.Int64 // longest time between two reads of media
	over    atomic.Bool

	bytes   atomic.Int64 // media without framing
	packets atomic.Int64
	gaps    atomic.Int64 // places where sequence numbers do not follow
	lost    atomic.Int64 // packets that these say are missing
	late    atomic.Int64 // packets that came out of order or twice
	jumps   atomic.Int64 // places where LocationId does not follow
	bad     atomic.Int64 // frames that cannot be right
	ended   atomic.Int64 // streams that the server ended

	pieces int
	err    error // after over
}

// run plays until ctx is done, the client has enough or something fails.
func (c *client) run(ctx context.Context, play func(context.Context, *client) error) {
	c.began = time.Now()
	defer c.over.Store(true)
	for {
		before := c.bytes.Load()
		err := play(ctx, c)
		if ctx.Err() != nil || errors.Is(err, errEnough) {
			return
		}
		if err != nil {
			c.err = err
			return
		}
		c.ended.Add(1)
		// A stream without media would be opened again without a rest.
		if !c.loop || c.bytes.Load() == before {
			return
		}
	}
}

// userAgent returns the User-Agent, usual if none was asked for.
func (c *client) userAgent(usual string) string {
	if c.agent != "" {
		return c.agent
	}
	return usual
}

// since returns the time of now in ns; 0 means never, so it is at least 1.
func (c *client) since(now time.Time) int64 { return max(1, int64(now.Sub(c.began))) }

// reply notes that something was received.
func (c *client) reply(now time.Time) {
	if c.replied.Load() == 0 {
		c.replied.Store(c.since(now))
	}
}

// media counts n bytes of media. The error says that the client is done.
func (c *client) media(n int, now time.Time) error {
	at := c.since(now)
	first := c.started.Load() == 0
	if pause := at - c.last.Load(); !first && pause > c.pause.Load() {
		c.pause.Store(pause)
	}
	c.last.Store(at)
	if first {
		c.started.Store(at) // after last: silence reads both
	}
	c.bytes.Add(int64(n))
	c.pieces++
	switch {
	case c.brief:
		return errEnough
	case c.stalls && c.pieces >= stallAfter:
		return errStalled
	}
	return nil
}

// silence returns the longest pause in ns since the first media, the one under
// way included.
func (c *client) silence(now time.Time) int64 {
	if c.started.Load() == 0 {
		return 0
	}
	pause := c.pause.Load()
	if !c.over.Load() {
		pause = max(pause, c.since(now)-c.last.Load())
	}
	return pause
}
