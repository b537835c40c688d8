package mms

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"net"
	"slices"
	"sync"

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
	opt      ServerOptions
	acceptor *front.Acceptor

	mu      sync.Mutex
	players map[uint32]*player // by Client-ID
}

// NewServer returns a server that is ready to Serve. The server reads what
// comes to the Media until Shutdown.
func NewServer(o ServerOptions) *Server {
	o.Protocol = protocolName
	o.Options = o.Options.WithDefaults()
	if o.Version == "" {
		o.Version = defaultVersion
	}
	s := &Server{opt: o, players: map[uint32]*player{}}
	s.acceptor = front.NewAcceptor(o.Options, func(c *front.Conn) front.Protocol { return newConn(s, c) })
	if o.Media != nil {
		o.Media.start(s)
	}
	return s
}

// ErrServerClosed is what Serve returns after Shutdown.
var ErrServerClosed = front.ErrClosed

// Serve accepts connections until the listener fails or Shutdown is called.
func (s *Server) Serve(l net.Listener) error { return s.acceptor.Serve(l) }

// Connections returns how many connections there are.
func (s *Server) Connections() int { return s.acceptor.Connections() }

// Shutdown stops accepting, tells the players that their streams are over and
// waits for the connections to end; when ctx is done it cuts them.
func (s *Server) Shutdown(ctx context.Context) error {
	conns := s.acceptor.Close()
	s.mu.Lock()
	players := slices.Collect(maps.Values(s.players))
	s.mu.Unlock()
	for _, p := range players {
		p.end(session.ErrDraining)
	}
	for _, c := range conns {
		c.Post(c.Tx.Close)
	}
	err := s.acceptor.Wait(ctx, conns)
	if s.opt.Media != nil {
		err = errors.Join(err, s.opt.Media.Close())
	}
	return err
}

// register gives a player its Client-ID, a random number that no other player
// has, [MS-MMSP] 3.2.3 and 5.1.
func (s *Server) register(p *player) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for p.id == 0 || s.players[p.id] != nil {
		p.id = rand.Uint32()
	}
	s.players[p.id] = p
}

func (s *Server) find(id uint32) *player {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.players[id]
}

// forget takes a player that is gone out of the map.
func (s *Server) forget(p *player) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.players, p.id)
}
