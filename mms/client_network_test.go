package mms

import (
	"context"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

var (
	fakeMacAddr    = netip.MustParseAddr("192.0.2.1")
	fakeViewerAddr = netip.MustParseAddr("192.0.2.2")
)

// memNetwork is in memory: servers that listen on TCP, and UDP between any.
type memNetwork struct {
	mu      sync.Mutex
	sockets map[netip.AddrPort]*memSocket
	ports   uint16
	accept  chan net.Conn
	dialed  []string
	// pass returns what a datagram becomes on its way: nothing, or several; nil
	// for what was sent.
	pass func(to netip.AddrPort, b []byte) [][]byte
}

func newMemNetwork() *memNetwork {
	return &memNetwork{sockets: map[netip.AddrPort]*memSocket{}, ports: 40_000, accept: make(chan net.Conn, 8)}
}

// memConn is a net.Pipe with addresses.
type memConn struct {
	net.Conn
	local, remote netip.AddrPort
}

func (c memConn) LocalAddr() net.Addr  { return net.TCPAddrFromAddrPort(c.local) }
func (c memConn) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(c.remote) }

func (n *memNetwork) dial(_ context.Context, _, address string) (net.Conn, error) {
	n.mu.Lock()
	n.dialed = append(n.dialed, address)
	n.mu.Unlock()
	far, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	near := netip.AddrPortFrom(fakeViewerAddr, 50_000)
	a, b := net.Pipe()
	n.accept <- memConn{b, far, near}
	return memConn{a, near, far}, nil
}

type memDatagram struct {
	from netip.AddrPort
	b    []byte
}

type memSocket struct {
	n     *memNetwork
	local netip.AddrPort
	in    chan memDatagram
	gone  chan struct{}
	once  sync.Once
}

func (n *memNetwork) listen(_ context.Context, _, address string) (net.PacketConn, error) {
	local, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if local.Port() == 0 {
		n.ports++
		local = netip.AddrPortFrom(local.Addr(), n.ports)
	}
	if n.sockets[local] != nil {
		return nil, os.ErrExist
	}
	s := &memSocket{n: n, local: local, in: make(chan memDatagram, 4096), gone: make(chan struct{})}
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
	all := [][]byte{b}
	if s.n.pass != nil {
		all = s.n.pass(target, b)
	}
	for _, one := range all {
		if other := s.n.sockets[target]; other != nil {
			select {
			case other.in <- memDatagram{s.local, append([]byte(nil), one...)}:
			default:
			}
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
