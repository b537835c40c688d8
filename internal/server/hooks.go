package server

import (
	"time"

	"caracal/internal/hook"
	"caracal/internal/metrics"
)

// hookGrace is how long hooks may take to tell the last events when the server ends.
const hookGrace = 3 * time.Second

// newHooks begins to tell whom the configuration says.
func (s *Server) newHooks() *hook.Set {
	var list []hook.Options
	for _, h := range s.config().Hooks {
		list = append(list, hook.Options{
			Name: h.Name, On: h.On, Points: h.Points, Protocols: h.Protocols, URL: h.URL, Command: h.Command, Secret: h.Secret,
			Timeout: h.Timeout, Retries: h.Retries, AtOnce: h.AtOnce, Queue: h.Queue,
		})
	}
	return hook.New(list, &s.bus, s.pointAsked, s.log)
}

func (s *Server) lookHooks(yield func(*metrics.Hook)) {
	s.mu.RLock()
	set := s.hooks
	s.mu.RUnlock()
	for _, c := range set.Counts() {
		yield(&metrics.Hook{Name: c.Name, Told: c.Told, Failed: c.Failed, Lost: c.Lost})
	}
}
