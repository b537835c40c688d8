package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"go.yaml.in/yaml/v3"

	"caracal/internal/config"
	"caracal/internal/point"
	"caracal/internal/session"
	"caracal/web/api"
)

// restore publishes the points as they were changed before the server was started. One
// that cannot be opened now is shown as failed, and keeps nobody from the others.
func (a *published) restore() {
	a.now = a.limited(a.now)
	for name, st := range a.server.programs.state.changedPoints() {
		now, err := withChange(a.now, name, st)
		if err != nil {
			a.failed[name] = err
			a.server.log.Warn("a point cannot be as it was changed", "point", name, "error", err)
			continue
		}
		a.now = now
	}
}

// withChange says what a point is to be, before anything is opened.
func withChange(c *config.Config, name string, st statePoint) (*config.Config, error) {
	if st.Removed {
		c = c.WithoutPoint(name)
	}
	if st.Definition == nil {
		return c, nil
	}
	text, err := definitionOf(st.Definition, nil)
	if err != nil {
		return nil, err
	}
	now, _, err := c.WithPoint(name, text)
	return now, err
}

// fail remembers why a point that was made or changed here is not there; false if it is
// as the configuration file says, which is worth an end.
func (a *published) fail(name string, err error) bool {
	if a.server.programs.state.point(name).Definition == nil {
		return false
	}
	a.mu.Lock()
	a.failed[name] = err
	a.mu.Unlock()
	a.server.log.Warn("a point cannot be as it was changed", "point", name, "error", err)
	return true
}

// begin begins a change, unless the server ends. Who has begun unlocks change.
func (a *published) begin() error {
	a.change.Lock()
	if !a.ended {
		return nil
	}
	a.change.Unlock()
	return api.Errorf(http.StatusServiceUnavailable, "the server is shutting down")
}

// end lets no more points come or go, and waits for those that do.
func (a *published) end() {
	a.change.Lock()
	defer a.change.Unlock()
	a.ended = true
}

// Create publishes a point that there is not yet.
func (a apiPoints) Create(ctx context.Context, name string, definition json.RawMessage) (api.Point, error) {
	if err := a.begin(); err != nil {
		return api.Point{}, err
	}
	defer a.change.Unlock()
	if a.current(name) != nil || a.server.pointNamed(name) != nil {
		return api.Point{}, api.Errorf(http.StatusConflict, "there is a point %q already: change that, or choose another name", name)
	}
	text, err := definitionOf(definition, nil)
	if err != nil {
		return api.Point{}, err
	}
	now, p, err := withPoint(a.configuration(), name, text)
	if err != nil {
		return api.Point{}, err
	}
	if isReserved(name) {
		return api.Point{}, api.Errorf(http.StatusUnprocessableEntity, "%q is a name of the server's own", name)
	}
	return a.replace(ctx, now, p, false)
}

// Change puts another definition in the place of a point's.
func (a apiPoints) Change(ctx context.Context, name string, definition json.RawMessage) (api.Point, error) {
	if err := a.begin(); err != nil {
		return api.Point{}, err
	}
	defer a.change.Unlock()
	was := a.current(name)
	if was == nil {
		return api.Point{}, a.noConfigured(name)
	}
	text, err := definitionOf(definition, a.configuration().Definition(was))
	if err != nil {
		return api.Point{}, err
	}
	now, p, err := withPoint(a.configuration(), name, text)
	if err != nil {
		return api.Point{}, err
	}
	return a.replace(ctx, now, p, a.server.programs.state.point(name).Stopped)
}

// replace has a point be what it is to be now, keeps that, and brings the old one back
// if it cannot be. The mutex change is held.
func (a apiPoints) replace(ctx context.Context, now *config.Config, p *config.Point, stopped bool) (api.Point, error) {
	state, before := a.server.programs.state, a.server.programs.state.point(p.Name)
	raw, err := json.Marshal(now.Definition(p))
	if err != nil {
		return api.Point{}, err
	}
	if err := state.putPoint(p.Name, statePoint{Definition: raw, Stopped: stopped}); err != nil {
		return api.Point{}, err
	}
	if err := a.swap(ctx, a.current(p.Name), p, stopped); err != nil {
		return api.Point{}, errors.Join(unprocessable(err), state.putPoint(p.Name, before))
	}
	a.set(now, p.Name)
	return a.Get(p.Name)
}

// swap withdraws a point, nil for none, and publishes another one, nil for none. If that
// cannot be the old one is there again.
func (a apiPoints) swap(ctx context.Context, old, p *config.Point, stopped bool) error {
	s := a.server
	if !stopped && s.goesOn(old, p) {
		return s.applyRules(p)
	}
	if old != nil {
		if err := s.withdrawPoint(ctx, old.Name, session.ErrByAdministrator); err != nil {
			s.log.Warn("a point does not end as it should", "point", old.Name, "error", err)
		}
	}
	if p == nil {
		return nil
	}
	if stopped {
		s.holdPoint(p.Name)
		return nil
	}
	err := s.publishPoint(ctx, p)
	if err != nil && old != nil {
		if again := s.publishPoint(ctx, old); again != nil {
			s.log.Error("a point that could not be changed cannot be published anew", "point", old.Name, "error", again)
			a.mu.Lock()
			a.failed[old.Name] = again
			a.mu.Unlock()
		}
	}
	return err
}

