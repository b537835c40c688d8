// Package fronttest is what the tests of every front-end's server need: clips,
// and all that a server runs on, in memory or on the loopback interface. Tests
// outside of a protocol's package import it: sources, which it has, may pull
// streams over that protocol.
package fronttest

import (
	"cmp"
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"caracal/internal/event"
	"caracal/internal/front"
	"caracal/internal/memnet"
	"caracal/internal/pace"
	"caracal/internal/point"
	"caracal/internal/pull"
	"caracal/internal/session"
	"caracal/internal/source"
)

// Patience bounds what must happen at once, on a machine of any speed.
const Patience = 30 * time.Second

const (
	cacheSize = 64 << 20 // bytes
	maxEvents = 10_000   // more than a test makes
)

// Rig is what a server runs on.
type Rig struct {
	T        *testing.T
	Bus      *event.Bus
	Shards   *pace.Group
	Points   *point.Registry
	Sessions *session.Manager

	Listener net.Listener
	Address  string // of Listener
	Dial     pull.DialFunc

	Stop func() // shuts the server down, which the end of the test does too

	server Server
	cache  *source.Cache
	open   []*source.Bytes
	events *event.Subscription
	list   []event.Event
}

// Server is one of any front-end.
type Server interface {
	Serve(net.Listener) error
	Shutdown(context.Context) error
	Connections() int
}

// New returns a rig without points. A silent session ends after a minute if o
// does not say.
func New(t *testing.T, o session.Options) *Rig {
	bus := &event.Bus{}
	o.IdleTimeout = cmp.Or(o.IdleTimeout, time.Minute)
	return &Rig{
		T: t, Bus: bus, Shards: pace.NewGroup(1), Points: point.NewRegistry(), Sessions: session.NewManager(o, bus),
		cache: source.NewCache(cacheSize), events: bus.Subscribe(maxEvents),
	}
}

// Publish adds a publishing point.
func (r *Rig) Publish(name string, file []byte, o point.Options) {
	b := source.NewBytes(name, file, r.cache)
	r.open = append(r.open, b)
	r.Points.Add(&point.Point{Name: name, Options: o, Opener: b})
}

// Unpaced is for content that goes out at once, Paced for what goes out in its
// own time.
func Unpaced() point.Options {
	o := point.DefaultOptions()
	o.Unpaced = true
	return o
}

func Paced() point.Options {
	o := point.DefaultOptions()
	o.Batch, o.Burst = 50*time.Millisecond, 0
	return o
}

// Listen opens what the server serves on: in memory, for a synctest bubble, if
// host is "", with the port that names then go by.
func (r *Rig) Listen(host, port string) {
	r.T.Helper()
	if host == "" {
		n := memnet.New()
		r.Listener, r.Address, r.Dial = n, net.JoinHostPort(memnet.Server.String(), port), n.Dial
		return
	}
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		r.T.Fatal(err)
	}
	r.Listener, r.Address = l, l.Addr().String()
	r.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) { return pull.Dial(ctx, nil, r.Address) }
}

// Run runs the server until Stop.
func (r *Rig) Run(s Server) {
	r.server = s
	ctx, cancel := context.WithCancel(context.Background())
	swept, served := make(chan struct{}), make(chan error, 1)
	go func() { r.Sessions.Run(ctx); close(swept) }()
	go func() { served <- s.Serve(r.Listener) }()
	r.Stop = sync.OnceFunc(func() {
		grace, done := context.WithTimeout(context.Background(), Patience)
		defer done()
		if err := s.Shutdown(grace); err != nil {
			r.T.Errorf("Shutdown had to cut a connection: %v", err)
		}
		if err := <-served; !errors.Is(err, front.ErrClosed) {
			r.T.Errorf("Serve returned %v", err)
		}
		cancel()
		<-swept
		r.Shards.Close()
		for _, b := range r.open {
			b.Close()
		}
		r.cache.Close()
	})
	r.T.Cleanup(r.Stop)
}

// Connect dials the server until the end of the test.
func (r *Rig) Connect() net.Conn {
	r.T.Helper()
	c, err := r.Dial(r.T.Context(), "tcp", r.Address)
	if err != nil {
		r.T.Fatal(err)
	}
	r.T.Cleanup(func() { c.Close() })
	return c
}

// WaitFor waits until something that is under way has happened.
func (r *Rig) WaitFor(what string, done func() bool) {
	r.T.Helper()
	for limit := time.Now().Add(Patience); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			r.T.Fatalf("in vain: %s", what)
		}
	}
}

// NoSession says that all sessions have ended.
func (r *Rig) NoSession() bool {
	now, _ := r.Sessions.Count()
	return now == 0
}

// Idle says that all connections have ended too.
func (r *Rig) Idle() bool { return r.NoSession() && r.server.Connections() == 0 }

// EventsOf returns the events of one type up to now.
func EventsOf[E event.Event](r *Rig) (list []E) {
	for len(r.events.C()) > 0 {
		r.list = append(r.list, (<-r.events.C()).Event)
	}
	for _, x := range r.list {
		if x, ok := x.(E); ok {
			list = append(list, x)
		}
	}
	return list
}

// ForgetEvents makes EventsOf begin anew.
func (r *Rig) ForgetEvents() { EventsOf[event.Event](r); r.list = nil }
