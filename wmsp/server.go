package wmsp

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"caracal/internal/front"
	"caracal/internal/point"
	"caracal/internal/session"
)

// ServerOptions are a Server's parts and limits. Points, Sessions and Shards have
// to be there.
type ServerOptions struct {
	front.Options
	Persona  Persona
	Points   *point.Registry
	Sessions *session.Manager
	// Handler serves the requests that are not a Windows Media player's.
	Handler http.Handler
	// ConnContext makes the context of the Handler's requests on a connection; nil
	// adds nothing.
	ConnContext func(context.Context, net.Conn) context.Context

	PipelineTest time.Duration // of a pipeline test, [MS-WMSP] 3.2.2
	// SessionTimeout is what players are told: they have to be heard of this
	// often while nothing streams.
	SessionTimeout time.Duration
}

func (o ServerOptions) withDefaults() ServerOptions {
	o.Protocol = protocolName
	o.Options = o.Options.WithDefaults()
	if o.PipelineTest <= 0 {
		o.PipelineTest = time.Second
	}
	if o.SessionTimeout <= 0 {
		o.SessionTimeout = time.Minute
	}
	if o.Handler == nil {
		o.Handler = http.NotFoundHandler()
	}
	if o.Persona.Token == "" {
		o.Persona = defaultPersona
	}
	return o
}

// Server is the server role of [MS-WMSP], on listeners that it shares with
// ordinary HTTP.
type Server struct {
	*front.Acceptor // Serve and Connections

	opt     ServerOptions
	persona atomic.Pointer[Persona]
	other   *otherRequests
	clients front.Registry[uint32, *client] // by client-id

	mu        sync.Mutex
	described map[pairKey]*client // clients that have not played yet
}

// NewServer returns a server that is ready to Serve.
func NewServer(o ServerOptions) *Server {
	s := &Server{opt: o.withDefaults(), described: map[pairKey]*client{}}
	s.persona.Store(&s.opt.Persona)
	s.other = newOtherRequests(s.opt)
	s.Acceptor = front.NewAcceptor(s.opt.Options, func(c *front.Conn) front.Protocol { return newConn(s, c) })
	return s
}

// Persona is who the server says it is.
func (s *Server) Persona() Persona { return *s.persona.Load() }

// SetPersona has it say another one, in the answers from now on.
func (s *Server) SetPersona(p Persona) { s.persona.Store(&p) }

// Shutdown stops accepting, tells the players that their streams are over and
// waits for the connections to end; when ctx is done it cuts them.
func (s *Server) Shutdown(ctx context.Context) error {
	err := s.Acceptor.Shutdown(ctx, s.farewell)
	return errors.Join(err, s.other.shutdown(ctx))
}

func (s *Server) farewell() {
	for _, cl := range s.clients.Close() {
		cl.end(session.ErrDraining)
	}
}
