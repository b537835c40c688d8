package api

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"caracal/internal/event"
)

const (
	keptEvents  = 2000
	eventsQueue = 4096
)

// Event is an event on the wire.
type Event struct {
	Time   time.Time      `json:"time"`
	Type   string         `json:"type"`
	Point  *string        `json:"point,omitempty"` // nil: it is about none
	Player *EventPlayer   `json:"player,omitempty"`
	Fields map[string]any `json:"fields,omitempty"`

	number uint64
}

// EventPlayer is whom an event is about.
type EventPlayer struct {
	ID       uint32 `json:"id"` // 0 before admission
	Protocol string `json:"protocol"`
	Address  string `json:"address"`
	Agent    string `json:"agent,omitempty"`
	Target   string `json:"target,omitempty"`
	Account  string `json:"account,omitempty"`
}

// PlayerOf shows a player of an event.
func PlayerOf(p event.Player) *EventPlayer {
	s := &EventPlayer{ID: p.Session, Protocol: p.Protocol, Agent: p.Agent, Target: p.Target, Account: p.Account}
	if p.Address != (netip.AddrPort{}) {
		s.Address = p.Address.String()
	}
	return s
}

// Events keeps the latest events of a bus for who follows them.
type Events struct {
	tail *tail[Event]
	sub  *event.Subscription
	done chan struct{}
}

// NewEvents begins to keep them. say makes one of what the bus has, without secrets.
func NewEvents(bus *event.Bus, say func(event.Record) Event) *Events {
	e := &Events{tail: newTail[Event](keptEvents), sub: bus.Subscribe(eventsQueue), done: make(chan struct{})}
	go func() {
		defer close(e.done)
		for r := range e.sub.C() {
			e.tail.add(func(n uint64) Event {
				shown := say(r)
				shown.number = n
				return shown
			})
		}
	}()
	return e
}

// Close ends it and waits.
func (e *Events) Close() {
	e.sub.Close()
	<-e.done
}

// followEvents streams those that pass the filter.
func (c *call) followEvents() error {
	q := c.r.URL.Query()
	var types []string
	if t := q.Get("type"); t != "" {
		types = strings.Split(t, ",")
	}
	name, protocol := q.Get("point"), q.Get("protocol")
	return follow(c, c.Events.tail, func(e Event) (uint64, string) {
		switch {
		case len(types) > 0 && !slices.Contains(types, e.Type),
			name != "" && (e.Point == nil || !isPoint(*e.Point, name)),
			protocol != "" && (e.Player == nil || e.Player.Protocol != protocol):
			return e.number, ""
		}
		return e.number, e.Type
	})
}
