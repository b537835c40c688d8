// Package hook tells others what happens: each event that a hook is for is posted to a
// URL, or handed to a program. Events wait in bounded queues, and nobody who publishes
// one waits for who is told.
package hook

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"caracal/internal/event"
)

// All, in the names of events, is each of them.
const All = "all"

// Options say what a hook is for, and whom it tells: URL or Command.
type Options struct {
	Name      string
	On        []string // names of events, or All
	Points    []string // of events of points; empty: of any
	Protocols []string // of events of players; empty: of any
	URL       string
	Command   []string // a program's whole path and its arguments
	Secret    string   // signs what is posted; "" for none
	Timeout   time.Duration
	Retries   int
	AtOnce    int
	Queue     int
}

// Count is what a hook has done.
type Count struct {
	Name               string
	Told, Failed, Lost uint64
}

// Set is all hooks.
type Set struct {
	sub     *event.Subscription
	pointOf func(target string) (string, bool)
	hooks   []*hook
	all     sync.WaitGroup // the hooks' goroutines and the dispatcher
	stop    context.CancelFunc
}

// teller tells somebody of an event; body is its JSON. again says that another try may
// help.
type teller interface {
	tell(ctx context.Context, r event.Record, body []byte) (again bool, err error)
}

// hook is one of a Set.
type hook struct {
	opt    Options
	log    *slog.Logger
	teller teller
	queue  chan event.Record

	told, failed, lost atomic.Uint64
	down               atomic.Bool // the last event could not be told
}

// eventQueue is how many events may wait to be put into the hooks' queues.
const eventQueue = 4096

// New begins to tell what is published on bus; an empty list subscribes to nothing.
// pointOf is the name of the point that a player's target means.
func New(list []Options, bus *event.Bus, pointOf func(string) (string, bool), log *slog.Logger) *Set {
	ctx, stop := context.WithCancel(context.Background())
	s := &Set{pointOf: pointOf, stop: stop}
	if len(list) == 0 {
		return s
	}
	s.sub = bus.Subscribe(eventQueue)
	for _, o := range list {
		h := &hook{opt: o, log: log.With("hook", o.Name), queue: make(chan event.Record, max(o.Queue, 1))}
		if len(o.Command) > 0 {
			h.teller = &command{argv: o.Command}
		} else {
			h.teller = newPost(&o)
		}
		s.hooks = append(s.hooks, h)
		for range max(o.AtOnce, 1) {
			s.all.Go(func() { h.run(ctx) })
		}
	}
	s.all.Go(s.dispatch)
	return s
}

// dispatch puts events into the queues that they are for. It never waits.
func (s *Set) dispatch() {
	for r := range s.sub.C() {
		for _, h := range s.hooks {
			if !s.wants(h, r.Event) {
				continue
			}
			select {
			case h.queue <- r:
			default:
				h.lost.Add(1)
			}
		}
	}
	for _, h := range s.hooks {
		close(h.queue)
	}
}

// wants says whether a hook is for an event.
func (s *Set) wants(h *hook, e event.Event) bool {
	o := &h.opt
	if !slices.Contains(o.On, event.Name(e)) && !slices.Contains(o.On, All) {
		return false
	}
	if len(o.Protocols) > 0 {
		if p, ok := event.PlayerOf(e); !ok || !slices.Contains(o.Protocols, p.Protocol) {
			return false
		}
	}
	if len(o.Points) == 0 {
		return true
	}
	name, ok := s.point(e)
	return ok && slices.Contains(o.Points, name)
}

// point is the name of the point that an event is about.
func (s *Set) point(e event.Event) (string, bool) {
	if name, ok := event.PointOf(e); ok {
		return strings.Trim(name, "/"), true
	}
	p, ok := event.PlayerOf(e)
	if !ok || s.pointOf == nil {
		return "", false
	}
	return s.pointOf(p.Target)
}

// Counts returns what the hooks have done; events that came too fast for all of them
// are lost for each.
func (s *Set) Counts() []Count {
	var list []Count
	for _, h := range s.hooks {
		list = append(list, Count{h.opt.Name, h.told.Load(), h.failed.Load(), h.lost.Load() + s.sub.Lost()})
	}
	return list
}

// Close takes no more events, lets those that wait be told for as long as grace, and
// ends what is left then.
func (s *Set) Close(grace time.Duration) {
	defer s.stop()
	if s.sub == nil {
		return
	}
	s.sub.Close()
	t := time.AfterFunc(grace, s.stop)
	s.all.Wait()
	t.Stop()
}
