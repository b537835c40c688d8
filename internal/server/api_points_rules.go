package server

import "caracal/internal/config"

// goesOn says that a point need not be started anew to be as another definition says: the
// two differ at most in what holds for players while they play.
func (s *Server) goesOn(was, is *config.Point) bool {
	if was == nil || is == nil || partsOf(was, is)&^asRules != 0 {
		return false
	}
	there := s.pointNamed(was.Name)
	if there == nil {
		return false
	}
	_, stopped := there.Opener.(*stoppedContent)
	return !stopped
}

// applyRules has the rules of a point hold for who comes from now on, and for its copies
// that encoders have made.
func (s *Server) applyRules(p *config.Point) error {
	r, err := pointRules(s.config(), p)
	if err != nil {
		return err
	}
	s.guarding.Lock()
	defer s.guarding.Unlock()
	for _, there := range s.points.All() {
		if b := broadcastOf(there.Opener); there.Name == p.Name || b != nil && b.model != "" && b.model == p.Name {
			s.access.Guard.SetPoint(there.Name, r)
			there.Guarded.Store(!s.access.Guard.IsOpen(there.Name))
		}
	}
	return nil
}
