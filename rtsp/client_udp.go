package rtsp

import (
	"context"
	"net"
	"net/netip"
	"strconv"
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
func (s *clientSession) listenFor(ctx context.Context, rtx, media []setup) error {
	var udp []*setup
	for i := range media {
		if media[i].transport.Lower == LowerUDP {
			udp = append(udp, &media[i])
		}
	}
	if len(udp) == 0 {
		return nil
	}
	conn, err := s.c.listen(ctx, net.JoinHostPort(s.localHost(), "0"))
	if err != nil {
		return err
	}
	socket := &clientSocket{conn: conn}
	if !s.adopt(func() { s.media = socket }, socket, s.datagram) {
		return errClosed
	}
	for _, one := range udp {
		one.transport.ClientPort = PortPair{RTP: localPort(conn), Count: 1}
	}
	for i := range rtx {
		pair, err := s.listenPair(ctx)
		if err != nil {
			return err
		}
		if !s.adopt(func() { s.rtx = pair }, &pair.rtp, s.resent) || !s.adopt(func() {}, &pair.rtcp, s.rtcp) {
			pair.close()
			return errClosed
		}
		port := localPort(pair.rtp.conn)
		rtx[i].transport = Transport{Unicast: true, Mode: "PLAY", ClientPort: PortPair{port, port + 1, 2}}
	}
	return nil
}

// listenPair opens two ports in a row.
func (s *clientSession) listenPair(ctx context.Context) (*clientRTX, error) {
	host := s.localHost()
	var last error
	for range clientPortTries {
		first, err := s.c.listen(ctx, net.JoinHostPort(host, "0"))
		if err != nil {
			return nil, err
		}
		port := localPort(first)
		second, err := s.c.listen(ctx, net.JoinHostPort(host, strconv.Itoa(int(port)+1)))
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
	server := addrOf(s.conn.RemoteAddr()).Addr()
	for {
		n, from, err := socket.conn.ReadFrom(b)
		if err != nil {
			return // shut closes it
		}
		s.mu.Lock()
		if server.IsValid() && addrOf(from).Addr() != server {
			s.stats.Strange++
		} else {
			take(b[:n])
		}
		s.mu.Unlock()
	}
}

// selected takes the server's ports. The caller holds mu.
func (x *clientRTX) selected(s *clientSession, t Transport) {
	x.ssrc = t.SSRC
	x.rtp.peer = s.peer(t.ServerPort.RTP)
	x.rtcp.peer = s.peer(t.ServerPort.RTCP)
	x.ready = t.ServerPort.Count == 2 && t.HasSSRC && x.rtcp.peer.IsValid()
}

// peer is a port of the server.
func (s *clientSession) peer(port uint16) netip.AddrPort {
	return netip.AddrPortFrom(addrOf(s.conn.RemoteAddr()).Addr(), port)
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
		report, err := AppendReceiverReport(nil, 0, nil, clientPunchCNAME)
		if err != nil {
			return err
		}
		socket.send(report)
	}
	return nil
}

// send loses what cannot be sent, as the network does.
func (c *clientSocket) send(b []byte) { c.conn.WriteTo(b, net.UDPAddrFromAddrPort(c.peer)) }

func (s *clientSession) localHost() string {
	if a := addrOf(s.conn.LocalAddr()).Addr(); a.IsValid() {
		return a.String()
	}
	return ""
}

func localPort(c net.PacketConn) uint16 { return addrOf(c.LocalAddr()).Port() }

// addrOf returns the zero value for what is no address and port.
func addrOf(a net.Addr) netip.AddrPort {
	if a == nil {
		return netip.AddrPort{}
	}
	p, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
}
