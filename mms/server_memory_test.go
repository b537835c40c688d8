package mms_test

import (
	"context"
	"net"
	"sync"
)

// pipeListener is a listener of connections in memory, for tests in a synctest
// bubble.
type pipeListener struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once

	mu   sync.Mutex
	port int
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error { l.once.Do(func() { close(l.done) }); return nil }

func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{} }

func (l *pipeListener) dial(ctx context.Context) (net.Conn, error) {
	near, far := net.Pipe()
	l.mu.Lock()
	l.port++
	server, client := tcpAddr(1, 1755), tcpAddr(2, 1000+l.port)
	l.mu.Unlock()
	select {
	case l.conns <- &pipeConn{far, server, client}:
		return &pipeConn{near, client, server}, nil
	case <-l.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// pipeConn is a net.Pipe end with addresses.
type pipeConn struct {
	net.Conn
	local, remote net.Addr
}

func (c *pipeConn) LocalAddr() net.Addr  { return c.local }
func (c *pipeConn) RemoteAddr() net.Addr { return c.remote }

func tcpAddr(host byte, port int) net.Addr {
	return &net.TCPAddr{IP: net.IPv4(192, 0, 2, host), Port: port}
}
