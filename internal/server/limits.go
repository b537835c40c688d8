package server

import (
	"errors"
	"net/http"

	"caracal/internal/config"
	"caracal/internal/front"
	"caracal/internal/session"
)

// limits are what holds players back besides the session manager.
type limits struct {
	gate     *front.Gate
	requests *front.Requests
}

func newLimits(c *config.Config) limits {
	l := limits{front.NewGate(gateRates(&c.Limits)), &front.Requests{}}
	l.requests.Set(requestRate(&c.Limits))
	return l
}

// setLimits has the limits of another configuration hold from now on: players that are
// there stay, but for the length of a session.
func (s *Server) setLimits(c *config.Config) {
	s.limits.gate.SetRates(gateRates(&c.Limits))
	s.limits.requests.Set(requestRate(&c.Limits))
	s.sessions.SetOptions(sessionOptions(c))
}

// sessionOptions are the limits that the session manager holds.
func sessionOptions(c *config.Config) session.Options {
	l := &c.Limits
	o := session.Options{
		Max: c.Sessions.Max, MaxPerAddress: c.Sessions.MaxPerAddress,
		IdleTimeout: c.Sessions.IdleTimeout + idleMargin,
		Limits: session.Limits{
			Server: boundsOf(l.Common()), Address: boundsOf(l.Address.Common()),
			Network: boundsOf(l.Network), Account: boundsOf(l.Account), Points: map[string]session.Bounds{},
		},
	}
	for i := range c.Points {
		if p := &c.Points[i]; p.Limits != (config.PlayerLimits{}) {
			o.Limits.Points[p.Name] = boundsOf(p.Limits)
		}
	}
	return o
}

func boundsOf(l config.PlayerLimits) session.Bounds {
	return session.Bounds{
		Players: l.Players, Bandwidth: int64(l.Bandwidth), PlayerBandwidth: int64(l.PlayerBandwidth), Length: l.SessionLength,
	}
}

func gateRates(l *config.Limits) front.GateRates {
	return front.GateRates{
		All:     front.Rate{PerSecond: l.ConnectionRate, Burst: l.ConnectionBurst},
		Address: front.Rate{PerSecond: l.Address.ConnectionRate, Burst: l.Address.ConnectionBurst},
	}
}

func requestRate(l *config.Limits) front.Rate {
	return front.Rate{PerSecond: l.RequestRate, Burst: l.RequestBurst}
}

// retryAfter is how long who is refused is told to wait, seconds.
const retryAfter = "10"

// refuseLimit tells a program that a limit has been reached.
func (s *Server) refuseLimit(w http.ResponseWriter, r *http.Request, err error) {
	text := "The server is full: try again later."
	switch {
	case errors.Is(err, session.ErrBandwidth):
		text = "The server has no more bandwidth for this: try again later."
	case errors.Is(err, session.ErrPlayerBandwidth):
		text = "This takes more bandwidth than the server gives to one player."
	}
	w.Header().Set("Retry-After", retryAfter)
	s.publishRefusal(r, http.StatusServiceUnavailable, text, session.LimitOf(err))
	problem(w, http.StatusServiceUnavailable, text)
}
