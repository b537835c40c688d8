package source

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"caracal/internal/head"
	"caracal/rtsp"
	"caracal/wmsp"
)

// chain are the servers that what is pulled comes through. Each server adds its
// name to what the one before it has said, in its answers and in its refusals: one
// that finds its own name stands in a circle, in which nothing would ever come.
type chain struct {
	mu   sync.Mutex
	hops []head.Hop // of the last answer, the nearest server last
}

// Via are the servers that the nearest one has named, itself among them, as a Via
// header. Others may ask while the Pull runs.
func (p *Pull) Via() []string {
	p.chain.mu.Lock()
	defer p.chain.mu.Unlock()
	return []string{head.JoinVia(p.chain.hops)}
}

// hear takes the Via headers of an answer. What lies before this server in a
// circle has been heard already.
func (p *Pull) hear(via []string) {
	hops := head.ParseVia(via...)
	if i := p.own(hops); i >= 0 {
		hops = hops[i:]
	}
	p.chain.mu.Lock()
	defer p.chain.mu.Unlock()
	p.chain.hops = hops
}

// own is where this server stands last among hops, -1 if it does not.
func (p *Pull) own(hops []head.Hop) int {
	for i := len(hops) - 1; i >= 0 && p.Name != ""; i-- {
		if strings.EqualFold(hops[i].By, p.Name) {
			return i
		}
	}
	return -1
}

// hearHTTP takes the answer to a Describe.
func (p *Pull) hearHTTP(d *wmsp.Description, err error) {
	var refused *wmsp.StatusError
	switch {
	case err == nil:
		p.hear(d.Info.Via)
	case errors.As(err, &refused):
		p.hear(refused.Response.Header.Values("Via"))
	default:
		p.hear(nil)
	}
}

func (p *Pull) hearRTSP(d *rtsp.Description, err error) {
	var refused *rtsp.StatusError
	switch {
	case err == nil:
		p.hear(d.Info.Via)
	case errors.As(err, &refused):
		p.hear(refused.Response.Header.Values("Via"))
	default:
		p.hear(nil)
	}
}

// loop is an ErrLoop when the last answer named this server.
func (p *Pull) loop() error {
	p.chain.mu.Lock()
	defer p.chain.mu.Unlock()
	hops := p.chain.hops
	if p.own(hops) < 0 {
		return nil
	}
	names := make([]string, len(hops))
	for i, h := range hops {
		names[len(hops)-1-i] = h.By
	}
	return fmt.Errorf("%w: circular upstream: %s pulls from %s", ErrLoop, p.Name, strings.Join(names, ", which pulls from "))
}
