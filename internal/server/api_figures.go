package server

import (
	"context"
	"sync"
	"time"

	"caracal/internal/session"
	"caracal/web/api"
)

// The figures that are kept of each point.
const (
	figureStep  = time.Second
	figureSteps = 300 // five minutes
	maxFigures  = 1000
	maxSent     = 100 // script commands
)

// figures keep how much comes in and goes out of each point, step by step.
type figures struct {
	server *Server

	mu      sync.Mutex
	at      time.Time // when the last step ended
	points  map[string]*figure
	players map[uint32]uint64 // the bytes that each had been sent
	sent    map[string][]api.SentCommand
}

// figure is that of one point; steps are in rings.
type figure struct {
	count   int // of steps so far
	in, out [figureSteps]uint64
	players [figureSteps]int32
	brought uint64 // bytes, at the last step
}

func newFigures(s *Server) *figures {
	return &figures{server: s, points: map[string]*figure{}, players: map[uint32]uint64{}, sent: map[string][]api.SentCommand{}}
}

// run takes steps until ctx is done.
func (f *figures) run(ctx context.Context) {
	t := time.NewTicker(figureStep)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-t.C:
			f.step(now)
		}
	}
}

// flow is what one step has of a point.
type flow struct {
	in, out uint64 // bytes
	players int32
}

// step adds a step to every point, and forgets those that are gone.
func (f *figures) step(now time.Time) {
	flows := f.out()
	f.mu.Lock()
	defer f.mu.Unlock()
	there := map[string]bool{}
	for _, p := range f.server.points.All() {
		there[p.Name] = true
		g := f.points[p.Name]
		if g == nil {
			if len(f.points) >= maxFigures {
				continue
			}
			g = &figure{}
			f.points[p.Name] = g
		}
		w := flows[p.Name]
		if b := broadcastOf(p.Opener); b != nil {
			_, brought := b.Brought()
			if brought >= g.brought { // else it is another broadcast of that name
				w.in = brought - g.brought
			}
			g.brought = brought
		}
		at := g.count % figureSteps
		g.in[at], g.out[at], g.players[at] = 8*w.in, 8*w.out, w.players
		g.count++
	}
	for name := range f.points {
		if !there[name] {
			delete(f.points, name)
			delete(f.sent, name)
		}
	}
	f.at = now
}

// out is what has gone out to players since the last step, by point.
func (f *figures) out() map[string]flow {
	all := f.server.sessions.All()
	f.mu.Lock()
	defer f.mu.Unlock()
	flows, present := map[string]flow{}, make(map[uint32]uint64, len(all))
	for _, ses := range all {
		if !isPlayer(ses) {
			continue
		}
		bytes := ses.Bytes.Load()
		present[ses.ID()] = bytes
		if p := f.server.targetOf(ses.Who().Target); p != nil {
			w := flows[p.Name]
			w.out += bytes - min(bytes, f.players[ses.ID()])
			if ses.State() == session.Streaming {
				w.players++
			}
			flows[p.Name] = w
		}
	}
	f.players = present
	return flows
}

// commanded remembers a script command that was sent.
func (f *figures) commanded(name string, c api.SentCommand) {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := append(f.sent[name], c)
	f.sent[name] = list[max(0, len(list)-maxSent):]
}

// of fills in the steps of a point, the oldest first.
func (f *figures) of(name string, s *api.Statistics, isBroadcast bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s.Until, s.Step = f.at.UTC(), figureStep.Seconds()
	s.In, s.Out, s.Players = []uint64{}, []uint64{}, []int{}
	s.Commands = append([]api.SentCommand{}, f.sent[name]...)
	g := f.points[name]
	if g == nil {
		return
	}
	for n := max(0, g.count-figureSteps); n < g.count; n++ {
		at := n % figureSteps
		if isBroadcast {
			s.In = append(s.In, g.in[at])
		}
		s.Out, s.Players = append(s.Out, g.out[at]), append(s.Players, int(g.players[at]))
	}
}
