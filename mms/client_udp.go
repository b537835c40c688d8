package mms

import (
	"net"
	"net/netip"
	"time"

	"caracal/internal/pull"
)

const maxClientDatagram = 65535 // bytes

// clientSocket is the UDP port that data packets come to.
type clientSocket struct {
	conn net.PacketConn
	peer netip.AddrPort // where requests for lost packets go, [MS-MMSP] 3.1.4.7
}

// receive takes datagrams of the server until shut closes the socket.
func (s *clientSession) receive() {
	b := make([]byte, maxClientDatagram)
	for {
		n, from, err := s.socket.conn.ReadFrom(b)
		if err != nil {
			return
		}
		s.mu.Lock()
		s.datagram(b[:n], pull.AddrPort(from).Addr())
		s.mu.Unlock()
	}
}

// datagram takes one data packet. The caller holds mu.
func (s *clientSession) datagram(b []byte, from netip.Addr) {
	d, err := ParseDatagram(b)
	if err != nil || !s.udp || s.socket.peer.IsValid() && from != s.socket.peer.Addr() {
		s.stats.Strange++
		return
	}
	s.heardAt = time.Now()
	if err := s.data(d, false); err != nil {
		s.shutLocked(err)
	}
}

// request asks for packets again and loses what cannot be sent, as the network
// does. The caller holds mu.
func (s *clientSession) request(missing []Sequence) {
	for len(missing) > 0 {
		r := ResendRequest{ClientID: s.clientID, SourceID: uint16(s.file.OpenFileID)}
		r.NumPackets = copy(r.Packets[:], missing)
		s.socket.conn.WriteTo(r.Append(nil), net.UDPAddrFromAddrPort(s.socket.peer))
		s.stats.Requests++
		s.stats.Asked += uint64(r.NumPackets)
		missing = missing[r.NumPackets:]
	}
}
