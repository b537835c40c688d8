package rtsp

import (
	"errors"
	"net"
	"sync"

	"caracal/internal/pace"
	"caracal/internal/udp"
)

// Media is the pair of UDP ports that all sessions share: RTP leaves from the
// one, RTCP goes to and comes from the other.
type Media struct {
	rtp, rtcp *net.UDPConn

	uncut bool // every datagram is sent for itself

	mu      sync.Mutex
	senders map[*pace.Shard]*mediaSender
	readers sync.WaitGroup
}

// mediaSender is one shard's way out.
type mediaSender struct{ rtp, rtcp *udp.Sender }

// mediaTries is how often ListenMedia looks for two neighbouring ports.
const mediaTries = 100

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
	open := func(port int) (*net.UDPConn, error) {
		a, err := net.ResolveUDPAddr("udp", net.JoinHostPort(host, "0"))
		if err != nil {
			return nil, err
		}
		a.Port = port
		return net.ListenUDP("udp", a)
	}
	rtp, err := open(port)
	if err != nil {
		return nil, err
	}
	first := rtp.LocalAddr().(*net.UDPAddr).Port
	if port == 0 && first%2 != 0 {
		rtp.Close()
		return nil, errors.New("rtsp: no even port was free")
	}
	rtcp, err := open(first + 1)
	if err != nil {
		rtp.Close()
		return nil, err
	}
	return &Media{rtp: rtp, rtcp: rtcp, senders: map[*pace.Shard]*mediaSender{}}, nil
}

// DisableSegmentation has every datagram sent for itself. It is for drivers that
// cut messages wrongly, and comes before the Media is used.
func (m *Media) DisableSegmentation() { m.uncut = true }

// Ports returns the ports of RTP and RTCP.
func (m *Media) Ports() (rtp, rtcp uint16) {
	return uint16(m.rtp.LocalAddr().(*net.UDPAddr).Port), uint16(m.rtcp.LocalAddr().(*net.UDPAddr).Port)
}

// sender returns a shard's way out.
func (m *Media) sender(s *pace.Shard) (*mediaSender, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if out := m.senders[s]; out != nil {
		return out, nil
	}
	rtp, err := udp.NewSender(m.rtp)
	if err != nil {
		return nil, err
	}
	rtcp, err := udp.NewSender(m.rtcp)
	if err != nil {
		return nil, err
	}
	if m.uncut {
		rtp.DisableSegments()
	}
	out := &mediaSender{rtp, rtcp}
	m.senders[s] = out
	return out, nil
}

// start reads RTCP for the server, and what players send to the RTP port to
// open their firewalls, until Close.
func (m *Media) start(s *Server) {
	m.readers.Go(func() {
		b := make([]byte, 4096)
		var missing []Missing
		for {
			n, from, err := m.rtcp.ReadFromUDPAddrPort(b)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err == nil {
				missing = s.rtcp(b[:n], from, missing[:0])
			}
		}
	})
	m.readers.Go(func() {
		b := make([]byte, 1)
		for {
			if _, _, err := m.rtp.ReadFromUDPAddrPort(b); errors.Is(err, net.ErrClosed) {
				return
			}
		}
	})
}

// Close closes the ports and waits for the reader.
func (m *Media) Close() error {
	err := errors.Join(m.rtp.Close(), m.rtcp.Close())
	m.readers.Wait()
	return err
}
