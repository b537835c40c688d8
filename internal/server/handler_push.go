package server

import (
	"errors"
	"net/http"
	"net/url"

	"caracal/internal/auth"
	"caracal/internal/point"
	"caracal/wmsp"
)

func (s *Server) newPushServer() *wmsp.PushServer {
	return wmsp.NewPushServer(wmsp.PushOptions{
		Persona: s.http.Persona, Sessions: s.sessions, Bus: &s.bus,
		Log: s.log.With("proto", "push"), Find: s.findPush,
	})
}

// servePush takes what encoders send. It does nothing if the request is neither
// for a broadcast that is pushed nor of the encoders' protocol.
func (s *Server) servePush(w http.ResponseWriter, r *http.Request) bool {
	if !wmsp.IsPush(r) {
		name, ok := requestName(r)
		if !ok {
			return false
		}
		if b, err := s.broadcast(name); err != nil || b.fed.feeder != nil {
			return false
		}
	}
	s.push.ServeHTTP(w, r)
	return true
}

// findPush returns the point that an encoder's request is for, or that could be
// made for it.
func (s *Server) findPush(r *http.Request, setup wmsp.PushSetup) (*wmsp.PushPoint, error) {
	name, ok := requestName(r)
	if !ok {
		return nil, point.ErrNotFound
	}
	p, rest, err := s.points.Lookup(name)
	if err == nil && rest == "" && p.Redirect != "" {
		return nil, &wmsp.PushRedirect{URL: pushURL(p.Redirect)}
	}
	b, err := s.broadcast(name)
	switch {
	case err == nil && b.fed.feeder != nil: // also while that waits for what it feeds
		return nil, point.ErrSource
	case err == nil:
		return s.pushPoint(b, name), nil
	}
	if setup.Template == "" || s.draining.Load() {
		return nil, err
	}
	return s.copyFor(name, setup.Template)
}

// pushURL is where encoders go that players are sent from: there is no pushing
// but over HTTP.
func pushURL(redirect string) string {
	u, err := url.Parse(redirect)
	if err != nil {
		return redirect
	}
	u.Scheme = "http"
	return u.String()
}

// broadcast returns the broadcast point of this name.
func (s *Server) broadcast(name string) (*broadcast, error) {
	p, rest, err := s.points.Lookup(name)
	if err != nil {
		return nil, err
	}
	b := broadcastOf(p.Opener)
	if b == nil || rest != "" {
		return nil, point.ErrNotFound
	}
	return b, nil
}

// publisherOf judges who may bring a point its content. Encoders that know no other
// way have the key as a parameter of the URL.
func (s *Server) publisherOf(name string) func(*http.Request) (challenges []string, ok bool) {
	return func(r *http.Request) ([]string, bool) {
		ask := s.askOf(r, auth.Publish, name, name)
		a := s.judge(r, ask)
		if key := r.URL.Query().Get("key"); key != "" && a.Verdict == auth.Prove {
			if id, err := s.access.Guard.TryKey(r.Context(), ask, key); err == nil {
				a.Decision = s.access.Guard.Decide(r.Context(), ask, id)
			}
		}
		return a.Challenges, a.Verdict == auth.Allowed
	}
}

var errCopies = errors.New("server: the template's configuration allows no more points like it")
