package server

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"

	"caracal/internal/front"
)

// mediaServer is what the server roles of the media protocols have in common.
type mediaServer interface {
	Serve(net.Listener) error
	Shutdown(context.Context) error
	Connections() int
}

// mediaFront is a media protocol's listener and what serves it; its zero value
// is off.
type mediaFront struct {
	server   mediaServer
	listener net.Listener
	udpPort  uint16 // that media leaves from; 0: none
	served   sync.WaitGroup
	failed   atomic.Bool
}

// frontOptions are those of all media protocols: the times and numbers of HTTP.
func (s *Server) frontOptions(protocol string) front.Options {
	h := &s.cfg.HTTP
	return front.Options{
		Shards: s.shards, Bus: &s.bus, Log: s.log.With("proto", protocol),
		HeadTimeout: h.HeadTimeout, WriteTimeout: h.WriteTimeout, KeepAlive: h.KeepAlive,
		MaxConnections: h.MaxConnections, MaxPerAddress: h.MaxConnectionsPerAddress, Via: s.name,
		Gate: s.limits.gate, Requests: s.limits.requests, Proxies: s.proxies, Guard: s.access.Guard,
	}
}

// begin serves what connects to l, until shutdown. For nil only the server is there,
// for a listener of TLS.
func (f *mediaFront) begin(s *Server, protocol string, l net.Listener, server mediaServer, udpPort uint16) {
	f.server, f.listener, f.udpPort = server, l, udpPort
	if l == nil {
		return
	}
	f.served.Go(func() {
		if err := server.Serve(l); !errors.Is(err, front.ErrClosed) {
			f.failed.Store(true)
			s.log.Error("a listener failed", "proto", protocol, "error", err)
		}
	})
	s.log.Info("serving "+protocol, "address", l.Addr().String(), "udp", udpPort)
}

func (f *mediaFront) shutdown(ctx context.Context) error {
	if f.server == nil {
		return nil
	}
	err := f.server.Shutdown(ctx)
	f.served.Wait()
	return err
}

// addr is where it listens; nil: it does not.
func (f *mediaFront) addr() net.Addr {
	if f.listener == nil {
		return nil
	}
	return f.listener.Addr()
}

// status is what is told of it; nil: it is off.
func (f *mediaFront) status() *statusFront {
	if f.listener == nil {
		return nil
	}
	return &statusFront{f.listener.Addr().String(), f.server.Connections(), f.udpPort}
}
