package server

import (
	"fmt"
	"log/slog"
	"maps"
	"sync"

	"caracal/internal/event"
)

// eventQueue is how many events may wait to be counted.
const eventQueue = 4096

// counter counts the events by type and logs those that an operator follows.
type counter struct {
	sub  *event.Subscription
	log  *slog.Logger
	done chan struct{}

	mu     sync.Mutex
	counts map[string]uint64
}

func newCounter(sub *event.Subscription, log *slog.Logger) *counter {
	c := &counter{sub: sub, log: log, done: make(chan struct{}), counts: map[string]uint64{}}
	for _, name := range event.Names() {
		c.counts[name] = 0
	}
	go c.run()
	return c
}

func (c *counter) run() {
	defer close(c.done)
	for r := range c.sub.C() {
		c.mu.Lock()
		c.counts[event.Name(r.Event)]++
		c.mu.Unlock()
		c.report(r.Event)
	}
}

// report logs what began, ended or was turned away.
func (c *counter) report(e event.Event) {
	switch e := e.(type) {
	case event.Connected:
		c.logFor(e.Player).Info("player connected", "agent", e.Player.Agent)
	case event.Playing:
		c.logFor(e.Player).With(mediaFields(e.Media)...).Info("stream started", "packet", e.Packet, "rate", e.Rate, "speed", e.Speed)
	case event.Stopped:
		if e.Err != nil {
			c.logFor(e.Player).Warn("content cannot be read", "error", e.Err)
		}
		c.logFor(e.Player).Info("stream stopped", "reason", e.Reason, "packets", e.Packets, "bytes", e.Bytes,
			"late", e.Late, "skipped", e.Skipped, "elapsed", e.Elapsed)
	case event.Disconnected:
		c.logFor(e.Player).Info("player gone", "reason", e.Reason, "bytes", e.Bytes, "elapsed", e.Elapsed)
	case event.Refused:
		c.logFor(e.Player).Info("request refused", "status", statusOf(e.Status), "reason", e.Reason)
	case event.StationChanged:
		c.log.Info("the .nsc file lists another header", "point", e.Target, "headers", e.Formats, "reload", e.Reload)
	case event.EntryBegan:
		c.logFor(e.Player).With(mediaFields(e.Media)...).Info("entry began")
	case event.EntrySkipped:
		c.log.Warn("an item of a playlist is passed over", "list", e.List, "source", e.Source, "error", e.Err)
	case event.AuthFailed:
		c.logFor(e.Player).Warn("auth failed", "account", e.Account, "scheme", e.Scheme, "failures", e.Failures, "reason", e.Reason)
	case event.BadInput:
		c.logFor(e.Player).Debug("bad input", "reason", e.Reason)
	default:
		c.reportSource(e)
		reportArchive(c.log, e)
		reportProxy(c.log, e)
	}
}

// statusOf writes a status code as its protocol's books do: HRESULTs, which are
// MMS's, in hexadecimal.
func statusOf(code int) any {
	if code < 0 || code > 0xFFFF { // negative where an int has 32 bits
		return fmt.Sprintf("0x%08X", uint32(code))
	}
	return code
}

func (c *counter) logFor(p event.Player) *slog.Logger {
	log := c.log.With("proto", p.Protocol, "session", p.Session, "address", p.Address.String(), "target", p.Target)
	if p.Account != "" {
		log = log.With("account", p.Account)
	}
	return log
}

// snapshot returns the counts; "lost" are events that came too fast.
func (c *counter) snapshot() map[string]uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	counts := maps.Clone(c.counts)
	counts["lost"] = c.sub.Lost()
	return counts
}

// close counts what is still waiting and ends the counter.
func (c *counter) close() {
	c.sub.Close()
	<-c.done
}
