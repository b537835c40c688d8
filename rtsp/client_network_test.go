package rtsp

import (
	"context"
	"net"
	"net/netip"
	"os"
	"strconv"
	"sync"
	"time"
)

var (
	serverAddr = netip.MustParseAddr("192.0.2.1")
	clientAddr = netip.MustParseAddr("192.0.2.2")
)

// network is in memory: one server that listens on TCP, and UDP between any.
type network struct {
	mu      sync.Mutex
	sockets map[netip.AddrPort]*memSocket
	ports   uint16
	accept  chan net.Conn
	drop    func(from, to netip.AddrPort, b []byte) bool // loses a datagram; nil for never
}

func newNetwork() *network {
	return &network{sockets: map[netip.AddrPort]*memSocket{}, ports: 40_000, accept: make(chan net.Conn, 8)}
}

// pipeEnd is a net.Pipe with addresses.
type pipeEnd struct {
	net.Conn
	local, remote netip.AddrPort
}

func (p pipeEnd) LocalAddr() net.Addr  { return net.TCPAddrFromAddrPort(p.local) }
func (p pipeEnd) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(p.remote) }

func (n *network) dial(_ context.Context, _, address string) (net.Conn, error) {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, err
	}
	near, far := netip.AddrPortFrom(clientAddr, 50_000), netip.AddrPortFrom(serverAddr, uint16(number))
	a, b := net.Pipe()
	n.accept <- pipeEnd{b, far, near}
	return pipeEnd{a, near, far}, nil
}

type datagram struct {
	from netip.AddrPort
	b    []byte
}

type memSocket struct {
	n     *network
	local netip.AddrPort
	in    chan datagram
	gone  chan struct{}
	once  sync.Once
}

func (n *network) listen(_ context.Context, _, address string) (net.PacketConn, error) {
	local, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if local.Port() == 0 {
		n.ports += 2
		local = netip.AddrPortFrom(local.Addr(), n.ports)
	}
	if n.sockets[local] != nil {
		return nil, os.ErrExist
	}
	s := &memSocket{n: n, local: local, in: make(chan datagram, 4096), gone: make(chan struct{})}
	n.sockets[local] = s
	return s, nil
}

func (s *memSocket) ReadFrom(b []byte) (int, net.Addr, error) {
	select {
	case d := <-s.in:
		return copy(b, d.b), net.UDPAddrFromAddrPort(d.from), nil
	case <-s.gone:
		return 0, nil, net.ErrClosed
	}
}

func (s *memSocket) WriteTo(b []byte, to net.Addr) (int, error) {
	target := addrOf(to)
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	if s.n.drop != nil && s.n.drop(s.local, target, b) {
		return len(b), nil
	}
	if other := s.n.sockets[target]; other != nil {
		select {
		case other.in <- datagram{s.local, append([]byte(nil), b...)}:
		default:
		}
	}
	return len(b), nil
}

func (s *memSocket) Close() error {
	s.once.Do(func() {
		s.n.mu.Lock()
		delete(s.n.sockets, s.local)
		s.n.mu.Unlock()
		close(s.gone)
	})
	return nil
}

func (s *memSocket) LocalAddr() net.Addr              { return net.UDPAddrFromAddrPort(s.local) }
func (s *memSocket) SetDeadline(time.Time) error      { return nil }
func (s *memSocket) SetReadDeadline(time.Time) error  { return nil }
func (s *memSocket) SetWriteDeadline(time.Time) error { return nil }
