package mms

import (
	"caracal/internal/pace"
	"caracal/internal/udp"
)

// Media is the UDP port that all players share: data packets leave from it and
// ResendRequest comes to it.
type Media struct{ port *udp.Port[*pace.Shard] }

// The reader's buffers: ResendRequest is short, and what is longer is cut and
// refused.
const (
	mediaCount = 16
	mediaSize  = 2 << 10 // bytes
)

// ListenMedia opens the port; 0 is any that is free.
func ListenMedia(host string, port int) (*Media, error) {
	p, err := udp.ListenPort[*pace.Shard](host, port)
	if err != nil {
		return nil, err
	}
	return &Media{p}, nil
}

// DisableSegmentation has every datagram sent for itself. It is for drivers that
// cut messages wrongly, and comes before the Media is used.
func (m *Media) DisableSegmentation() { m.port.DisableSegments() }

// Port returns the port's number.
func (m *Media) Port() uint16 { return m.port.Number() }

// start reads for the server until Close.
func (m *Media) start(s *Server) {
	if err := m.port.Start(mediaCount, mediaSize, s.datagram); err != nil {
		s.opt.Log.Error("nothing that comes over UDP can be read", "error", err)
	}
}

// Close closes the port and waits for its reader.
func (m *Media) Close() error { return m.port.Close() }

// datagram takes what a player sends over UDP, [MS-MMSP] 3.2.5.13: it has to
// come from the address of the player's connection, with its Client-ID. What is
// not so is dropped without a word, for anybody can send it.
func (s *Server) datagram(d udp.Datagram) {
	r, err := ParseResendRequest(d.Payload)
	if err != nil || r.SourceID != openFileID {
		return
	}
	p, ok := s.players.Find(r.ClientID)
	if !ok || p.conn.Addr.Addr().WithZone("") != d.From.Addr().WithZone("") {
		return
	}
	p.conn.hear()
	if p.asked.Add(r.List(), maxAsked) {
		p.conn.Post(p.conn.tx.resend)
	}
}
