package server

import (
	"context"
	"fmt"
	"time"

	"caracal/internal/config"
)

// reloadWait bounds what a reload waits for: sources that end, and listeners.
const reloadWait = time.Minute

// take has another configuration be in force, as far as that can be while the server runs.
// Without changes nothing was taken, and the error says why; with changes it says what of
// them does not work.
func (a *published) take(file *config.Config) ([]config.Difference, error) {
	if err := a.begin(); err != nil {
		return nil, err
	}
	defer a.change.Unlock()
	s, now := a.server, a.configuration()
	next, err := a.merged(file)
	if err != nil {
		return nil, err
	}
	changes := append([]config.Difference{}, now.Differences(next)...)
	next = next.Keeping(now)
	plan, err := s.planPoints(now, next, file)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	a.file, a.now = file.Keeping(a.file), next
	a.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), reloadWait)
	defer cancel()
	wrong := s.carryOut(ctx, plan, next, file)
	wrong = append(wrong, s.takeKeys(changes, next)...)
	if len(wrong) > 0 {
		return changes, wrong
	}
	return changes, nil
}

// merged is what a file says together with what was changed here, which comes first.
func (a *published) merged(file *config.Config) (*config.Config, error) {
	next := a.limited(file)
	for name, st := range a.server.programs.state.changedPoints() {
		with, err := withChange(next, name, st)
		if err != nil {
			return nil, fmt.Errorf("the point %q, as it was changed here, does not go with that: %w\n"+
				"caracal ctl reset or delete forgets what was changed", name, err)
		}
		next = with
	}
	return next, nil
}

// differences are those between what is in force and a file.
func (a *published) differences(file *config.Config) ([]config.Difference, error) {
	next, err := a.merged(file)
	if err != nil {
		return nil, err
	}
	return a.configuration().Differences(next), nil
}

// guardAll makes the rules of all points those of a configuration. A point that this has not
// keeps its own for as long as it is there.
func (s *Server) guardAll(c *config.Config) error {
	s.guarding.Lock()
	defer s.guarding.Unlock()
	others, all := map[string]string{}, s.points.All()
	for _, p := range all {
		if c.Point(p.Name) != nil {
			continue
		}
		others[p.Name] = p.Name
		if b := broadcastOf(p.Opener); b != nil && b.model != "" {
			others[p.Name] = b.model
		}
	}
	if err := s.access.apply(c, others); err != nil {
		return err
	}
	for _, p := range all {
		p.Guarded.Store(!s.access.Guard.IsOpen(p.Name))
	}
	return nil
}
