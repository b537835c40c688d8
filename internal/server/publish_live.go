package server

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"caracal/internal/config"
	"caracal/internal/point"
	"caracal/internal/session"
)

// withdrawWait is how long the players of a point that is withdrawn have to go before
// its content is closed.
const withdrawWait = 5 * time.Second

// put changes what the mutex guards.
func (s *Server) put(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// multicastNamed is the multicast of a point; nil if it is sent to no group.
func (s *Server) multicastNamed(name string) *multicast {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.multicasts[name]
}

func (s *Server) allMulticasts() map[string]*multicast {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return maps.Clone(s.multicasts)
}

// distributions are the listeners of MSBD, by the names of their points.
func (s *Server) distributions() map[string]*mediaFront {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return maps.Clone(s.msbd)
}

// publishPoint publishes a point while the server runs. Nothing has its name.
func (s *Server) publishPoint(ctx context.Context, p *config.Point) error {
	if err := s.makeArchiveFolder(p); err != nil {
		return err
	}
	if err := s.guardPoint(p); err != nil {
		return err
	}
	c, err := s.openWhole(p)
	if err != nil {
		s.access.Guard.SetPoint(p.Name, nil)
		return pointError(*p, err)
	}
	return s.beginPoint(ctx, p, c)
}

// beginPoint publishes what openWhole has opened.
func (s *Server) beginPoint(ctx context.Context, p *config.Point, c content) (err error) {
	s.add(*p, c)
	s.catalog.forget()
	if b := broadcastOf(c); b != nil {
		b.fed.start(b.Broadcast, &s.bus)
		b.stage.start(b, &s.bus)
	}
	if isMulticast(p) {
		err = s.startMulticast(p)
	}
	if err == nil && isDistributed(p) {
		err = s.startDistribution(ctx, p)
	}
	if err != nil {
		return errors.Join(err, s.withdrawPoint(ctx, p.Name, session.ErrByAdministrator))
	}
	return nil
}

// guardPoint has the rules of a point hold before anybody can ask for it.
func (s *Server) guardPoint(p *config.Point) error {
	r, err := pointRules(s.config(), p)
	if err == nil {
		s.access.Guard.SetPoint(p.Name, r)
	}
	return err
}

// openWhole opens a point's content with what is around it.
func (s *Server) openWhole(p *config.Point) (content, error) {
	c, err := s.open(*p)
	if err != nil {
		return nil, err
	}
	whole, err := s.wrap(p, c)
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	if err := checkList(whole); err != nil {
		return nil, errors.Join(err, whole.Close())
	}
	return whole, nil
}

// withdrawPoint ends a point and tells its players why.
func (s *Server) withdrawPoint(ctx context.Context, name string, why error) error {
	p := s.pointNamed(name)
	if p == nil {
		return nil
	}
	players := s.playersOf(p)
	s.points.Remove(p)
	s.catalog.forget()
	for _, ses := range players {
		ses.End(why)
	}
	b := broadcastOf(p.Opener)
	if b != nil {
		if b.fed.running != nil {
			b.fed.running.Close()
		}
		b.stage.close()
	}
	s.mu.Lock()
	m, f := s.multicasts[name], s.msbd[name]
	delete(s.multicasts, name)
	delete(s.msbd, name)
	s.mu.Unlock()
	var err error
	if m != nil {
		err = m.Close()
	}
	if f != nil {
		err = errors.Join(err, f.shutdown(ctx))
	}
	awaitGone(ctx, players)
	s.access.Guard.SetPoint(name, nil)
	return errors.Join(err, s.closePoint(p.Opener))
}

// closePoint lets go of a point's content.
func (s *Server) closePoint(opener point.Opener) error {
	s.mu.Lock()
	at := slices.IndexFunc(s.content, func(c content) bool { return point.Opener(c) == opener })
	if at < 0 {
		s.mu.Unlock()
		return nil
	}
	c := s.content[at]
	s.content = slices.Delete(s.content, at, at+1)
	s.mu.Unlock()
	s.lists.forget(c)
	return c.Close()
}

// config is the configuration that is in force.
func (s *Server) config() *config.Config { return s.published.configuration() }

// pointNamed is the point of exactly this name; nil if there is none.
func (s *Server) pointNamed(name string) *point.Point {
	if name != "" {
		if p, _, err := s.points.Lookup(name); err == nil && p.Name == name {
			return p
		}
		return nil
	}
	if all := s.points.All(); len(all) > 0 && all[0].Name == "" {
		return all[0]
	}
	return nil
}

// targetOf is the point that a player or an encoder asks for; nil if it is not there.
func (s *Server) targetOf(target string) *point.Point {
	target, _, _ = strings.Cut(target, "?")
	if target == "" {
		return nil
	}
	p, _, err := s.points.Lookup(target)
	if err != nil {
		return nil
	}
	return p
}

// playersOf are the sessions of a point.
func (s *Server) playersOf(p *point.Point) []*session.Session {
	return slices.DeleteFunc(s.sessions.All(), func(ses *session.Session) bool { return s.targetOf(ses.Who().Target) != p })
}

// awaitGone waits until sessions have ended, for a while.
func awaitGone(ctx context.Context, all []*session.Session) {
	ctx, cancel := context.WithTimeout(ctx, withdrawWait)
	defer cancel()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for slices.ContainsFunc(all, func(ses *session.Session) bool { return ses.State() != session.Ended }) {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
	}
}
