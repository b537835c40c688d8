package server

import (
	"context"
	"net"

	"caracal/internal/config"
	"caracal/mms"
)

// startMMS listens for MMS, if the configuration wants it.
func (s *Server) startMMS(ctx context.Context) error {
	if s.cfg.MMS.Address == config.Off {
		return nil
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.cfg.MMS.Address)
	if err != nil {
		return listenError("mms.address", "--mms", s.cfg.MMS.Address, err)
	}
	media := s.mmsMedia(l)
	port := uint16(0)
	if media != nil {
		port = media.Port()
	}
	s.mms.begin(s, "mms", l, mms.NewServer(mms.ServerOptions{
		Options: s.frontOptions("mms"), Points: s.points, Sessions: s.sessions, Media: media,
	}), port)
	return nil
}

// mmsMedia opens the UDP port, which has the number of the TCP port, [MS-MMSP]
// 3.2.5.11.1; nil is media over TCP only.
func (s *Server) mmsMedia(l net.Listener) *mms.Media {
	if !s.cfg.MMS.UDP {
		return nil
	}
	host, _, _ := net.SplitHostPort(s.cfg.MMS.Address)
	port := l.Addr().(*net.TCPAddr).Port
	media, err := mms.ListenMedia(host, port)
	if err != nil {
		s.log.Warn("no MMS over UDP: its port cannot be had; players get media over TCP", "port", port, "error", err)
		return nil
	}
	if !s.cfg.RTSP.UDPSegmentation {
		media.DisableSegmentation()
	}
	return media
}

// MMSAddr is where the server listens for MMS; nil: it does not.
func (s *Server) MMSAddr() net.Addr { return s.mms.addr() }