// unprocessable makes what is wrong with content an answer to who wanted it.
func unprocessable(err error) error {
	if _, ok := errors.AsType[*api.Error](err); ok || err == nil {
		return err
	}
	return &api.Error{Status: http.StatusUnprocessableEntity, Type: "content", Detail: err.Error()}
}

// Remove withdraws a point for good.
func (a apiPoints) Remove(ctx context.Context, name string) error {
	if err := a.begin(); err != nil {
		return err
	}
	defer a.change.Unlock()
	was := a.current(name)
	if was == nil {
		return a.noConfigured(name)
	}
	if err := a.server.programs.state.putPoint(name, statePoint{Removed: a.asRead().Point(name) != nil}); err != nil {
		return err
	}
	err := a.swap(ctx, was, nil, false)
	a.set(a.configuration().WithoutPoint(name), name)
	return err
}

// ETagOfRemoved is what Reset is compared with.
func (a apiPoints) ETagOfRemoved(name string) (string, error) {
	if a.asRead().Point(name) == nil {
		return "", api.Errorf(http.StatusNotFound, "the configuration file has no point %q", name)
	}
	if a.current(name) == nil {
		return api.ETagOf([]any{name, "removed"}), nil
	}
	p, err := a.Get(name)
	return p.ETag, err
}

// Reset forgets what was changed of a point of the configuration file.
func (a apiPoints) Reset(ctx context.Context, name string) (api.Point, error) {
	if err := a.begin(); err != nil {
		return api.Point{}, err
	}
	defer a.change.Unlock()
	p := a.asRead().Point(name)
	if p == nil {
		return api.Point{}, api.Errorf(http.StatusNotFound, "the configuration file has no point %q", name)
	}
	state, before := a.server.programs.state, a.server.programs.state.point(name)
	if err := state.putPoint(name, statePoint{}); err != nil {
		return api.Point{}, err
	}
	if err := a.swap(ctx, a.current(name), p, false); err != nil {
		return api.Point{}, errors.Join(unprocessable(err), state.putPoint(name, before))
	}
	a.set(a.configuration().Having(p), name)
	return a.Get(name)
}

// Stop ends what goes on in a point, and lets nobody in.
func (a apiPoints) Stop(ctx context.Context, name string) (api.Point, error) {
	return a.stopOrStart(ctx, name, true)
}

// Start is the reverse.
func (a apiPoints) Start(ctx context.Context, name string) (api.Point, error) {
	return a.stopOrStart(ctx, name, false)
}

func (a apiPoints) stopOrStart(ctx context.Context, name string, stopped bool) (api.Point, error) {
	if err := a.begin(); err != nil {
		return api.Point{}, err
	}
	defer a.change.Unlock()
	p, state := a.current(name), a.server.programs.state
	if p == nil {
		return api.Point{}, a.noConfigured(name)
	}
	before := state.point(name)
	a.mu.RLock()
	failed := a.failed[name] != nil
	a.mu.RUnlock()
	if before.Stopped == stopped && !failed {
		return a.Get(name)
	}
	after := before
	after.Stopped = stopped
	if err := state.putPoint(name, after); err != nil {
		return api.Point{}, err
	}
	if err := a.swap(ctx, p, p, stopped); err != nil {
		a.server.holdPoint(name)
		return api.Point{}, errors.Join(unprocessable(err), state.putPoint(name, before))
	}
	a.set(a.configuration(), name)
	return a.Get(name)
}

// Export is what a configuration file would have to say.
func (a apiPoints) Export() ([]byte, error) {
	cfg := a.configuration()
	list := make([]map[string]any, len(cfg.Points))
	for i := range cfg.Points {
		list[i] = masked(cfg.Definition(&cfg.Points[i]))
		list[i]["name"] = cfg.Points[i].Name
	}
	return yaml.Marshal(map[string]any{"points": list})
}

// configuration is that with what was changed.
func (a *published) configuration() *config.Config {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.now
}

// asRead is the configuration without what was changed.
func (a *published) asRead() *config.Config {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.file
}

// current is what a point is now; nil if the configuration has none of that name.
func (a *published) current(name string) *config.Point { return a.configuration().Point(name) }

func (a *published) set(now *config.Config, name string) {
	a.mu.Lock()
	a.now = now
	delete(a.failed, name)
	a.mu.Unlock()
	a.server.setRules(now)
}

// noConfigured says why a point cannot be changed.
func (a apiPoints) noConfigured(name string) error {
	if a.server.pointNamed(name) == nil {
		return api.Errorf(http.StatusNotFound, errNoPoint, name)
	}
	return api.Errorf(http.StatusConflict, "an encoder has made this point, or it is the film inside: it cannot be changed")
}

// stoppedContent is the content of a point that was stopped.
type stoppedContent struct{ elsewhere }

// Open lets nobody in.
func (stoppedContent) Open(context.Context, string) (point.Entry, error) { return nil, errHeld }

var errHeld = errors.Join(point.ErrNotLive, errors.New("server: the point was stopped by the administrator"))

// holdPoint takes the name of a point that was stopped.
func (s *Server) holdPoint(name string) {
	s.points.Add(&point.Point{Name: name, Opener: &stoppedContent{}})
	s.catalog.forget()
}
