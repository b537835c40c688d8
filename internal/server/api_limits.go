package server

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"strings"

	"caracal/internal/config"
	"caracal/internal/session"
	"caracal/web/api"
)

// apiLimits are the limits as the API has them: those of the server, which it can
// change, of connections and of points.
type apiLimits struct{ *published }

// List are all limits with what is used of them.
func (a apiLimits) List() []api.Limit {
	now, file, used := a.configuration(), a.asRead(), a.server.sessions.Usage()
	was := map[string]api.ConfiguredKey{}
	for _, k := range file.Keys() {
		was[k.Key] = configuredKey(k)
	}
	original := map[string]string{}
	for _, l := range file.LimitKeys() {
		original[l.Key] = l.Text
	}
	changed := a.server.programs.state.changedLimits()
	list := []api.Limit{}
	for _, l := range now.LimitKeys() {
		shown := apiLimit(l, usedOf(used, l.Key))
		shown.Changeable = true
		shown.Origin, shown.Where = was[l.Key].Origin, was[l.Key].Where
		if _, ok := changed[l.Key]; ok {
			shown.Origin, shown.Where, shown.Configured = "state", a.server.cfg.State, original[l.Key]
		}
		list = append(list, shown)
	}
	list = append(list, a.connections(was)...)
	for i := range now.Points {
		list = append(list, a.ofPoint(&now.Points[i], used.Points[now.Points[i].Name])...)
	}
	return list
}

// connections are the limits that want a restart to be changed.
func (a apiLimits) connections(was map[string]api.ConfiguredKey) []api.Limit {
	h, there := &a.server.cfg.HTTP, int64(a.server.http.Connections())
	list := []api.Limit{
		{Key: "http.max_connections", Limit: float64(h.MaxConnections), Used: &there},
		{Key: "http.max_connections_per_address", Limit: float64(h.MaxConnectionsPerAddress)},
	}
	for i := range list {
		l := &list[i]
		l.Unit, l.Value, l.Origin, l.Where = "connections", was[l.Key].Value, was[l.Key].Origin, was[l.Key].Where
	}
	return list
}

// ofPoint are those of a point, which its definition says.
func (a apiLimits) ofPoint(p *config.Point, u session.Used) []api.Limit {
	var list []api.Limit
	for _, l := range p.Limits.LimitKeys() {
		shown := apiLimit(l, u)
		shown.Point, shown.Origin = &p.Name, apiPoints(a).origin(p.Name, p)
		switch shown.Origin {
		case "changed":
			shown.Origin = "state"
		case "encoder", "sample":
			shown.Origin = "default"
		}
		list = append(list, shown)
	}
	return list
}

func apiLimit(l config.Limit, u session.Used) api.Limit {
	shown := api.Limit{Key: l.Key, Value: l.Text, Limit: l.Amount, Unit: l.Unit}
	players := int64(u.Players)
	switch {
	case strings.HasSuffix(l.Key, ".players"), strings.HasPrefix(l.Key, "sessions.max"):
		shown.Used = &players
	case strings.HasSuffix(l.Key, ".bandwidth"):
		shown.Used = &u.Bandwidth
	}
	return shown
}

// usedOf is what there is where a key limits it.
func usedOf(u session.Usage, key string) session.Used {
	switch {
	case strings.HasPrefix(key, "limits.address."), key == "sessions.max_per_address":
		return u.Address
	case strings.HasPrefix(key, "limits.network."):
		return u.Network
	case strings.HasPrefix(key, "limits.account."):
		return u.Account
	}
	return u.Server
}

// Change gives limits other values and keeps them in the state; nil is what the
// configuration file says.
func (a apiLimits) Change(_ context.Context, values map[string]*string) error {
	if err := a.begin(); err != nil {
		return err
	}
	defer a.change.Unlock()
	state := a.server.programs.state
	changed := state.changedLimits()
	for key, v := range values {
		if v == nil {
			delete(changed, key)
		} else {
			changed[key] = *v
		}
	}
	now, err := a.withLimits(changed)
	if err != nil {
		return err
	}
	if err := state.putLimits(changed); err != nil {
		return err
	}
	a.mu.Lock()
	a.now = now
	a.mu.Unlock()
	a.server.setRules(now)
	a.server.log.Info("limits are changed by an order", "limits", len(values))
	return nil
}

// withLimits is the present configuration with these limits and otherwise those of the
// file, or what is wrong with them.
func (a *published) withLimits(changed map[string]string) (*config.Config, error) {
	now, file := *a.configuration(), a.asRead()
	now.Limits, now.Sessions = file.Limits, file.Sessions
	with, err := now.WithLimits(changed)
	problems, ok := errors.AsType[config.Problems](err)
	if !ok {
		return with, err
	}
	return nil, &api.Error{
		Status: http.StatusUnprocessableEntity, Type: "invalid", Detail: "the limits are wrong: " + problems.Error(), Problems: mistakesOf(problems),
	}
}

// limited is a configuration with the limits that were changed here. Those that it cannot
// have are left out, all of them.
func (a *published) limited(c *config.Config) *config.Config {
	changed := a.server.programs.state.changedLimits()
	if len(changed) == 0 {
		return c
	}
	with, err := c.WithLimits(changed)
	if err != nil {
		a.server.log.Warn("the limits cannot be as they were changed: they are as the configuration says", "error", err)
		return c
	}
	return with
}

// setRules has what a configuration says of players hold from now on.
func (s *Server) setRules(c *config.Config) {
	s.setLimits(c)
	s.setAccessRules(c)
}

// changedLimits are the limits that were changed, by their keys.
func (s *programState) changedLimits() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Limits == nil {
		return map[string]string{}
	}
	return maps.Clone(s.Limits)
}

// putLimits keeps the limits that were changed.
func (s *programState) putLimits(changed map[string]string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.Limits
	s.Limits = changed
	if err := s.save(); err != nil {
		s.Limits = before
		return api.Errorf(http.StatusInternalServerError, "nothing is changed, for it cannot be kept in the state file: %v", err)
	}
	return nil
}
