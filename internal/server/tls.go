package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"caracal/internal/cert"
	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/internal/front"
	"caracal/internal/metrics"
)

// certificateEvery is how often the files of certificates are looked at.
const certificateEvery = 3 * time.Second

// handshakeTimeout is how long somebody may take to become a connection of TLS.
const handshakeTimeout = 10 * time.Second

// certificates are those of all listeners; each pair of files is there once.
type certificates struct {
	keepers map[cert.Files]*cert.Keeper
}

// openCertificates reads the pairs that the configuration names.
func openCertificates(cfg *config.Config) (certificates, error) {
	c := certificates{map[cert.Files]*cert.Keeper{}}
	for _, p := range cfg.Pairs() {
		f := cert.Files{Certificate: p.Certificate, Key: p.Secret}
		if c.keepers[f] != nil {
			continue
		}
		k, err := cert.Open(f)
		if err != nil {
			return c, fmt.Errorf("%s: %w\ncaracal config check says more", p.Key, err)
		}
		c.keepers[f] = k
	}
	return c, nil
}

// secure is how a listener with these files makes connections TLS.
func (c *certificates) secure(certificate, key string, o cert.Offer) *front.Secure {
	k := c.keepers[cert.Files{Certificate: certificate, Key: key}]
	return &front.Secure{Config: k.Config(o), Timeout: handshakeTimeout}
}

// readTLS reads what the configuration names for TLS, and the proxies that it trusts.
func (s *Server) readTLS() (err error) {
	if s.proxies, err = s.cfg.Proxies(); err != nil {
		return err
	}
	if s.outgoing, err = outgoingTLS(s.cfg); err != nil {
		return err
	}
	if s.certs, err = openCertificates(s.cfg); err != nil {
		return err
	}
	wrong, soon := CheckCertificates(s.cfg)
	for _, fault := range append(wrong, soon...) {
		s.log.Warn("a certificate that players will mind", "error", fault)
	}
	return nil
}

// startHTTPS listens for HTTP over TLS, if the configuration wants it.
func (s *Server) startHTTPS(ctx context.Context) error {
	return s.https.listen(ctx, &s.cfg.HTTP.TLS, "http.tls.address")
}

// CheckCertificates says what is wrong with the certificates of a configuration: which
// cannot be used, or will be minded by players, and which are about to.
func CheckCertificates(cfg *config.Config) (wrong, soon []error) {
	for _, p := range cfg.Pairs() {
		pair, err := cert.Files{Certificate: p.Certificate, Key: p.Secret}.Load()
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", p.Key, err))
			continue
		}
		for _, fault := range cert.Faults(pair.Leaf, time.Now(), p.Names...) {
			wrong = append(wrong, fmt.Errorf("%s: %s: %s", p.Key, p.Certificate, fault))
		}
		if text := cert.Soon(pair.Leaf, time.Now()); text != "" {
			soon = append(soon, fmt.Errorf("%s: %s: %s", p.Key, p.Certificate, text))
		}
	}
	if _, err := outgoingTLS(cfg); err != nil {
		wrong = append(wrong, err)
	}
	return wrong, soon
}

// ReloadCertificates takes up what the files of all certificates hold now, as happens
// by itself within seconds after they change. A pair that cannot be used leaves the
// one before in its place, and is an error.
func (s *Server) ReloadCertificates() error {
	var errs []error
	for _, k := range s.certs.keepers {
		changed, err := k.Reload()
		s.tellCertificate(k, changed, err)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// watchCertificates looks at the files until ctx is done.
func (s *Server) watchCertificates(ctx context.Context) {
	if len(s.certs.keepers) == 0 {
		return
	}
	tick := time.NewTicker(certificateEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for _, k := range s.certs.keepers {
			changed, err := k.Look()
			s.tellCertificate(k, changed, err)
		}
	}
}

func (s *Server) tellCertificate(k *cert.Keeper, changed bool, err error) {
	file, leaf := k.Files.Certificate, k.Pair().Leaf
	switch {
	case err != nil:
		s.log.Error("a new certificate cannot be used, the one before stays", "file", file, "error", err, "until", leaf.NotAfter)
		s.bus.Publish(event.CertificateFailed{File: file, Err: err})
	case changed:
		s.log.Info("a new certificate", "file", file, "until", leaf.NotAfter)
		s.bus.Publish(event.CertificateLoaded{File: file, NotAfter: leaf.NotAfter})
	}
}

func (s *Server) lookCertificates(yield func(*metrics.Certificate)) {
	for f, k := range s.certs.keepers {
		yield(&metrics.Certificate{File: f.Certificate, NotAfter: k.Pair().Leaf.NotAfter})
	}
}

// secureFront is a listener of TLS for what a plain one serves too; its zero value is
// off.
type secureFront struct {
	listener net.Listener
	served   sync.WaitGroup
	failed   atomic.Bool
}

// listen opens the listener that the configuration wants; key is its own.
func (f *secureFront) listen(ctx context.Context, t *config.TLS, key string) error {
	if !t.On() {
		return nil
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", t.Address)
	if err != nil {
		return listenError(key, "--set "+key+"=ADDR", t.Address, err)
	}
	f.listener = l
	return nil
}

// begin serves what connects, until the server that has serve is shut down.
func (f *secureFront) begin(s *Server, protocol string, t *config.TLS, alpn []string, serve func(net.Listener, *front.Secure) error) {
	if f.listener == nil {
		return
	}
	secure := s.certs.secure(t.Certificate, t.Key, cert.Offer{Protocols: alpn, OldClients: t.OldClients})
	f.served.Go(func() {
		if err := serve(f.listener, secure); !errors.Is(err, front.ErrClosed) {
			f.failed.Store(true)
			s.log.Error("a listener failed", "proto", protocol, "error", err)
		}
	})
	s.log.Info("serving "+protocol, "address", f.listener.Addr().String(), "oldest", tls.VersionName(secure.Config.MinVersion))
}

// close is for a listener that nothing has begun to serve.
func (f *secureFront) close() error {
	if f.listener == nil {
		return nil
	}
	return f.listener.Close()
}

// addr is where it listens; nil: it does not.
func (f *secureFront) addr() net.Addr {
	if f.listener == nil {
		return nil
	}
	return f.listener.Addr()
}

func (f *secureFront) state() string {
	switch {
	case f.listener == nil:
		return listenerOff
	case f.failed.Load():
		return listenerFailed
	}
	return listenerUp
}

// HTTPSAddr is where the server listens for HTTP over TLS, RTSPSAddr for RTSP; nil: it
// does not.
func (s *Server) HTTPSAddr() net.Addr { return s.https.addr() }

// RTSPSAddr is HTTPSAddr's for RTSP.
func (s *Server) RTSPSAddr() net.Addr { return s.rtsps.addr() }
