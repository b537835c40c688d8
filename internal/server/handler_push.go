package server

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"caracal/internal/point"
	"caracal/wmsp"
)

func (s *Server) newPushServer() *wmsp.PushServer {
	return wmsp.NewPushServer(wmsp.PushOptions{
		Persona: s.wmspOptions().Persona, Sessions: s.sessions, Bus: &s.bus,
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
		return b.pushPoint(name), nil
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

// authorize says whether a request may bring the content, and else asks for the
// key if there is one.
func (b *broadcast) authorize(r *http.Request) (challenges []string, ok bool) {
	if b.mayPushFrom(r) {
		return nil, true
	}
	if b.key == "" {
		return nil, false
	}
	if sameKey(keyOf(r), b.key) || b.digest.right(r, b.key) {
		return nil, true
	}
	basic := `Basic realm="` + pushRealm + `"`
	// Encoders of Windows know Basic too and do not list it.
	if accepts := strings.ToLower(r.Header.Get("X-Accept-Authentication")); strings.Contains(accepts, "digest") {
		return []string{b.digest.challenge(remoteAddr(r)), basic}, false
	}
	return []string{basic}, false
}

// keyOf is the key that a request has: the password of Basic, or a parameter of
// the URL, for encoders that know no other way.
func keyOf(r *http.Request) string {
	if _, password, ok := r.BasicAuth(); ok {
		return password
	}
	return r.URL.Query().Get("key")
}

// sameKey takes as long whatever is right of a, its length included.
func sameKey(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

var errCopies = errors.New("server: the template's configuration allows no more points like it")
