package rtsp

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"

	"caracal/internal/front"
	"caracal/internal/point"
	"caracal/internal/session"
)

const protocolName = "rtsp"

// ServerOptions are a Server's parts and limits. Points, Sessions and Shards
// have to be there.
type ServerOptions struct {
	front.Options
	Points   *point.Registry
	Sessions *session.Manager

	// Name is the Server header's value; players look for "WMServer/".
	Name string
	// SessionTimeout is what players are told: they have to be heard of this
	// often unless they get their packets over TCP.
	SessionTimeout time.Duration
	// Media is where RTP and RTCP over UDP leave from; nil: TCP only.
	Media *Media
}

// Server is the server role of [MS-RTSP].
type Server struct {
	opt      ServerOptions
	acceptor *front.Acceptor

	mu      sync.Mutex
	players map[string]*player // by RTSP session id
	bySSRC  map[uint32]*player // by the SSRC of each of its streams
}

// NewServer returns a server that is ready to Serve. The server reads what
// comes to the Media until Shutdown.
func NewServer(o ServerOptions) *Server {
	o.Protocol = protocolName
	o.Options = o.Options.WithDefaults()
	if o.Name == "" {
		o.Name = "WMServer/9.6.7600.16564"
	}
	if o.SessionTimeout <= 0 {
		o.SessionTimeout = time.Minute
	}
	s := &Server{opt: o, players: map[string]*player{}, bySSRC: map[uint32]*player{}}
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
		c.Post(c.Tx.Quit)
	}
	err := s.acceptor.Wait(ctx, conns)
	if s.opt.Media != nil {
		err = errors.Join(err, s.opt.Media.Close())
	}
	return err
}

// register gives a player its ids.
func (s *Server) register(p *player) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for p.id == "" || s.players[p.id] != nil {
		p.id = strconv.FormatUint(rand.Uint64N(1e19), 10) // at most 20 digits, 3.2.5.1
	}
	s.players[p.id] = p
	p.rtx = s.claim(p)
}

// newSSRC gives a stream of a player an SSRC that no other stream has, so that
// RTCP tells by it whom it is about.
func (s *Server) newSSRC(p *player) uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.claim(p)
}

func (s *Server) claim(p *player) uint32 {
	for {
		if ssrc := rand.Uint32(); ssrc != 0 && s.bySSRC[ssrc] == nil {
			s.bySSRC[ssrc] = p
			return ssrc
		}
	}
}

// release gives SSRCs back.
func (s *Server) release(ssrcs ...uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ssrc := range ssrcs {
		delete(s.bySSRC, ssrc)
	}
}

func (s *Server) find(id string) *player {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.players[id]
}

func (s *Server) findSSRC(ssrc uint32) *player {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bySSRC[ssrc]
}

// forget takes a player that is gone out of the maps.
func (s *Server) forget(p *player) {
	ssrcs := p.ssrcs()
	s.mu.Lock()
	delete(s.players, p.id)
	s.mu.Unlock()
	s.release(ssrcs...)
}
