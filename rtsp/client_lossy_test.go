package rtsp_test

import (
	"context"
	"net"
	"testing"

	"caracal/internal/memnet"
	"caracal/rtsp"
)

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
			return &memnet.Socket{PacketConn: conn, Way: memnet.Way{Lose: memnet.Every(6), Double: 7, Swap: 11}}, nil
		}
		return &memnet.Socket{PacketConn: conn, Way: memnet.Way{Lose: memnet.Every(5)}}, nil
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
