package server

import (
	"crypto/subtle"
	"errors"
	"net/http"
	"net/netip"
	"time"

	"caracal/asf"
	"caracal/internal/point"
	"caracal/wmsp"
)

// pushIdle is how long an encoder may be silent.
const pushIdle = 30 * time.Second

// servePush takes what encoders send. It does nothing if the request is not for a
// broadcast that is pushed.
func (s *Server) servePush(w http.ResponseWriter, r *http.Request) bool {
	name, ok := requestName(r)
	if !ok {
		return false
	}
	b, err := s.broadcast(name)
	if err != nil || b.fed.feeder != nil {
		return false
	}
	s.push(w, r, name, b)
	return true
}

// push takes a broadcast's content from the body of a POST or PUT.
func (s *Server) push(w http.ResponseWriter, r *http.Request, name string, b *broadcast) {
	from, _ := netip.ParseAddrPort(r.RemoteAddr)
	if !b.mayPush(from.Addr(), keyOf(r)) {
		w.Header().Set("WWW-Authenticate", `Basic realm="broadcast"`)
		s.refuse(w, r, http.StatusUnauthorized, "Only publishers may send this: the point's configuration lists addresses, or has a key.")
		return
	}
	log := s.log.With("point", name, "from", from.String(), "agent", r.UserAgent())
	body := &watchedBody{Reader: r.Body, control: http.NewResponseController(w)}
	log.Info("an encoder pushes")
	err := wmsp.Ingest(body, b.Broadcast)
	log.Info("the encoder has ended", "bytes", body.read, "error", err)
	switch {
	case err == nil:
		w.WriteHeader(http.StatusNoContent)
	case errors.Is(err, point.ErrSource):
		s.refuse(w, r, http.StatusConflict, "Somebody else is sending this: one encoder at a time.")
	case errors.Is(err, wmsp.ErrPushed), isParseError(err):
		s.refuse(w, r, http.StatusUnsupportedMediaType, "This is not an ASF stream: "+err.Error())
	default:
		s.refuse(w, r, http.StatusBadRequest, "The stream has ended early.")
	}
}

func isParseError(err error) bool {
	_, ok := errors.AsType[*asf.ParseError](err)
	return ok
}

// broadcast returns the broadcast point of this name.
func (s *Server) broadcast(name string) (*broadcast, error) {
	p, rest, err := s.points.Lookup(name)
	if err != nil {
		return nil, err
	}
	b, ok := p.Opener.(*broadcast)
	if !ok || rest != "" {
		return nil, point.ErrNotFound
	}
	return b, nil
}

// keyOf is the key that a request has: the password of Basic, or a parameter of
// the URL, for encoders that know no other way.
func keyOf(r *http.Request) string {
	if _, password, ok := r.BasicAuth(); ok {
		return password
	}
	return r.URL.Query().Get("key")
}

func sameKey(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// watchedBody is a request's body that may not be silent for long.
type watchedBody struct {
	Reader  interface{ Read([]byte) (int, error) }
	control *http.ResponseController
	read    int64
	until   time.Time
}

func (b *watchedBody) Read(p []byte) (int, error) {
	if now := time.Now(); b.until.Sub(now) < pushIdle/2 {
		b.until = now.Add(pushIdle)
		b.control.SetReadDeadline(b.until)
	}
	n, err := b.Reader.Read(p)
	b.read += int64(n)
	return n, err
}
