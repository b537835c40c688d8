package wmsp

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"caracal/internal/event"
	"caracal/internal/point"
	"caracal/internal/session"
)

// The timers of [MS-WMHTTP] 3.2.2, and the least that Idle may be.
const (
	DefaultPushIdle       = time.Minute
	DefaultPushInactivity = 2 * time.Minute
	MinPushIdle           = 10 * time.Second
)

const (
	pushProtocol    = "push"
	maxPushSessions = 1000            // that wait for a PushStart, or stream
	pushStale       = 5 * time.Second // of silence after which an encoder may be replaced
	pushLinger      = time.Second     // for the rest of a body that nobody needs
)

// PushPoint is a point that encoders bring content to.
type PushPoint struct {
	Name      string
	Broadcast *point.Broadcast // nil if the point does not exist yet

	// Authorize says whether a request may push, and if not, what its
	// WWW-Authenticate headers ask for; none: nobody may from there.
	Authorize func(*http.Request) (challenges []string, ok bool)
	// Make publishes a point that does not exist yet; nil: it exists.
	Make func() (*PushPoint, error)
	// Remove ends a point that was made so, and only when it is unused; nil: it
	// stays. It may be called more than once.
	Remove func()

	Idle, Inactivity time.Duration // the defaults for 0
}

// PushRedirect is the error of a point that is elsewhere.
type PushRedirect struct{ URL string }

func (e *PushRedirect) Error() string { return "wmsp: push to " + e.URL }

// PushOptions are a PushServer's parts. Find and Sessions have to be there.
type PushOptions struct {
	Persona  func() Persona // nil: a usual one
	Sessions *session.Manager
	Bus      *event.Bus
	Log      *slog.Logger
	// Find returns the point that a request names, or that a setup has made;
	// the error is point.ErrNotFound, a *PushRedirect, or one that is shown.
	Find func(r *http.Request, setup PushSetup) (*PushPoint, error)
}

// PushServer is the server role of [MS-WMHTTP], and takes plain POST and PUT
// of ASF too. It is a http.Handler for requests with a body, which may take as
// long as a broadcast; its listener has to bound the heads, and what is written.
type PushServer struct {
	opt PushOptions

	mu       sync.Mutex
	sessions map[string]*pushSession
	sources  map[*point.Broadcast]*pushSource
	closed   bool
}

// NewPushServer returns a server without sessions.
func NewPushServer(o PushOptions) *PushServer {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Bus == nil {
		o.Bus = &event.Bus{}
	}
	if o.Persona == nil {
		o.Persona = func() Persona { return defaultPersona }
	}
	return &PushServer{
		opt: o, sessions: map[string]*pushSession{}, sources: map[*point.Broadcast]*pushSource{},
	}
}

// Why an encoder's request or session is over.
var (
	errPushIdle       = errors.New("wmsp: the encoder has been silent for too long")
	errPushInactive   = errors.New("wmsp: the encoder has not come back")
	errPushLost       = errors.New("wmsp: the encoder's connection is lost")
	errPushReplaced   = errors.New("wmsp: the encoder has come back on another connection")
	errPushLength     = errors.New("wmsp: a PushStart needs a Content-Length")
	errPushAgent      = fmt.Errorf("wmsp: the User-Agent is not %s/9.0 or later", TokenEncoder)
	errPushSession    = errors.New("wmsp: no session has this push-id: begin with a PushSetup")
	errPushStreams    = errors.New("wmsp: the session streams on another connection already")
	errPushAuthorized = errors.New("wmsp: only publishers may send this")
	errPushFull       = errors.New("wmsp: too many encoders")
)

// ServeHTTP serves a PushSetup, a PushStart, or a plain POST or PUT.
func (s *PushServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case !IsPush(r):
		s.plain(w, r)
	case mediaType(r) == TypePushSetup:
		s.setup(w, r)
	default:
		s.start(w, r)
	}
}

// IsPush says whether a request is one of [MS-WMHTTP], and not a plain one.
func IsPush(r *http.Request) bool {
	t := mediaType(r)
	return r.Method == http.MethodPost && (t == TypePushSetup || t == TypePushStart)
}

// admit finds the point of a request that may push there. ses is the session
// that the request names, nil for none: who has set it up need not say again who
// they are, for encoders do not, [MS-WMHTTP] 4.8.
func (s *PushServer) admit(w http.ResponseWriter, r *http.Request, setup PushSetup, ses *pushSession) (*PushPoint, error) {
	p, err := s.opt.Find(r, setup)
	if err != nil {
		return nil, err
	}
	if ses != nil && ses.point.Name == p.Name && ses.from == remoteAddr(r).Addr() {
		return p, nil
	}
	if challenges, ok := p.Authorize(r); !ok {
		if len(challenges) > 0 {
			// Not Header.Set: encoders know no other spelling of the name.
			w.Header()["WWW-Authenticate"] = challenges
			return nil, errPushAuthorized
		}
		return nil, point.ErrForbidden
	}
	return p, nil
}

// Shutdown ends all sessions, and refuses new ones. It does not wait for the
// connections: they end at once.
func (s *PushServer) Shutdown() {
	s.mu.Lock()
	s.closed = true
	sources, sessions := s.sources, s.sessions
	s.sessions = map[string]*pushSession{}
	all := make([]*pushSource, 0, len(sources))
	for _, src := range sources {
		all = append(all, src)
	}
	s.mu.Unlock()
	for _, ses := range sessions {
		ses.end(session.ErrDraining)
	}
	for _, src := range all {
		src.end(session.ErrDraining)
	}
}

func remoteAddr(r *http.Request) netip.AddrPort {
	a, _ := netip.ParseAddrPort(r.RemoteAddr)
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}
