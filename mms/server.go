package mms

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"

	"caracal/internal/front"
	"caracal/internal/point"
	"caracal/internal/session"
)

const protocolName = "mms"

// ServerOptions are a Server's parts and limits. Points, Sessions and Shards
// have to be there.
type ServerOptions struct {
	front.Options
	Points   *point.Registry
	Sessions *session.Manager

	// Version is the ServerVersionInfo, [MS-MMSP] 2.2.4.2: players ask for a
	// Fast Start from 9 on.
	Version string
	// Media is where data packets over UDP leave from; nil: TCP only. Its port
	// has the number of the TCP port, [MS-MMSP] 3.2.5.11.1: players send
	// ResendRequest there.
	Media *Media
}

// defaultVersion is that of Windows Media Services in Windows Server 2003.
const defaultVersion = "9.1.1.3814"

// Server is the server role of [MS-MMSP].
type Server struct {
	*front.Acceptor // Serve and Connections

	opt     ServerOptions
	players front.Registry[uint32, *player] // by Client-ID
}

// NewServer returns a server that is ready to Serve. The server reads what
// comes to the Media until Shutdown.
func NewServer(o ServerOptions) *Server {
	o.Protocol = protocolName
	o.Options = o.Options.WithDefaults()
	if o.Version == "" {
		o.Version = defaultVersion
	}
	s := &Server{opt: o}
	s.Acceptor = front.NewAcceptor(o.Options, func(c *front.Conn) front.Protocol { return newConn(s, c) })
	if o.Media != nil {
		o.Media.start(s)
	}
	return s
}

// Shutdown stops accepting, tells the players that their streams are over and
// waits for the connections to end; when ctx is done it cuts them.
func (s *Server) Shutdown(ctx context.Context) error {
	err := s.Acceptor.Shutdown(ctx, s.farewell)
	if s.opt.Media != nil {
		err = errors.Join(err, s.opt.Media.Close())
	}
	return err
}

func (s *Server) farewell() {
	for _, p := range s.players.Close() {
		p.end(session.ErrDraining)
	}
}

// newClientID is random, [MS-MMSP] 3.2.3 and 5.1, and not 0.
func newClientID() uint32 { return rand.Uint32N(math.MaxUint32) + 1 }
