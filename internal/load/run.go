package main

import (
	"context"
	"sync"
	"time"
)

// memoryEvery is how often the peaks of memory are looked for.
const memoryEvery = 500 * time.Millisecond

// run opens the clients, measures, and ends them.
func run(ctx context.Context, o *options) *result {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	m := &measurement{options: o, rss0: o.rss0}
	if m.rss0 == 0 {
		m.rss0 = processTree(o.pid).memoryMB()
	}
	var wg sync.WaitGroup
	m.clients = launch(ctx, o, &wg)
	waitUntil(ctx, time.Now().Add(o.settle))

	stop := time.Now().Add(o.dur)
	m.before = take(m.clients, o.pid)
	wg.Go(func() { m.stormed = storm(ctx, o) })
	m.watchMemory(ctx, stop)
	m.after = take(m.clients, o.pid)

	cancel()
	wg.Wait()
	return m.result()
}

// launch starts the clients, spread over the ramp.
func launch(ctx context.Context, o *options, wg *sync.WaitGroup) []*client {
	clients := make([]*client, o.n)
	start := time.Now()
	for i := range clients {
		c := &client{target: o.target, agent: o.agent, pipelined: o.pipelined, loop: o.loop}
		c.stalls = (i+1)*o.stall/100 > i*o.stall/100
		clients[i] = c
		waitUntil(ctx, start.Add(o.ramp*time.Duration(i)/time.Duration(o.n)))
		wg.Go(func() { c.run(ctx, o.kind.play) })
	}
	return clients
}

// watchMemory notes the peaks until the window's end.
func (m *measurement) watchMemory(ctx context.Context, stop time.Time) {
	for time.Now().Before(stop) {
		m.rssPeak = max(m.rssPeak, processTree(m.options.pid).memoryMB())
		m.tcpPeak = max(m.tcpPeak, tcpMemoryMB())
		next := time.Now().Add(memoryEvery)
		if next.After(stop) {
			next = stop
		}
		if !waitUntil(ctx, next) {
			return
		}
	}
}
