package rtsp_test

import (
	"context"
	"net"
	"testing"

	"caracal/internal/memnet"
	"caracal/rtsp"
)

// What FEC packets bring back is not asked for again: the server's FEC and the
// Client's repair, from end to end.
func TestClientRepairsServer(t *testing.T) {
	s := startServer(t)
	c := s.client()
	c.Agent = playerAgent
	c.Listen = func(ctx context.Context, network, address string) (net.PacketConn, error) {
		var l net.ListenConfig
		conn, err := l.ListenPacket(ctx, network, address)
		return &memnet.Socket{PacketConn: conn, Way: memnet.Way{Lose: memnet.Every(10)}}, err
	}
	stream := s.play(c, "long.wmv", rtsp.PlayOptions{
		UDP: true, NoRTX: true, FEC: rtsp.FECParameters{Span: 6, PerSpan: 2, BurstMargin: 1},
		Accelerate: &rtsp.Transmission{Bandwidth: 800_000, Duration: 60_000},
	})
	for n := range 200 {
		if e := next(t, stream, longClip()); int(e.Packet) != n {
			t.Fatalf("packet %d, want %d: %+v", e.Packet, n, stream.Stats())
		}
	}
	if stats := stream.Stats(); stats.Repaired < 10 || stats.Lost != 0 || stats.Asked != 0 || stats.Strange != 0 {
		t.Errorf("%+v", stats)
	}
}

// One stream over TCP and one over UDP: each packet comes with what goes its
// way, and all of both streams comes.
func TestClientMixesAtServer(t *testing.T) {
	s := startServer(t)
	stream := s.play(s.client(), "clip.wmv", rtsp.PlayOptions{UDP: true, TCP: []uint32{2}})
	seen := map[bool]int{}
	for {
		e, err := stream.Next()
		if err != nil {
			t.Fatal(err)
		}
		if e.Kind == rtsp.GotEnd {
			break
		}
		has := streamsOf(t, e.Data)
		if has[1] == has[2] || e.Kind != rtsp.GotPacket {
			t.Fatalf("packet %d has streams %v", e.Packet, has)
		}
		seen[has[1]]++
	}
	if seen[true] == 0 || seen[false] == 0 {
		t.Errorf("%d packets of video and %d of audio", seen[true], seen[false])
	}
	if stats := stream.Stats(); stats.Lost+stats.Broken+stats.Strange > 0 {
		t.Errorf("%+v", stats)
	}
}
