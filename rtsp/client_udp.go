package rtsp

import (
	"context"
	"net"
	"net/netip"
	"strconv"

	"caracal/internal/pull"
)

const (
	clientPortTries  = 32    // for a pair of ports
	maxClientPacket  = 65535 // bytes of a datagram
	clientPunchCNAME = "caracal"
)

// clientSocket is a UDP port that packets come to.
type clientSocket struct {
	conn net.PacketConn
	peer netip.AddrPort // of the server; not valid until a response has told
}

// clientRTX is the RTP session of the retransmission stream: a pair of ports.
type clientRTX struct {
	rtp, rtcp clientSocket
	ssrc      uint32
	ready     bool // the server has told its port for NACKs
}

func (x *clientRTX) close() {
	x.rtp.conn.Close()
	x.rtcp.conn.Close()
}

// listenFor opens the ports that setups over UDP need, and writes them into
// their transports: one port for all media, a pair for rtx.
func (s *clientSession) listenFor(ctx context.Context, setups []setup) error {
	for i := range setups {
		for j := range setups[i].transports {
			t := &setups[i].transports[j]
			if t.Lower != LowerUDP {
				continue
			}
			listen := s.listenMedia
			if setups[i].track.kind == trackRTX {
				listen = s.listenRTX
			}
			var err error
			if t.ClientPort, err = listen(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// listenMedia opens the port of all media, or says which one it is.
func (s *clientSession) listenMedia(ctx context.Context) (PortPair, error) {
	s.mu.Lock()
	socket := s.media
	s.mu.Unlock()
	if socket == nil {
		conn, err := pull.Listen(ctx, s.c.Listen, s.conn, "0")
		if err != nil {
			return PortPair{}, err
		}
		socket = &clientSocket{conn: conn}
		if !s.adopt(func() { s.media = socket }, socket, s.datagram) {
			return PortPair{}, errClosed
		}
	}
	return PortPair{RTP: localPort(socket.conn), Count: 1}, nil
}

// listenRTX opens the ports of the retransmission stream.
func (s *clientSession) listenRTX(ctx context.Context) (PortPair, error) {
	pair, err := s.listenPair(ctx)
	if err != nil {
		return PortPair{}, err
	}
	if !s.adopt(func() { s.rtx = pair }, &pair.rtp, s.resent) || !s.adopt(func() {}, &pair.rtcp, s.rtcp) {
		pair.close()
		return PortPair{}, errClosed
	}
	port := localPort(pair.rtp.conn)
	return PortPair{port, port + 1, 2}, nil
}

// resends says that lost packets can be asked for.
func (s *clientSession) resends() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rtx != nil && s.rtx.ready
}

// listenPair opens two ports in a row.
func (s *clientSession) listenPair(ctx context.Context) (*clientRTX, error) {
	var last error
	for range clientPortTries {
		first, err := pull.Listen(ctx, s.c.Listen, s.conn, "0")
		if err != nil {
			return nil, err
		}
		port := localPort(first)
		second, err := pull.Listen(ctx, s.c.Listen, s.conn, strconv.Itoa(int(port)+1))
		if err == nil {
			return &clientRTX{rtp: clientSocket{conn: first}, rtcp: clientSocket{conn: second}}, nil
		}
		first.Close()
		last = err
	}
	return nil, last
}

// adopt gives a socket to the session and reads it. False says that the session
// is over; the socket is closed then.
func (s *clientSession) adopt(keep func(), socket *clientSocket, take func([]byte)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		socket.conn.Close()
		return false
	}
	keep()
	s.wg.Go(func() { s.receive(socket, take) })
	return true
}

// receive hands datagrams of the server to take, which holds mu.
func (s *clientSession) receive(socket *clientSocket, take func([]byte)) {
	b := make([]byte, maxClientPacket)
	for {
		n, from, err := socket.conn.ReadFrom(b)
		if err != nil {
			return // shut closes it
		}
		s.mu.Lock()
		if !s.fromServer(socket, pull.AddrPort(from).Addr()) {
			s.stats.Strange++
		} else {
			take(b[:n])
		}
		s.mu.Unlock()
	}
}

// fromServer says that an address is the server's, as the connection or a
// Transport header has it. The caller holds mu.
func (s *clientSession) fromServer(socket *clientSocket, from netip.Addr) bool {
	server := pull.AddrPort(s.conn.RemoteAddr()).Addr()
	return !server.IsValid() || from == server || from == socket.peer.Addr()
}

// selected takes the server's ports. The caller holds mu.
func (x *clientRTX) selected(s *clientSession, t Transport) {
	x.ssrc = t.SSRC
	x.rtp.peer = s.peer(&t, t.ServerPort.RTP)
	x.rtcp.peer = s.peer(&t, t.ServerPort.RTCP)
	x.ready = t.ServerPort.Count == 2 && t.HasSSRC && x.rtcp.peer.IsValid()
}

// peer is a port of the server, who may send media from another address than
// it listens on.
func (s *clientSession) peer(t *Transport, port uint16) netip.AddrPort {
	if source, err := netip.ParseAddr(t.Source); err == nil && !source.IsUnspecified() {
		return netip.AddrPortFrom(source.Unmap(), port)
	}
	return netip.AddrPortFrom(pull.AddrPort(s.conn.RemoteAddr()).Addr(), port)
}

// punch opens firewalls on the way to the ports that packets come to.
func (s *clientSession) punch() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var sockets []*clientSocket
	if s.media != nil {
		sockets = append(sockets, s.media)
	}
	if s.rtx != nil {
		sockets = append(sockets, &s.rtx.rtp)
	}
	for _, socket := range sockets {
		if !socket.peer.IsValid() || socket.peer.Port() == 0 {
			continue
		}
		report, err := AppendReceiverReport(nil, s.ssrc, nil, clientPunchCNAME)
		if err != nil {
			return err
		}
		socket.send(report)
	}
	return nil
}

// send loses what cannot be sent, as the network does.
func (c *clientSocket) send(b []byte) { c.conn.WriteTo(b, net.UDPAddrFromAddrPort(c.peer)) }

func localPort(c net.PacketConn) uint16 { return pull.AddrPort(c.LocalAddr()).Port() }
