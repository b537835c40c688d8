package mms_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"testing"

	"caracal/internal/memnet"
	"caracal/mms"
)

// badSocket is at the end of a bad way from the server.
type badSocket struct {
	memnet.Socket
	port int // of the server's UDP, which is not that of its TCP here
}

func (l *badSocket) WriteTo(b []byte, to net.Addr) (int, error) {
	return l.PacketConn.WriteTo(b, &net.UDPAddr{IP: to.(*net.UDPAddr).IP, Port: l.port})
}

func (s *server) client() *mms.Client { return &mms.Client{Dial: s.Dial} }

func (s *server) play(c *mms.Client, name string, opt mms.PlayOptions) *mms.Stream {
	s.T.Helper()
	stream, err := c.Play(s.T.Context(), "mms://"+s.Address+"/"+name, opt)
	if err != nil {
		s.T.Fatal(err)
	}
	s.T.Cleanup(func() { stream.Close() })
	return stream
}

// wantClip wants packets as they are in the file.
func wantClip(t *testing.T, stream *mms.Stream, c clip, from, until int) {
	t.Helper()
	for n := from; n < until; n++ {
		e, err := stream.Next()
		if err != nil || e.Kind != mms.GotPacket || int(e.Packet) != n || !bytes.Equal(e.Data, c.Packet(n)) {
			t.Fatalf("packet %d: kind %d, packet %d, lost %d, %v; %+v", n, e.Kind, e.Packet, e.Lost, err, stream.Stats())
		}
	}
}

// The Client gets what is in the file, byte for byte, over all ways.
func TestClientAgainstServer(t *testing.T) {
	tests := []struct {
		name    string
		udp     bool
		measure bool
		way     memnet.Way
	}{
		{name: "TCP"}, {name: "TCP, measured", measure: true}, {name: "UDP", udp: true}, {name: "UDP, measured", udp: true, measure: true},
		{name: "lossy UDP", udp: true, way: memnet.Way{Lose: memnet.Every(6), Double: 7, Swap: 11}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := startServer(t)
			c := s.client()
			c.UDP, c.Measure = tt.udp, tt.measure
			c.Listen = func(ctx context.Context, network, address string) (net.PacketConn, error) {
				var l net.ListenConfig
				conn, err := l.ListenPacket(ctx, network, address)
				return &badSocket{memnet.Socket{PacketConn: conn, Way: tt.way}, int(s.media.Port())}, err
			}
			stream := s.play(c, "clip.wmv", mms.PlayOptions{})
			d := stream.Description()
			if !bytes.Equal(d.HeaderBytes, shortClip().Header) || d.Packets != uint64(shortClip().Count()) || d.UDP != tt.udp ||
				tt.measure != (d.Measured != nil) {
				t.Errorf("%+v", d)
			}
			wantClip(t, stream, shortClip(), 0, shortClip().Count())
			if e, err := stream.Next(); err != nil || e.Kind != mms.GotEnd || e.More {
				t.Fatalf("%+v, %v", e, err)
			}
			if stats := stream.Stats(); stats.Lost != 0 || stats.Strange != 0 || tt.way.Lose != nil && stats.Resent == 0 {
				t.Errorf("%+v", stats)
			}
			if err := stream.Teardown(t.Context()); err != nil {
				t.Error(err)
			}
			s.WaitFor("the session to end", s.Idle)
		})
	}
}

// Stop, seek, and selection while it plays.
func TestClientSeeksAtServer(t *testing.T) {
	for _, udp := range []bool{false, true} {
		s := startServer(t)
		c := s.client()
		c.UDP = udp
		stream := s.play(c, "long.wmv", mms.PlayOptions{AccelBandwidth: 800_000, AccelDuration: 60_000})
		wantClip(t, stream, longClip(), 0, 50)
		if err := stream.Play(t.Context(), mms.PlayOptions{Start: mms.Start{Unit: mms.Packets, Number: 400}}); err != nil {
			t.Fatal(err)
		}
		e := clipEvent(t, stream)
		for e.Packet < 100 {
			e = clipEvent(t, stream)
		}
		if e.Packet > 400 || e.Packet < 380 { // a key frame before it
			t.Errorf("it begins at packet %d", e.Packet)
		}
		wantClip(t, stream, longClip(), int(e.Packet)+1, 410)
		if err := stream.Select(t.Context(), []mms.StreamSwitchEntry{{SrcStreamNumber: 1, DstStreamNumber: mms.NoStream, ThinningLevel: mms.ThinEverything}}); err != nil {
			t.Fatal(err)
		}
		if err := stream.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		for {
			if _, err := stream.Next(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
		if stats := stream.Stats(); stats.Lost != 0 || stats.Strange != 0 {
			t.Errorf("%+v", stats)
		}
		if err := stream.Teardown(t.Context()); err != nil {
			t.Error(err)
		}
		s.WaitFor("the session to end", s.Idle)
	}
}

func clipEvent(t *testing.T, stream *mms.Stream) mms.StreamEvent {
	t.Helper()
	e, err := stream.Next()
	if err != nil || e.Kind != mms.GotPacket {
		t.Fatalf("kind %d, lost %d, %v; %+v", e.Kind, e.Lost, err, stream.Stats())
	}
	return e
}
