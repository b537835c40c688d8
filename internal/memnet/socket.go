package memnet

import (
	"bytes"
	"context"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

// maxWaiting is how many datagrams a socket keeps before it loses them.
const maxWaiting = 4096

type datagram struct {
	from netip.AddrPort
	b    []byte
}

// socket is a UDP port in memory.
type socket struct {
	n     *Network
	local netip.AddrPort
	in    chan datagram
	gone  chan struct{}
	once  sync.Once
}

// Listen opens a UDP port. For port 0 it chooses an even one, and the next is
// free too.
func (n *Network) Listen(_ context.Context, _, address string) (net.PacketConn, error) {
	local, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if local.Port() == 0 {
		n.ports += 2
		local = netip.AddrPortFrom(local.Addr(), firstPort+n.ports)
	}
	if n.sockets[local] != nil {
		return nil, os.ErrExist
	}
	s := &socket{n: n, local: local, in: make(chan datagram, maxWaiting), gone: make(chan struct{})}
	n.sockets[local] = s
	return s, nil
}

// Pass has f say what becomes of datagrams on their way: nothing, or several.
// f must not use the network, but for Deliver.
func (n *Network) Pass(f func(from, to netip.AddrPort, b []byte) [][]byte) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.pass = f
}

// Drop loses the datagrams that f picks.
func (n *Network) Drop(f func(from, to netip.AddrPort, b []byte) bool) {
	n.Pass(func(from, to netip.AddrPort, b []byte) [][]byte {
		if f(from, to, b) {
			return nil
		}
		return [][]byte{b}
	})
}

// Deliver puts a datagram where it goes, past what Pass has set; only its f may
// call it.
func (n *Network) Deliver(from, to netip.AddrPort, b []byte) {
	if s := n.sockets[to]; s != nil {
		select {
		case s.in <- datagram{from, bytes.Clone(b)}:
		default:
		}
	}
}

func (s *socket) ReadFrom(b []byte) (int, net.Addr, error) {
	select {
	case d := <-s.in:
		return copy(b, d.b), net.UDPAddrFromAddrPort(d.from), nil
	case <-s.gone:
		return 0, nil, net.ErrClosed
	}
}

func (s *socket) WriteTo(b []byte, to net.Addr) (int, error) {
	target, err := netip.ParseAddrPort(to.String())
	if err != nil {
		return 0, err
	}
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	all := [][]byte{b}
	if s.n.pass != nil {
		all = s.n.pass(s.local, target, b)
	}
	for _, one := range all {
		s.n.Deliver(s.local, target, one)
	}
	return len(b), nil
}

func (s *socket) Close() error {
	s.once.Do(func() {
		s.n.mu.Lock()
		delete(s.n.sockets, s.local)
		s.n.mu.Unlock()
		close(s.gone)
	})
	return nil
}

func (s *socket) LocalAddr() net.Addr              { return net.UDPAddrFromAddrPort(s.local) }
func (s *socket) SetDeadline(time.Time) error      { return nil }
func (s *socket) SetReadDeadline(time.Time) error  { return nil }
func (s *socket) SetWriteDeadline(time.Time) error { return nil }
