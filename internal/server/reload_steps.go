package server

import (
	"context"
	"slices"
	"sync"

	"caracal/internal/config"
	"caracal/internal/point"
	"caracal/internal/session"
)

// reloadAtOnce is how many points are withdrawn at a time: each waits for its players.
const reloadAtOnce = 16

// carryOut does what was planned: what goes first, so that its names, ports and folders are
// free. It returns what does not work.
func (s *Server) carryOut(ctx context.Context, steps pointSteps, next, file *config.Config) (wrong config.Problems) {
	s.withdrawAll(ctx, steps)
	if err := s.guardAll(next); err != nil {
		wrong = append(wrong, config.Problem{Key: "access", Text: err.Error()})
	}
	for _, st := range steps {
		if st.is == nil && !st.isSample {
			continue
		}
		if err := s.carryOutOne(ctx, st); err != nil {
			wrong = append(wrong, file.PointProblem(st.name, err))
		}
	}
	s.catalog.forget()
	return wrong
}

// withdrawAll ends the points that there are no more.
func (s *Server) withdrawAll(ctx context.Context, steps pointSteps) {
	var all sync.WaitGroup
	slots := make(chan struct{}, reloadAtOnce)
	for _, st := range steps {
		if st.is != nil || st.there == nil {
			continue
		}
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			if err := s.withdrawPoint(ctx, st.name, session.ErrByAdministrator); err != nil {
				s.log.Warn("a point does not end as it should", "point", st.name, "error", err)
			}
		})
		s.published.setFailed(st.name, nil)
	}
	all.Wait()
}

// setFailed remembers what is wrong with a point; nil is nothing.
func (a *published) setFailed(name string, why error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if why == nil {
		delete(a.failed, name)
	} else {
		a.failed[name] = why
	}
}

// carryOutOne does one step of a point that is to be there.
func (s *Server) carryOutOne(ctx context.Context, st *pointStep) error {
	switch {
	case st.isSample:
		if st.there == nil {
			s.addSample()
		}
		return nil
	case st.stopped && st.there == nil:
		s.holdPoint(st.name)
		return nil
	case st.stopped:
		return nil
	case st.parts&asWhole != 0:
		return s.beginAnew(ctx, st)
	case st.live != nil:
		return s.goOn(ctx, st)
	case st.parts&asMaterial != 0:
		s.exchange(st.there, st.is, st.content)
	case st.parts&asOptions != 0:
		s.points.Add(s.newPoint(st.is, st.there.Opener))
	}
	return nil
}

// beginAnew ends a point, if it is there, and publishes it as it is to be.
func (s *Server) beginAnew(ctx context.Context, st *pointStep) error {
	if st.there != nil {
		if err := s.withdrawPoint(ctx, st.name, session.ErrByAdministrator); err != nil {
			s.log.Warn("a point does not end as it should", "point", st.name, "error", err)
		}
	}
	s.published.setFailed(st.name, nil)
	var err error
	if st.content == nil {
		err = s.publishPoint(ctx, st.is)
	} else if err = s.guardPoint(st.is); err == nil {
		err = s.beginPoint(ctx, st.is, st.content)
	}
	if err != nil {
		s.bringBack(ctx, st, err)
	}
	return err
}

// bringBack publishes a point as it was, for it cannot be what it is to be. The next reload
// tries again.
func (s *Server) bringBack(ctx context.Context, st *pointStep, why error) {
	isBack := false
	if st.was != nil && st.there != nil {
		err := s.publishPoint(ctx, st.was)
		if isBack = err == nil; !isBack {
			s.log.Error("a point that could not be changed cannot be published anew", "point", st.name, "error", err)
		}
	}
	a := s.published
	a.mu.Lock()
	defer a.mu.Unlock()
	if st.was != nil {
		a.now = a.now.Having(st.was)
	}
	if !isBack {
		a.failed[st.name] = why
	}
}

// exchange gives an on-demand point other content. Who plays the old one goes on with it.
func (s *Server) exchange(there *point.Point, p *config.Point, c content) {
	if p.Name == "" {
		c = rootContent{c}
	}
	players := s.playersOf(there)
	old := s.replaceContent(there.Opener, c)
	s.points.Add(s.newPoint(p, c))
	if old != nil {
		s.retired.add(old, players)
	}
}

// replaceContent has c be in the place of what was published, which it returns.
func (s *Server) replaceContent(opener point.Opener, c content) (old content) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.content, func(c content) bool { return point.Opener(c) == opener })
	if at < 0 {
		s.content = append(s.content, c)
		return nil
	}
	old, s.content[at] = s.content[at], c
	return old
}
