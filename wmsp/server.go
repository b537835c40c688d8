package wmsp

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"caracal/internal/event"
	"caracal/internal/pace"
	"caracal/internal/point"
	"caracal/internal/session"
)

// Options are a Server's parts and limits. Points, Sessions and Shards have
// to be there.
type Options struct {
	Persona  Persona
	Points   *point.Registry
	Sessions *session.Manager
	Shards   *pace.Group
	Bus      *event.Bus
	Log      *slog.Logger
	// Handler serves the requests that are not a Windows Media player's.
	Handler http.Handler

	HeadTimeout  time.Duration // for a request's head, from its first byte or the connection's beginning
	WriteTimeout time.Duration // for a player that does not read
	KeepAlive    time.Duration // for a connection between two requests
	PipelineTest time.Duration // of a pipeline test, [MS-WMSP] 3.2.2

	// SessionTimeout is what players are told: they have to be heard of this
	// often while nothing streams.
	SessionTimeout time.Duration

	MaxConnections int // 0: no limit
	MaxPerAddress  int // connections; 0: no limit
}

func (o Options) withDefaults() Options {
	def := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	def(&o.HeadTimeout, 10*time.Second)
	def(&o.WriteTimeout, time.Minute)
	def(&o.KeepAlive, time.Minute)
	def(&o.PipelineTest, time.Second)
	def(&o.SessionTimeout, time.Minute)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Handler == nil {
		o.Handler = http.NotFoundHandler()
	}
	if o.Persona.Token == "" {
		o.Persona = Persona{Token: TokenCougar, Version: "9.6.7600.16564"}
	}
	return o
}

// Server is the server role of [MS-WMSP], on listeners that it shares with
// ordinary HTTP.
type Server struct {
	opt   Options
	other *otherRequests

	mu        sync.Mutex
	listeners map[net.Listener]bool
	conns     map[*conn]bool
	perAddr   map[netip.Addr]int
	clients   map[uint32]*client  // by client-id
	described map[pairKey]*client // clients that have not played yet
	closing   bool
	wg        sync.WaitGroup
}

// NewServer returns a server that is ready to Serve.
func NewServer(o Options) *Server {
	s := &Server{
		opt:       o.withDefaults(),
		listeners: map[net.Listener]bool{}, conns: map[*conn]bool{}, perAddr: map[netip.Addr]int{},
		clients: map[uint32]*client{}, described: map[pairKey]*client{},
	}
	s.other = newOtherRequests(s.opt)
	return s
}

// ErrServerClosed is what Serve returns after Shutdown.
var ErrServerClosed = errors.New("wmsp: server closed")

// Serve accepts connections until the listener fails or Shutdown is called.
func (s *Server) Serve(l net.Listener) error {
	s.mu.Lock()
	if s.closing {
		s.mu.Unlock()
		return ErrServerClosed
	}
	s.listeners[l] = true
	s.mu.Unlock()
	for pause := time.Duration(0); ; {
		c, err := l.Accept()
		if err == nil {
			pause = 0
			s.accept(c)
			continue
		}
		if s.isClosing() {
			return ErrServerClosed
		}
		var ne net.Error
		if !errors.As(err, &ne) || !ne.Timeout() && !isTemporary(err) {
			return err
		}
		// Out of descriptors, most likely: what is connected goes on.
		pause = min(max(2*pause, 5*time.Millisecond), time.Second)
		s.opt.Log.Warn("cannot accept a connection", "error", err, "pause", pause)
		time.Sleep(pause)
	}
}

func isTemporary(err error) bool {
	var t interface{ Temporary() bool }
	return errors.As(err, &t) && t.Temporary()
}

func (s *Server) isClosing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closing
}

func (s *Server) accept(nc net.Conn) {
	c := newConn(s, nc)
	if !s.register(c) {
		nc.Close()
		s.opt.Bus.Publish(event.Refused{
			Player: event.Player{Protocol: protocolName, Address: c.addr}, Status: 503, Reason: "too many connections",
		})
		return
	}
	nc.SetReadDeadline(time.Now().Add(s.opt.HeadTimeout))
	go c.serve()
}

func (s *Server) register(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := c.addr.Addr()
	if s.closing || s.opt.MaxConnections > 0 && len(s.conns) >= s.opt.MaxConnections ||
		s.opt.MaxPerAddress > 0 && s.perAddr[a] >= s.opt.MaxPerAddress {
		return false
	}
	s.conns[c] = true
	s.wg.Add(1)
	s.perAddr[a]++
	return true
}

func (s *Server) unregister(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
	a := c.addr.Addr()
	if s.perAddr[a]--; s.perAddr[a] <= 0 {
		delete(s.perAddr, a)
	}
}

// Connections returns how many connections there are.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// Shutdown stops accepting, tells the players that their streams are over and
// waits for the connections to end; when ctx is done it cuts them.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.closing = true
	for l := range s.listeners {
		l.Close()
	}
	conns := make([]*conn, 0, len(s.conns))
	for c := range s.conns {
		conns = append(conns, c)
	}
	clients := make([]*client, 0, len(s.clients))
	for _, cl := range s.clients {
		clients = append(clients, cl)
	}
	s.mu.Unlock()
	for _, cl := range clients {
		cl.end(session.ErrDraining)
	}
	for _, c := range conns {
		c.post(func() { c.tx.reply(nil, true) })
	}
	done := make(chan struct{})
	go func() { s.wg.Wait(); close(done) }()
	err := s.other.shutdown(ctx)
	select {
	case <-done:
	case <-ctx.Done():
		err = ctx.Err()
		for _, c := range conns {
			c.net.Close()
			c.unpark()
		}
		<-done
	}
	return err
}
