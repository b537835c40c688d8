package rtsp_test

import (
	"bytes"
	"context"
	"net"
	"testing"

	"caracal/rtsp"
)

// badSocket is a way from the server that loses, doubles and turns round
// datagrams, after a fixed pattern.
type badSocket struct {
	net.PacketConn
	lose, double, swap int // every nth; 0: none

	count int
	ready [][]byte // that come next
	from  net.Addr
	held  []byte // comes behind the next one
}

func (l *badSocket) ReadFrom(b []byte) (int, net.Addr, error) {
	for len(l.ready) == 0 {
		n, from, err := l.PacketConn.ReadFrom(b)
		if err != nil {
			return n, from, err
		}
		l.from = from
		l.pass(bytes.Clone(b[:n]))
	}
	n := copy(b, l.ready[0])
	l.ready = l.ready[1:]
	return n, l.from, nil
}

func (l *badSocket) pass(b []byte) {
	l.count++
	every := func(n int) bool { return n > 0 && l.count%n == 0 }
	switch {
	case every(l.lose):
	case l.held == nil && every(l.swap):
		l.held = b
		return
	case every(l.double):
		l.ready = append(l.ready, b, b)
	default:
		l.ready = append(l.ready, b)
	}
	if l.held != nil {
		l.ready, l.held = append(l.ready, l.held), nil
	}
}

// What the network loses is asked for again, what it doubles or turns round
// does no harm, and copies get lost too.
func TestClientOverLossyNetwork(t *testing.T) {
	s := startServer(t)
	c := s.client()
	sockets := 0
	c.Listen = func(ctx context.Context, network, address string) (net.PacketConn, error) {
		var l net.ListenConfig
		conn, err := l.ListenPacket(ctx, network, address)
		if err != nil {
			return nil, err
		}
		if sockets++; sockets == 1 { // media
			return &badSocket{PacketConn: conn, lose: 6, double: 7, swap: 11}, nil
		}
		return &badSocket{PacketConn: conn, lose: 5}, nil
	}
	stream := s.play(c, "long.wmv", rtsp.PlayOptions{
		UDP: true, Accelerate: &rtsp.Transmission{Bandwidth: 800_000, Duration: 60_000},
	})
	for n := range 300 {
		if e := next(t, stream, longClip()); int(e.Packet) != n {
			t.Fatalf("packet %d, want %d: %+v", e.Packet, n, stream.Stats())
		}
	}
	if stats := stream.Stats(); stats.Resent < 40 || stats.Duplicates == 0 || stats.Lost != 0 || stats.Asked < stats.Resent {
		t.Errorf("%+v", stats)
	}
}
