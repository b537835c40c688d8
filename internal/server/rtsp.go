package server

import (
	"context"
	"errors"
	"net"
	"sync"

	"caracal/internal/config"
	"caracal/internal/front"
	"caracal/rtsp"
)

// rtspFront is the RTSP listener and what serves it; its zero value is off.
type rtspFront struct {
	server   *rtsp.Server
	listener net.Listener
	udpPort  uint16 // of RTP; 0: none
	served   sync.WaitGroup
}

// startRTSP listens for RTSP, if the configuration wants it.
func (s *Server) startRTSP(ctx context.Context) error {
	if s.cfg.RTSP.Address == config.Off {
		return nil
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.cfg.RTSP.Address)
	if err != nil {
		return listenError("rtsp.address", "--rtsp", s.cfg.RTSP.Address, err)
	}
	var media *rtsp.Media
	if port := s.cfg.RTSP.UDPPort; port >= 0 {
		host, _, _ := net.SplitHostPort(s.cfg.RTSP.Address)
		if media, err = rtsp.ListenMedia(host, port); err != nil {
			// Media over TCP is better than none; a second server on the same
			// machine is the usual reason.
			s.log.Warn("no RTP over UDP: its ports cannot be had; players get media over TCP", "port", port, "error", err)
		} else if !s.cfg.RTSP.UDPSegmentation {
			media.DisableSegmentation()
		}
	}
	if media != nil {
		s.rtsp.udpPort, _ = media.Ports()
	}
	h := &s.cfg.HTTP
	s.rtsp.listener = l
	s.rtsp.server = rtsp.NewServer(rtsp.ServerOptions{
		Options: front.Options{
			Shards: s.shards, Bus: &s.bus, Log: s.log.With("proto", "rtsp"),
			HeadTimeout: h.HeadTimeout, WriteTimeout: h.WriteTimeout, KeepAlive: h.KeepAlive,
			MaxConnections: h.MaxConnections, MaxPerAddress: h.MaxConnectionsPerAddress,
		},
		Points: s.points, Sessions: s.sessions, SessionTimeout: s.cfg.Sessions.IdleTimeout, Media: media,
	})
	s.rtsp.served.Go(func() {
		if err := s.rtsp.server.Serve(l); !errors.Is(err, rtsp.ErrServerClosed) {
			s.log.Error("the RTSP listener failed", "error", err)
		}
	})
	s.log.Info("serving rtsp", "address", l.Addr().String(), "udp", media != nil)
	return nil
}

func (f *rtspFront) shutdown(ctx context.Context) error {
	if f.server == nil {
		return nil
	}
	err := f.server.Shutdown(ctx)
	f.served.Wait()
	return err
}

// RTSPAddr is where the server listens for RTSP; nil: it does not.
func (s *Server) RTSPAddr() net.Addr {
	if s.rtsp.listener == nil {
		return nil
	}
	return s.rtsp.listener.Addr()
}
