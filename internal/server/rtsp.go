package server

import (
	"context"
	"errors"
	"net"

	"caracal/internal/config"
	"caracal/rtsp"
)

// startRTSP listens for RTSP, plain and over TLS, as the configuration wants it.
func (s *Server) startRTSP(ctx context.Context) error {
	c := &s.cfg.RTSP
	if err := s.rtsps.listen(ctx, &c.TLS, "rtsp.tls.address"); err != nil {
		return err
	}
	if c.Address == config.Off && !c.TLS.On() {
		return nil
	}
	var l net.Listener
	var media *rtsp.Media
	port := uint16(0)
	if c.Address != config.Off {
		var err error
		if l, err = (&net.ListenConfig{}).Listen(ctx, "tcp", c.Address); err != nil {
			return errors.Join(listenError("rtsp.address", "--rtsp", c.Address, err), s.rtsps.close())
		}
		media = s.rtspMedia()
	}
	if media != nil {
		port, _ = media.Ports()
	}
	server := rtsp.NewServer(rtsp.ServerOptions{
		Options: s.frontOptions("rtsp"), Points: s.points, Sessions: s.sessions,
		SessionTimeout: s.cfg.Sessions.IdleTimeout, Media: media,
	})
	s.rtsp.begin(s, "rtsp", l, server, port)
	s.rtsps.begin(s, "rtsps", &c.TLS, nil, server.ServeTLS)
	return nil
}

// rtspMedia opens the UDP ports; nil is media over TCP only, which is better than
// none: a second server on the same machine is the usual reason.
func (s *Server) rtspMedia() *rtsp.Media {
	if s.cfg.RTSP.UDPPort < 0 {
		return nil
	}
	host, _, _ := net.SplitHostPort(s.cfg.RTSP.Address)
	media, err := rtsp.ListenMedia(host, s.cfg.RTSP.UDPPort)
	if err != nil {
		s.log.Warn("no RTP over UDP: its ports cannot be had; players get media over TCP", "port", s.cfg.RTSP.UDPPort, "error", err)
		return nil
	}
	if !s.cfg.RTSP.UDPSegmentation {
		media.DisableSegmentation()
	}
	return media
}

// RTSPAddr is where the server listens for RTSP; nil: it does not.
func (s *Server) RTSPAddr() net.Addr { return s.rtsp.addr() }
