// Package server wires the parts of Caracal into one server: it starts and
// ends them in order, publishes the points of the configuration and answers
// over HTTP what is not a player's request.
package server

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"caracal/internal/config"
	"caracal/internal/credential"
	"caracal/internal/event"
	"caracal/internal/forward"
	"caracal/internal/front"
	"caracal/internal/hook"
	"caracal/internal/metrics"
	"caracal/internal/pace"
	"caracal/internal/point"
	"caracal/internal/redact"
	"caracal/internal/session"
	"caracal/internal/source"
	"caracal/web/api"
	"caracal/wmsp"
)

// Server is all of Caracal in one process. Its life is New, Start, Wait or
// Shutdown; Close ends one that was not started.
type Server struct {
	cfg  *config.Config
	log  *slog.Logger
	name string // in Via headers; no other process has it

	bus      event.Bus
	access   *Access
	counter  *counter
	hooks    *hook.Set
	metrics  *metrics.Metrics
	cache    *source.Cache
	points   *point.Registry
	programs *programLists
	content  []content
	lists    lists

	credentials credential.Book // at other servers
	circles     source.Circles
	catalog     catalog
	titles      titles
	sessions    *session.Manager
	limits      limits
	shards      *pace.Group
	http        *wmsp.Server
	plain       *front.Acceptor // of programs that get a broadcast as a file
	push        *wmsp.PushServer
	rtsp        mediaFront
	mms         mediaFront
	admin       admin
	certs       certificates
	https       secureFront
	rtsps       secureFront
	proxies     forward.Proxies        // that say for whom they ask
	outgoing    *tls.Config            // nil: as the system has it
	msbd        map[string]*mediaFront // by the names of their points

	accessLog accessLog
	published *published
	reloads   reloads
	retired   retired
	events    *api.Events
	kept      *api.Log
	operator  *slog.Logger // as it was given, without kept
	figures   *figures

	guarding   sync.Mutex            // held while rules of points are made
	mu         sync.RWMutex          // guards content, hooks, msbd and multicasts
	multicasts map[string]*multicast // by the names of their points
	copied     copyArchives          // of points that encoders have made

	started  time.Time
	listener net.Listener
	draining atomic.Bool
	sweeper  func() // stops the session manager's Run and waits for it
	served   chan struct{}
	err      error // of Serve, set before served is closed
}

// idleMargin is how much longer than it says the server remembers a player,
// for delays on the way.
const idleMargin = 10 * time.Second

// New opens what the configuration publishes; without points that is the
// embedded sample. Its errors say what to do.
func New(cfg *config.Config, log *slog.Logger) (*Server, error) {
	s := &Server{
		cfg: cfg, log: log, name: newName(), started: time.Now(), served: make(chan struct{}),
		cache: source.NewCache(int64(cfg.Cache.Memory)), points: point.NewRegistry(),
		kept: api.NewLog(redact.Text), operator: log, multicasts: map[string]*multicast{}, msbd: map[string]*mediaFront{},
	}
	s.log = slog.New(s.kept.Handler(log.Handler()))
	s.lists = lists{server: s, books: map[string]*book{}}
	s.programs = newProgramLists(s, openState(cfg.State, s.log))
	s.published = newPublished(s)
	s.reloads.server, s.retired.server = s, s
	s.alsoReload(func() { s.ReloadCertificates() }) // who tells what is wrong with them
	s.alsoReload(s.rereadCredentials)
	s.logWarnings(cfg)
	s.events = api.NewEvents(&s.bus, s.apiEvent)
	s.figures = newFigures(s)
	s.counter = newCounter(s.bus.Subscribe(eventQueue), s.log) // first: content has events
	if err := s.openFiles(); err != nil {
		s.events.Close()
		s.counter.close()
		return nil, err
	}
	if err := s.setCredentials(cfg); err != nil {
		s.access.Close()
		s.events.Close()
		s.counter.close()
		return nil, err
	}
	s.hooks = s.newHooks()
	s.metrics = s.newMetrics()
	if err := s.publish(); err != nil {
		s.access.Close()
		s.closeContent()
		s.closeListeners()
		return nil, err
	}
	now := s.published.configuration() // with what was changed
	s.sessions = session.NewManager(sessionOptions(now), &s.bus)
	s.limits = newLimits(now)
	if err := s.startAccessLog(); err != nil {
		s.access.Close()
		s.closeContent()
		s.closeListeners()
		return nil, err
	}
	s.shards = pace.NewGroup(0)
	s.http = wmsp.NewServer(s.wmspOptions())
	s.plain = s.newPlain()
	s.push = s.newPushServer()
	return s, nil
}

// openFiles reads the certificates and opens the accounts.
func (s *Server) openFiles() error {
	if err := s.readTLS(); err != nil {
		return err
	}
	s.alsoReload(func() { s.ReloadCertificates() }) // which says by itself what is wrong
	return s.openAccess()
}

