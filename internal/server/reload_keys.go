package server

import (
	"errors"
	"strings"
	"time"

	"caracal/internal/config"
	"caracal/internal/oplog"
	"caracal/wmsp"
)

// keyTaker has keys take effect while the server runs: those that begin with one of keys.
type keyTaker struct {
	keys []string
	take func(*Server, *config.Config) error // nil: whoever needs the value looks at it then
}

// keyTakers are those of all keys that config.EffectOf says are live, but for what is in
// points alone.
var keyTakers = []keyTaker{
	{[]string{"limits", "sessions", "points"}, func(s *Server, c *config.Config) error { s.setLimits(c); return nil }},
	{[]string{"log.access.points", "points"}, func(s *Server, c *config.Config) error { s.setAccessRules(c); return nil }},
	{[]string{"log.level"}, (*Server).takeLogLevel},
	{[]string{"credentials"}, (*Server).setCredentials},
	{[]string{"hooks"}, func(s *Server, _ *config.Config) error { s.exchangeHooks(); return nil }},
	{[]string{"default"}, func(s *Server, c *config.Config) error { s.setDefault(c.Default); return nil }},
	{[]string{"cache.memory"}, func(s *Server, c *config.Config) error { s.cache.SetBudget(int64(c.Cache.Memory)); return nil }},
	{[]string{"server.persona", "server.persona_space"}, func(s *Server, c *config.Config) error {
		s.http.SetPersona(personaOf(c))
		return nil
	}},
	{[]string{"admin"}, func(s *Server, c *config.Config) error { return s.admin.setWho(&c.Admin) }},
	// The rules of all are made anew at each reload: guardAll.
	{[]string{"auth", "access", "http.auth", "http.access", "rtsp.auth", "rtsp.access", "mms.auth", "mms.access"}, nil},
	{[]string{"http.public_host", "server.shutdown_grace", "reload", "on_demand"}, nil},
}

// takeKeys has what has changed take effect.
func (s *Server) takeKeys(changes []config.Difference, c *config.Config) (wrong config.Problems) {
	for _, t := range keyTakers {
		if t.take == nil || !t.concerns(changes) {
			continue
		}
		if err := t.take(s, c); err != nil {
			wrong = append(wrong, config.Problem{Key: t.keys[0], Text: err.Error()})
		}
	}
	return wrong
}

func (t *keyTaker) concerns(changes []config.Difference) bool {
	for _, d := range changes {
		for _, k := range t.keys {
			if d.Effect != config.AtServer && (d.Key == k || strings.HasPrefix(d.Key, k+".")) {
				return true
			}
		}
	}
	return false
}

// takeLogLevel leaves a logger alone that is not one of ours.
func (s *Server) takeLogLevel(c *config.Config) error {
	if err := s.SetLogLevel(c.Log.Level); !errors.Is(err, oplog.ErrNotOurs) {
		return err
	}
	return nil
}

// exchangeHooks tells others from now on; what waits is told by the old ones first.
func (s *Server) exchangeHooks() {
	made := s.newHooks()
	s.mu.Lock()
	old := s.hooks
	s.hooks = made
	s.mu.Unlock()
	s.reloads.all.Go(func() { old.Close(hookGrace) })
}

// ShutdownGrace is how long players have to take what was sent to them at the end.
func (s *Server) ShutdownGrace() time.Duration { return s.config().Server.ShutdownGrace }

func personaOf(c *config.Config) wmsp.Persona {
	p := wmsp.ParsePersona(c.Server.Persona)
	p.Space = p.Space || c.Server.PersonaSpace
	return p
}
