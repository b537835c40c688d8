package msbd

import (
	"context"
	"errors"

	"caracal/internal/front"
	"caracal/internal/point"
	"caracal/internal/session"
)

const protocolName = "msbd"

// DefaultPort is what servers often listen on, [MS-MSBD] 2.1: the protocol has no
// port of its own.
const DefaultPort = "7007"

// ServerOptions are a Server's parts and limits. Points, Sessions and Shards have
// to be there.
type ServerOptions struct {
	front.Options
	Points   *point.Registry
	Sessions *session.Manager
	// Point is what is distributed: clients cannot ask for anything else, for the
	// protocol has no names.
	Point string
	// Group is where packets are sent to for the clients that ask for a multicast;
	// nil: over TCP only.
	Group *Group
}

// Server is the server role of [MS-MSBD], for one publishing point.
type Server struct {
	*front.Acceptor // Serve and Connections

	opt     ServerOptions
	clients front.Registry[uint32, *client] // by session
}

// NewServer returns a server that is ready to Serve. It closes the Group at its
// end.
func NewServer(o ServerOptions) *Server {
	o.Protocol = protocolName
	o.Options = o.Options.WithDefaults()
	s := &Server{opt: o}
	s.Acceptor = front.NewAcceptor(o.Options, func(c *front.Conn) front.Protocol { return newConn(s, c) })
	if o.Group != nil {
		o.Group.start(s)
	}
	return s
}

// Shutdown stops accepting, tells the clients that their streams are over and waits
// for the connections to end; when ctx is done it cuts them.
func (s *Server) Shutdown(ctx context.Context) error {
	err := s.Acceptor.Shutdown(ctx, s.farewell)
	if s.opt.Group != nil {
		err = errors.Join(err, s.opt.Group.Close())
	}
	return err
}

func (s *Server) farewell() {
	for _, c := range s.clients.Close() {
		c.end(session.ErrDraining)
	}
}
