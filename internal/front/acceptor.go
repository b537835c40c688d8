package front

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"caracal/internal/auth"
	"caracal/internal/event"
	"caracal/internal/forward"
	"caracal/internal/pace"
)

// Options are what the connections of a front-end share. Shards has to be
// there; the zero values of the rest are no limits.
type Options struct {
	Protocol string // its name in events
	Via      string // this server's name in Via, which no other server has; "" for none
	Shards   *pace.Group
	Bus      *event.Bus
	Log      *slog.Logger

	HeadTimeout  time.Duration // for a request's head, from its first byte or the connection's beginning
	WriteTimeout time.Duration // for a player that does not read
	KeepAlive    time.Duration // for a connection between two requests

	MaxConnections int
	MaxPerAddress  int // connections

	Guard    *auth.Guard // who may do what; nil lets anybody play
	Gate     *Gate       // that all connections come through; nil is none
	Requests *Requests   // how many each may send

	// Proxies send the requests of many: the limits of one address are not for them.
	Proxies forward.Proxies

	// Writer makes the writing half of a connection; nil takes the best that
	// the shard has.
	Writer func(*pace.Shard, net.Conn) pace.Writer
}

// WithDefaults gives the times that are not set, and a logger.
func (o Options) WithDefaults() Options {
	def := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	def(&o.HeadTimeout, 10*time.Second)
	def(&o.WriteTimeout, time.Minute)
	def(&o.KeepAlive, time.Minute)
	if o.Writer == nil {
		o.Writer = (*pace.Shard).NewWriter
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// ErrClosed is what Serve returns after Shutdown.
var ErrClosed = errors.New("front: closed")

// Acceptor accepts a front-end's connections and keeps count of them.
type Acceptor struct {
	opt      Options
	protocol func(*Conn) Protocol

	mu        sync.Mutex
	listeners map[net.Listener]bool
	conns     map[*Conn]bool
	perAddr   map[netip.Addr]int
	closing   bool
	wg        sync.WaitGroup
}

// NewAcceptor returns an acceptor that makes of every connection what
// protocol says.
func NewAcceptor(o Options, protocol func(*Conn) Protocol) *Acceptor {
	return &Acceptor{
		opt: o.WithDefaults(), protocol: protocol,
		listeners: map[net.Listener]bool{}, conns: map[*Conn]bool{}, perAddr: map[netip.Addr]int{},
	}
}

// Serve accepts connections until the listener fails or Shutdown is called.
func (a *Acceptor) Serve(l net.Listener) error { return a.ServeTLS(l, nil) }

// ServeTLS is Serve for connections that become TLS; for nil they do not.
func (a *Acceptor) ServeTLS(l net.Listener, secure *Secure) error {
	a.mu.Lock()
	if a.closing {
		a.mu.Unlock()
		l.Close()
		return ErrClosed
	}
	a.listeners[l] = true
	a.mu.Unlock()
	for pause := time.Duration(0); ; {
		c, err := l.Accept()
		if err == nil {
			pause = 0
			a.accept(c, secure)
			continue
		}
		if a.isClosing() {
			return ErrClosed
		}
		if !isTemporary(err) {
			return err
		}
		// Out of descriptors, most likely: what is connected goes on.
		pause = min(max(2*pause, 5*time.Millisecond), time.Second)
		a.opt.Log.Warn("cannot accept a connection", "error", err, "pause", pause)
		time.Sleep(pause)
	}
}

func isTemporary(err error) bool {
	var t interface{ Temporary() bool }
	return errors.As(err, &t) && t.Temporary()
}

func (a *Acceptor) isClosing() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.closing
}

// Take serves a connection that somebody else has accepted and knows: it is what
// protocol says. gone is called when it is closed. False means that it has been
// closed at once.
func (a *Acceptor) Take(nc net.Conn, gone func(), protocol func(*Conn) Protocol) bool {
	c := newConn(a, nc)
	c.proto, c.gone = protocol(c), gone
	if why := a.register(c); why != "" {
		nc.Close()
		gone()
		return false
	}
	c.hold()
	go c.serve()
	return true
}

func (a *Acceptor) accept(nc net.Conn, secure *Secure) {
	from := addrOf(nc.RemoteAddr()).Addr()
	trusted := a.opt.Proxies.Has(from)
	if limit := a.opt.Gate.enter(from, trusted, time.Now()); limit != "" {
		a.refuse(nc, "connections come too fast", limit)
		return
	}
	plain := nc
	if secure != nil {
		if limit := secure.enter(from, trusted); limit != "" {
			a.refuse(nc, reasonHandshakes, limit)
			return
		}
		nc = secure.wrap(nc)
	}
	c := newConn(a, nc)
	c.proto = a.protocol(c)
	if why := a.register(c); why != "" {
		if secure != nil {
			secure.leave(from)
		}
		a.refuse(plain, why, limitOf(why))
		return
	}
	if secure != nil {
		go c.serveTLS(secure)
		return
	}
	nc.SetReadDeadline(time.Now().Add(a.opt.HeadTimeout))
	go c.serve()
}

// refuse closes a connection of which nothing has been read.
func (a *Acceptor) refuse(nc net.Conn, why, limit string) {
	nc.Close()
	a.opt.Bus.Publish(event.Refused{
		Player: event.Player{Protocol: a.opt.Protocol, Address: addrOf(nc.RemoteAddr()), Local: addrOf(nc.LocalAddr())}, Status: 503, Reason: why, Limit: limit,
	})
}

// Why connections are refused, for the events.
const (
	reasonClosing     = "shutting down"
	reasonFull        = "too many connections"
	reasonAddressFull = "too many connections from one address"
)

// limitOf names the limit behind a reason; "" is none.
func limitOf(why string) string {
	switch why {
	case reasonFull:
		return "server.connections"
	case reasonAddressFull:
		return "address.connections"
	}
	return ""
}

// register counts a connection, or says why it is one too many.
func (a *Acceptor) register(c *Conn) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	addr := c.Addr.Addr()
	switch {
	case a.closing:
		return reasonClosing
	case a.opt.MaxConnections > 0 && len(a.conns) >= a.opt.MaxConnections:
		return reasonFull
	case a.opt.MaxPerAddress > 0 && a.perAddr[addr] >= a.opt.MaxPerAddress && !a.opt.Proxies.Has(addr):
		return reasonAddressFull
	}
	a.conns[c] = true
	a.perAddr[addr]++
	a.wg.Add(1)
	return ""
}

