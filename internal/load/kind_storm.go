package main

import (
	"context"
	"errors"
	"sync"
	"time"
)

// stormCalm is the end of the window, in which a storm opens no more, so that
// the last ones can get their media.
const stormCalm = time.Second

var (
	errTooMany = errors.New("too many connects of the storm are waiting for media")
	errLate    = errors.New("no media before the window's end")
)

// storm opens o.storm players a second for the time of the window, each to
// leave at its first media, and returns them when ctx is done.
func storm(ctx context.Context, o *options) []*client {
	clients := make([]*client, 0, o.storm*int((o.dur-stormCalm)/time.Second+1))
	var wg sync.WaitGroup
	places := make(chan struct{}, maxAtOnce)
	interval := time.Second / time.Duration(max(o.storm, 1))
	start := time.Now()
	for at := time.Duration(0); o.storm > 0 && at < o.dur-stormCalm && waitUntil(ctx, start.Add(at)); at += interval {
		c := &client{target: o.target, agent: o.agent, pipelined: o.pipelined, brief: true}
		clients = append(clients, c)
		select {
		case places <- struct{}{}:
			wg.Go(func() {
				c.run(ctx, o.kind.play)
				<-places
			})
		default:
			c.err = errTooMany
		}
	}
	wg.Wait()
	for _, c := range clients {
		if c.err == nil && c.started.Load() == 0 {
			c.err = errLate
		}
	}
	return clients
}

// waitUntil sleeps; it returns false when ctx is done before.
func waitUntil(ctx context.Context, t time.Time) bool {
	d := time.Until(t)
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
