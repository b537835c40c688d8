package server

import (
	"strings"

	"caracal/internal/event"
	"caracal/internal/redact"
	"caracal/web/api"
)

// apiEvent shows an event, with what it says of a player apart from the rest.
func (s *Server) apiEvent(r event.Record) api.Event {
	e := api.Event{Time: r.Time.UTC(), Type: event.Name(r.Event), Fields: map[string]any{}}
	p, isPlayer := event.PlayerOf(r.Event)
	if isPlayer {
		e.Player = api.PlayerOf(p)
		e.Player.Agent, e.Player.Target = redact.Text(p.Agent), redact.Text(p.Target)
		if at := s.targetOf(p.Target); at != nil {
			e.Point = &at.Name
		}
	} else if name, ok := event.PointOf(r.Event); ok {
		e.Point = &name
	}
	for _, f := range event.Fields(r.Event) {
		switch {
		case isPlayer && strings.HasPrefix(f.Name, "player_"), f.Name == "point", f.Name == "source_point":
		case f.Value != "":
			e.Fields[f.Name] = f.Value
		}
	}
	return e
}
