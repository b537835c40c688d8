package mms_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"testing"

	"caracal/mms"
)

// badSocket is a way from the server that loses, doubles and turns round
// datagrams, after a fixed pattern.
type badSocket struct {
	net.PacketConn
	lose, double, swap int // every nth; 0: none
	port               int // of the server's UDP, which is not that of its TCP here

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

func (l *badSocket) WriteTo(b []byte, to net.Addr) (int, error) {
	return l.PacketConn.WriteTo(b, &net.UDPAddr{IP: to.(*net.UDPAddr).IP, Port: l.port})
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

func (s *server) client() *mms.Client {
	return &mms.Client{Dial: func(ctx context.Context, _, _ string) (net.Conn, error) { return s.dial(ctx) }}
}

func (s *server) play(c *mms.Client, name string, opt mms.PlayOptions) *mms.Stream {
	s.t.Helper()
	stream, err := c.Play(s.t.Context(), "mms://"+s.address+"/"+name, opt)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { stream.Close() })
	return stream
}

// wantClip wants packets as they are in the file.
func wantClip(t *testing.T, stream *mms.Stream, c clip, from, until int) {
	t.Helper()
	for n := from; n < until; n++ {
		e, err := stream.Next()
		if err != nil || e.Kind != mms.GotPacket || int(e.Packet) != n || !bytes.Equal(e.Data, c.packet(n)) {
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
		way     badSocket
	}{
		{name: "TCP"}, {name: "TCP, measured", measure: true}, {name: "UDP", udp: true}, {name: "UDP, measured", udp: true, measure: true},
		{name: "lossy UDP", udp: true, way: badSocket{lose: 6, double: 7, swap: 11}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := startServer(t)
			c := s.client()
			c.UDP, c.Measure = tt.udp, tt.measure
			c.Listen = func(ctx context.Context, network, address string) (net.PacketConn, error) {
				var l net.ListenConfig
				conn, err := l.ListenPacket(ctx, network, address)
				tt.way.PacketConn, tt.way.port = conn, int(s.media.Port())
				return &tt.way, err
			}
			stream := s.play(c, "clip.wmv", mms.PlayOptions{})
			d := stream.Description()
			if !bytes.Equal(d.HeaderBytes, shortClip().header) || d.Packets != uint64(shortClip().count()) || d.UDP != tt.udp ||
				tt.measure != (d.Measured != nil) {
				t.Errorf("%+v", d)
			}
			wantClip(t, stream, shortClip(), 0, shortClip().count())
			if e, err := stream.Next(); err != nil || e.Kind != mms.GotEnd || e.More {
				t.Fatalf("%+v, %v", e, err)
			}
			if stats := stream.Stats(); stats.Lost != 0 || stats.Strange != 0 || tt.way.lose > 0 && stats.Resent == 0 {
				t.Errorf("%+v", stats)
			}
			if err := stream.Teardown(t.Context()); err != nil {
				t.Error(err)
			}
			s.waitFor("the session to end", s.noSession)
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
		s.waitFor("the session to end", s.noSession)
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
