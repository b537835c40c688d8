package server

import (
	"reflect"

	"caracal/internal/config"
)

// goesOn says that a point need not be started anew to be as another definition says.
func (s *Server) goesOn(was, is *config.Point) bool {
	if was == nil || is == nil || !onlyRules(s.published.configuration(), was, is) {
		return false
	}
	there := s.pointNamed(was.Name)
	if there == nil {
		return false
	}
	_, stopped := there.Opener.(*stoppedContent)
	return !stopped
}

// onlyRules says that two definitions differ at most in what holds for players while they
// play.
func onlyRules(c *config.Config, was, is *config.Point) bool {
	a, b := *was, *is
	for _, p := range []*config.Point{&a, &b} {
		p.Limits, p.Auth, p.Access, p.AccessLog = config.PlayerLimits{}, config.Auth{}, config.Access{}, ""
	}
	return reflect.DeepEqual(c.Definition(&a), c.Definition(&b))
}

// applyRules has the rules of a point hold for who comes from now on.
func (s *Server) applyRules(p *config.Point) error {
	if err := s.guardPoint(p); err != nil {
		return err
	}
	if there := s.pointNamed(p.Name); there != nil {
		there.Guarded.Store(!s.access.Guard.IsOpen(p.Name))
	}
	return nil
}