func (s *Server) wmspOptions() wmsp.ServerOptions {
	h := &s.cfg.HTTP
	return wmsp.ServerOptions{
		Options: front.Options{
			Shards: s.shards, Bus: &s.bus, Log: s.log.With("proto", "http"),
			HeadTimeout: h.HeadTimeout, WriteTimeout: h.WriteTimeout, KeepAlive: h.KeepAlive,
			MaxConnections: h.MaxConnections, MaxPerAddress: h.MaxConnectionsPerAddress, Via: s.name,
			Gate: s.limits.gate, Requests: s.limits.requests, Proxies: s.proxies, Guard: s.access.Guard,
		},
		Persona: personaOf(s.cfg), Points: s.points, Sessions: s.sessions, Handler: behindProxies(s.proxies, s),
		SessionTimeout: s.cfg.Sessions.IdleTimeout, ConnContext: s.withDialogue,
	}
}

// Start listens and serves; when it returns, Addr is known. ctx bounds the
// start only.
func (s *Server) Start(ctx context.Context) error {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.cfg.HTTP.Address)
	if err != nil {
		return listenError("http.address", "--http", s.cfg.HTTP.Address, err)
	}
	for _, start := range []func(context.Context) error{s.startHTTPS, s.startRTSP, s.startMMS, s.startMulticasts, s.startMSBD, s.startAdmin} {
		if err := start(ctx); err != nil {
			return errors.Join(err, l.Close(), s.https.close(), s.rtsp.shutdown(ctx), s.mms.shutdown(ctx), s.stopMulticasts(), s.stopMSBD(ctx), s.admin.close())
		}
	}
	s.listener = l
	s.startSources()
	sweep, stop := context.WithCancel(context.Background())
	swept := make(chan struct{})
	measured := make(chan struct{})
	revoked := s.watchAccounts(sweep)
	watched := make(chan struct{})
	s.sweeper = func() { stop(); <-swept; <-measured; <-watched; revoked() }
	go func() { defer close(swept); s.sessions.Run(sweep) }()
	go func() { defer close(measured); s.figures.run(sweep) }()
	go func() { defer close(watched); s.watchCertificates(sweep) }()
	go func() {
		defer close(s.served)
		if err := s.http.Serve(l); !errors.Is(err, front.ErrClosed) {
			s.err = err
		}
	}()
	s.https.begin(s, "https", &s.cfg.HTTP.TLS, []string{"http/1.1"}, s.http.ServeTLS)
	s.admin.serve(s.log)
	s.log.Info("serving", "address", l.Addr().String(), "points", len(s.content), "version", Version().Text)
	return nil
}

// Addr is where the server listens.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Wait returns when the server no longer accepts connections: nil after
// Shutdown, else why.
func (s *Server) Wait() error {
	<-s.served
	return s.err
}

// Shutdown refuses new players, tells the present ones that their streams are
// over, waits until they have gone or ctx is done, and ends everything. It may
// be called once, after Start.
func (s *Server) Shutdown(ctx context.Context) error {
	s.draining.Store(true)
	s.reloads.close()
	s.published.end()
	now, _ := s.sessions.Count()
	s.log.Info("shutting down", "players", now)
	s.push.Shutdown()
	s.endLive()
	media := make(chan error, 3)
	for _, stop := range []func(context.Context) error{s.rtsp.shutdown, s.mms.shutdown, s.stopMSBD} {
		go func() { media <- stop(ctx) }()
	}
	err := errors.Join(s.stopMulticasts(), s.http.Shutdown(ctx), s.plain.Shutdown(ctx, func() {}), <-media, <-media, <-media)
	if left := s.sessions.Drain(ctx); left > 0 {
		s.log.Warn("players were cut off", "players", left)
	}
	<-s.served
	s.https.served.Wait()
	s.rtsps.served.Wait()
	s.sweeper()
	err = errors.Join(err, s.admin.close())
	s.Close()
	return err
}

// Close ends what New began.
func (s *Server) Close() {
	s.reloads.close()
	s.stopSources()
	s.shards.Close()
	s.lists.pulls.close()
	s.retired.close()
	s.closeContent()
	s.closeListeners()
	if err := s.access.Close(); err != nil {
		s.log.Warn("cannot close the accounts", "error", err)
	}
}

// closeListeners ends who listens to events: there are no more.
func (s *Server) closeListeners() {
	s.events.Close()
	s.hooks.Close(hookGrace)
	s.counter.close()
	s.accessLog.close()
	s.metrics.Close()
}

func (s *Server) closeContent() {
	s.programs.close()
	s.copied.close(s.log)
	for _, c := range s.content {
		if err := c.Close(); err != nil {
			s.log.Debug("cannot close content", "error", err)
		}
	}
	s.cache.Close()
}
