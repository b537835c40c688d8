package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/net/netutil"

	"caracal/internal/cert"
	"caracal/internal/config"
	"caracal/internal/front"
	"caracal/web/api"
)

// The bounds of the admin listener.
const (
	adminHeadTimeout  = 5 * time.Second
	adminReadTimeout  = 30 * time.Second
	adminWriteTimeout = 30 * time.Second // who needs longer moves its own deadline
	adminIdleTimeout  = time.Minute
	adminMaxHead      = 16 << 10 // bytes
	adminMaxConns     = 128
)

// admin is the listener for who looks after the server; its zero value is off.
type admin struct {
	listener net.Listener
	server   *http.Server
	mux      *http.ServeMux
	api      *api.API
	serving  bool
	served   chan struct{}
	who      atomic.Pointer[adminWho]

	connections atomic.Int64
}

// adminWho are the names that the listener is asked by, and who reads the metrics.
type adminWho struct {
	hosts    []string
	scrapers []netip.Prefix
}

// setWho takes both from a configuration.
func (a *admin) setWho(c *config.Admin) error {
	scrapers, err := c.Networks()
	if err == nil {
		a.who.Store(&adminWho{c.Hosts, scrapers})
	}
	return err
}

// startAdmin listens, if the configuration wants it. A default address that is taken,
// most likely by a second server on the same machine, is not worth an end.
func (s *Server) startAdmin(ctx context.Context) error {
	c := &s.cfg.Admin
	if c.Address == config.Off {
		return nil
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Address)
	if err != nil && s.cfg.AdminGiven() {
		return listenError("admin.address", "--admin", c.Address, err)
	}
	if err != nil {
		s.log.Warn("no admin listener, so neither caracal ctl nor metrics: choose another address with --admin", "address", c.Address, "error", err)
		return nil
	}
	a := &s.admin
	l = netutil.LimitListener(l, adminMaxConns) // below TLS, which net/http has to see
	if t := &c.TLS; t.On() {
		l = front.NewSecureListener(l, s.certs.secure(t.Certificate, t.Key, cert.Offer{Protocols: []string{"http/1.1"}}), &s.bus, "admin")
	}
	if err := a.setWho(c); err != nil {
		return errors.Join(err, l.Close())
	}
	a.listener, a.served = l, make(chan struct{})
	a.api = s.newAPI()
	a.mux = s.adminMux()
	if err := s.mountConsole(a.mux); err != nil {
		return errors.Join(err, l.Close())
	}
	a.server = &http.Server{
		Handler: behindProxies(s.proxies, a), ReadHeaderTimeout: adminHeadTimeout, ReadTimeout: adminReadTimeout, WriteTimeout: adminWriteTimeout,
		IdleTimeout: adminIdleTimeout, MaxHeaderBytes: adminMaxHead, ConnContext: s.withDialogue, ConnState: a.count,
		ErrorLog: slog.NewLogLogger(s.log.With("proto", "admin").Handler(), slog.LevelDebug),
	}
	return nil
}

// count counts the connections that there are.
func (a *admin) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		a.connections.Add(1)
	case http.StateClosed, http.StateHijacked:
		a.connections.Add(-1)
	}
}

// serve begins to answer: all that the answers are about has begun.
func (a *admin) serve(log *slog.Logger) {
	if a.server == nil {
		return
	}
	a.serving = true
	go func() {
		defer close(a.served)
		if err := a.server.Serve(a.listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("a listener failed", "proto", "admin", "error", err)
		}
	}()
	log.Info("serving admin", "address", a.listener.Addr().String())
}

// adminMux has all that the admin listener answers.
func (s *Server) adminMux() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", serveAlive)
	mux.HandleFunc("GET /readyz", s.serveReady)
	mux.Handle(apiRoot, s.admin.api)
	mux.HandleFunc("GET /metrics", s.admin.scrapes(s.metrics.Handler()))
	for path, h := range map[string]http.HandlerFunc{
		"/debug/pprof/": pprof.Index, "/debug/pprof/cmdline": pprof.Cmdline, "/debug/pprof/profile": pprof.Profile,
		"/debug/pprof/symbol": pprof.Symbol, "/debug/pprof/trace": pprof.Trace,
	} {
		mux.HandleFunc(path, onlyLocal(h))
	}
	return mux
}

// ServeHTTP answers who has the right name for the server: a page in a browser whose
// own name was made to lead here has another one.
func (a *admin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	if !a.isNamed(r.Host) {
		problem(w, http.StatusMisdirectedRequest, "not a name of this server: ask for localhost or an address, or write the name into admin.hosts")
		return
	}
	a.mux.ServeHTTP(w, r)
}

// isNamed says whether a Host header is one that no foreign page can have.
func (a *admin) isNamed(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	}
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if name == "localhost" {
		return true
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	return slices.ContainsFunc(a.who.Load().hosts, func(h string) bool { return strings.EqualFold(h, name) })
}

// onlyLocal is for what shows the inside of the server: programs on this machine only,
// no pages in a browser.
func onlyLocal(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !isLocal(r) || isPage(r) {
			problem(w, http.StatusForbidden, "only programs on the server's own machine get this")
			return
		}
		h(w, r)
	}
}

// isLocal says whether somebody on this machine asks, for itself: not a proxy that
// stands here for others, nor a foreign page whose name was made to lead here.
func isLocal(r *http.Request) bool {
	return remoteAddr(r).Unmap().IsLoopback() && !isForwarded(r) && namesLocal(r)
}

// AdminAddr is where the server listens for who looks after it; nil: it does not.
func (s *Server) AdminAddr() net.Addr {
	if s.admin.listener == nil {
		return nil
	}
	return s.admin.listener.Addr()
}

// AdminScheme is "https" if that listener is one of TLS, else "http".
func (s *Server) AdminScheme() string {
	if s.cfg.Admin.TLS.On() {
		return "https"
	}
	return "http"
}

// close ends the listener and its connections: what they wait for may never come.
func (a *admin) close() error {
	if a.server == nil {
		return nil
	}
	a.api.Close()
	if !a.serving {
		return a.listener.Close()
	}
	err := a.server.Close()
	<-a.served
	return err
}