func (a *Acceptor) unregister(c *Conn) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.conns, c)
	addr := c.Addr.Addr()
	if a.perAddr[addr]--; a.perAddr[addr] <= 0 {
		delete(a.perAddr, addr)
	}
}

// Connections returns how many connections there are.
func (a *Acceptor) Connections() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.conns)
}

// Shutdown stops accepting, has farewell end what streams in the protocol's own
// words, and waits for the connections to end, each when nothing streams on it;
// when ctx is done it cuts them. Behind farewell nothing may begin to stream: it
// closes the Registry that all that streams is in. Connections that were handed
// away are not waited for.
func (a *Acceptor) Shutdown(ctx context.Context, farewell func()) error {
	conns := a.close()
	farewell()
	for _, c := range conns {
		c.quit()
	}
	return a.wait(ctx, conns)
}

// close stops accepting and returns the connections that there are.
func (a *Acceptor) close() []*Conn {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closing = true
	for l := range a.listeners {
		l.Close()
	}
	conns := make([]*Conn, 0, len(a.conns))
	for c := range a.conns {
		conns = append(conns, c)
	}
	return conns
}

// wait returns when the connections have ended, or cuts those of conns when
// ctx is done, and waits for them a moment more.
func (a *Acceptor) wait(ctx context.Context, conns []*Conn) error {
	done := make(chan struct{})
	go func() { a.wg.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	for _, c := range conns {
		c.Net.Close()
		c.unpark()
	}
	select {
	case <-done:
	case <-time.After(cutTime): // storage that hangs holds a goroutine for as long
	}
	return ctx.Err()
}

// cutTime is how long connections that were cut have to end.
const cutTime = 2 * time.Second
