package rtsp

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strconv"
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
	*front.Acceptor // Serve and Connections

	opt     ServerOptions
	players front.Registry[string, *player] // by RTSP session id
	bySSRC  front.Registry[uint32, *player] // by the SSRC of each of its streams
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

// newSessionID has at most 20 digits, [MS-RTSP] 3.2.5.1.
func newSessionID() string { return strconv.FormatUint(rand.Uint64N(1e19), 10) }

// newSSRC gives a stream of a player an SSRC that no other stream has, so that
// RTCP tells by it whom it is about.
func (s *Server) newSSRC(p *player) uint32 {
	ssrc, _ := s.bySSRC.Claim(p, func() uint32 { return rand.Uint32N(math.MaxUint32) + 1 })
	return ssrc
}

// forget takes a player that is gone out of the registries.
func (s *Server) forget(p *player) {
	ssrcs := p.ssrcs()
	s.players.Release(p.id)
	s.bySSRC.Release(ssrcs...)
}
