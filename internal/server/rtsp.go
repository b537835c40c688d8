package server

import (
	"context"
	"net"

	"caracal/internal/config"
	"caracal/rtsp"
)

// startRTSP listens for RTSP, if the configuration wants it.
func (s *Server) startRTSP(ctx context.Context) error {
	if s.cfg.RTSP.Address == config.Off {
		return nil
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.cfg.RTSP.Address)
	if err != nil {
		return listenError("rtsp.address", "--rtsp", s.cfg.RTSP.Address, err)
	}
	media := s.rtspMedia()
	port := uint16(0)
	if media != nil {
		port, _ = media.Ports()
	}
	s.rtsp.begin(s, "rtsp", l, rtsp.NewServer(rtsp.ServerOptions{
		Options: s.frontOptions("rtsp"), Points: s.points, Sessions: s.sessions,
		SessionTimeout: s.cfg.Sessions.IdleTimeout, Media: media,
	}), port)
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
