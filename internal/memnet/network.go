// Package memnet is a network in memory, for tests in a synctest bubble: TCP
// to one server, and UDP between any, which may lose what it carries.
package memnet

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"
)

// Server is where all that is dialed by a name is, Client who dials.
var (
	Server = netip.MustParseAddr("192.0.2.1")
	Client = netip.MustParseAddr("192.0.2.2")
)

// Ports are given out above these: by Listen, and to whom Dial connects.
const (
	firstPort = 40_000
	dialPort  = 50_000
)

// Network is the network, and the net.Listener of its server.
type Network struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once

	mu      sync.Mutex
	sockets map[netip.AddrPort]*socket
	ports   uint16 // that Listen has chosen
	dials   uint16
	dialed  []string
	pass    func(from, to netip.AddrPort, b []byte) [][]byte
}

// New returns a network that loses nothing.
func New() *Network {
	return &Network{conns: make(chan net.Conn), done: make(chan struct{}), sockets: map[netip.AddrPort]*socket{}}
}

// conn is a net.Pipe with addresses.
type conn struct {
	net.Conn
	local, remote netip.AddrPort
}

func (c conn) LocalAddr() net.Addr  { return net.TCPAddrFromAddrPort(c.local) }
func (c conn) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(c.remote) }

// Dial connects to the server, whatever host the address names, and waits
// until it accepts.
func (n *Network) Dial(ctx context.Context, _, address string) (net.Conn, error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return nil, err
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		addr = Server
	}
	n.mu.Lock()
	n.dialed = append(n.dialed, address)
	near, far := netip.AddrPortFrom(Client, dialPort+n.dials), netip.AddrPortFrom(addr, uint16(port))
	n.dials++
	n.mu.Unlock()
	a, b := net.Pipe()
	select {
	case n.conns <- conn{b, far, near}:
		return conn{a, near, far}, nil
	case <-n.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// Dialed returns the addresses that were dialed.
func (n *Network) Dialed() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.dialed)
}

// Accept waits for a connection.
func (n *Network) Accept() (net.Conn, error) {
	select {
	case c := <-n.conns:
		return c, nil
	case <-n.done:
		return nil, net.ErrClosed
	}
}

// Close ends Accept; sockets stay.
func (n *Network) Close() error {
	n.once.Do(func() { close(n.done) })
	return nil
}

// Addr is that of no socket.
func (n *Network) Addr() net.Addr { return &net.TCPAddr{} }
