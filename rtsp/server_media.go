package rtsp

import (
	"errors"

	"caracal/internal/pace"
	"caracal/internal/udp"
)

// Media is the pair of UDP ports that all sessions share: RTP leaves from the
// one, RTCP goes to and comes from the other.
type Media struct{ rtp, rtcp *udp.Port[*pace.Shard] }

// mediaSender is one shard's way out.
type mediaSender struct{ rtp, rtcp *udp.Sender }

// mediaTries is how often ListenMedia looks for two neighbouring ports.
const mediaTries = 100

// The readers' buffers: of what comes to the port of RTP nothing is looked at.
const (
	mediaCount  = 16
	mediaSize   = 4 << 10 // bytes
	openingSize = 1       // bytes
)

// ListenMedia opens the ports: port for RTP and the next one for RTCP, or any
// even port with its neighbour when port is 0.
func ListenMedia(host string, port int) (*Media, error) {
	var last error
	for range mediaTries {
		m, err := listenPair(host, port)
		if err == nil {
			return m, nil
		}
		if last = err; port != 0 {
			break
		}
	}
	return nil, last
}

func listenPair(host string, port int) (*Media, error) {
	rtp, err := udp.ListenPort[*pace.Shard](host, port)
	if err != nil {
		return nil, err
	}
	first := int(rtp.Number())
	if port == 0 && first%2 != 0 {
		rtp.Close()
		return nil, errors.New("rtsp: no even port was free")
	}
	rtcp, err := udp.ListenPort[*pace.Shard](host, first+1)
	if err != nil {
		rtp.Close()
		return nil, err
	}
	return &Media{rtp, rtcp}, nil
}

// DisableSegmentation has every datagram sent for itself. It is for drivers that
// cut messages wrongly, and comes before the Media is used.
func (m *Media) DisableSegmentation() { m.rtp.DisableSegments() }

// Ports returns the ports of RTP and RTCP.
func (m *Media) Ports() (rtp, rtcp uint16) { return m.rtp.Number(), m.rtcp.Number() }

// sender returns a shard's way out.
func (m *Media) sender(s *pace.Shard) (*mediaSender, error) {
	rtp, err := m.rtp.Sender(s)
	if err != nil {
		return nil, err
	}
	rtcp, err := m.rtcp.Sender(s)
	if err != nil {
		return nil, err
	}
	return &mediaSender{rtp, rtcp}, nil
}

// start reads RTCP for the server, and what players send to the RTP port to
// open their firewalls, until Close.
func (m *Media) start(s *Server) {
	var missing []Missing
	err := m.rtcp.Start(mediaCount, mediaSize, func(d udp.Datagram) {
		missing = s.rtcp(d.Payload, d.From, missing[:0])
	})
	err = errors.Join(err, m.rtp.Start(mediaCount, openingSize, func(udp.Datagram) {}))
	if err != nil {
		s.opt.Log.Error("nothing that comes over UDP can be read", "error", err)
	}
}

// Close closes the ports and waits for the readers.
func (m *Media) Close() error { return errors.Join(m.rtp.Close(), m.rtcp.Close()) }
