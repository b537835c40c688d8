package rtsp_test

import (
	"bytes"
	"context"
	"io"
	"runtime"
	"testing"

	"caracal/internal/head"
	"caracal/rtsp"
)

// numbered asks for the numbers of packets, as a relay does.
const numbered = head.FeatureEOSMsg | head.FeatureSSwitch | head.FeatureSrvPPair | head.FeatureStartupProfile | head.FeatureLocID

// client is a Client of the server, whose goroutines have to be gone at the
// end of the test.
func (s *server) client() *rtsp.Client {
	s.T.Cleanup(func() { s.WaitFor("the client's goroutines end", noClient) })
	return &rtsp.Client{Supported: numbered}
}

// noClient says that no goroutine is a Client's.
func noClient() bool {
	b := make([]byte, 1<<20)
	return !bytes.Contains(b[:runtime.Stack(b, true)], []byte("rtsp.(*clientSession)"))
}

// play begins to play and closes the stream at the end of the test.
func (s *server) play(c *rtsp.Client, name string, opt rtsp.PlayOptions) *rtsp.Stream {
	s.T.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	s.T.Cleanup(cancel)
	stream, err := c.Play(ctx, s.url(name), opt)
	if err != nil {
		s.T.Fatal(err)
	}
	s.T.Cleanup(func() { stream.Close() })
	return stream
}

// next takes the next packet and holds it against the clip, byte for byte.
func next(t *testing.T, stream *rtsp.Stream, c clip) rtsp.StreamEvent {
	t.Helper()
	e, err := stream.Next()
	if err != nil || e.Kind != rtsp.GotPacket || !e.HasPacket {
		t.Fatalf("%+v, %v", e, err)
	}
	if int(e.Packet) >= c.Count() || !bytes.Equal(e.Data, c.Packet(int(e.Packet))) {
		t.Fatalf("packet %d is not the clip's", e.Packet)
	}
	return e
}

// rest takes all packets from the one with number from to the end.
func rest(t *testing.T, stream *rtsp.Stream, c clip, from int) {
	t.Helper()
	for n := from; n < c.Count(); n++ {
		if e := next(t, stream, c); int(e.Packet) != n {
			t.Fatalf("packet %d, want %d", e.Packet, n)
		}
	}
	if e, err := stream.Next(); err != nil || e.Kind != rtsp.GotEnd || e.Reason != rtsp.EndPlain {
		t.Fatalf("at the end: %+v, %v", e, err)
	}
	if _, err := stream.Next(); err != io.EOF {
		t.Fatalf("behind the end: %v", err)
	}
}

var transports = []struct {
	name string
	udp  bool
}{{"TCP", false}, {"UDP", true}}

// The Client against the Server, over real sockets: packets are those of the
// file, with the padding that they travelled without.
func TestClientAgainstServer(t *testing.T) {
	for _, over := range transports {
		t.Run(over.name, func(t *testing.T) {
			s := startServer(t)
			stream := s.play(s.client(), "clip.wmv", rtsp.PlayOptions{UDP: over.udp})
			d := stream.Description()
			if !bytes.Equal(d.HeaderBytes, shortClip().Header) || !d.Server.Is(rtsp.AgentServer) {
				t.Errorf("described as %q, with a header of %d bytes", d.Server.Raw, len(d.HeaderBytes))
			}
			rest(t, stream, shortClip(), 0)
			for range 2 { // and again, in the same session
				if err := stream.Play(t.Context(), rtsp.PlayOptions{}); err != nil {
					t.Fatal(err)
				}
				rest(t, stream, shortClip(), 0)
			}
			if stats := stream.Stats(); stats.Lost+stats.Broken+stats.Strange+stats.Overflow > 0 {
				t.Errorf("%+v", stats)
			}
			if err := stream.Teardown(t.Context()); err != nil {
				t.Error(err)
			}
			s.WaitFor("the session ends", s.NoSession)
		})
	}
}

// Where a Play begins: a time goes back to a key frame, packets and bytes are
// exact.
func TestClientSeeks(t *testing.T) {
	byteOf := uint64(len(shortClip().Header) + 7*clipPacket)
	for _, over := range transports {
		s := startServer(t)
		stream := s.play(s.client(), "clip.wmv", rtsp.PlayOptions{UDP: over.udp})
		rest(t, stream, shortClip(), 0)
		for _, k := range []struct {
			at   rtsp.Range
			from int // -1: whatever has a key frame
		}{
			{rtsp.Range{From: 700, HasFrom: true}, -1},
			{rtsp.Range{Unit: rtsp.RangePacket, From: 7, HasFrom: true}, 7},
			{rtsp.Range{Unit: rtsp.RangeByte, From: byteOf, HasFrom: true}, 7},
		} {
			if err := stream.Play(t.Context(), rtsp.PlayOptions{Range: &k.at, Speed: 2}); err != nil {
				t.Fatal(err)
			}
			first := next(t, stream, shortClip())
			if k.from >= 0 && int(first.Packet) != k.from || k.from < 0 && (first.Packet == 0 || !first.Key) {
				t.Errorf("%s %v: begins at packet %d", over.name, &k.at, first.Packet)
			}
			rest(t, stream, shortClip(), int(first.Packet)+1)
		}
		stream.Close()
	}
}

// A Fast Start is granted and told, and so is a Speed.
func TestClientStartsFast(t *testing.T) {
	for _, over := range transports {
		s := startServer(t)
		stream := s.play(s.client(), "long.wmv", rtsp.PlayOptions{
			UDP: over.udp, Speed: 1.5, Accelerate: &rtsp.Transmission{Bandwidth: 1_000_000, Duration: 5000},
		})
		answer := stream.Response.Header
		if granted, err := rtsp.ParseAccelerate(answer.Get("X-Accelerate-Streaming")); err != nil || granted.Bandwidth == 0 {
			t.Errorf("%s: granted %q", over.name, answer.Get("X-Accelerate-Streaming"))
		}
		if stream.Startup == nil || answer.Get("Speed") == "" {
			t.Errorf("%s: %+v, Speed %q", over.name, stream.Startup, answer.Get("Speed"))
		}
		for range 20 {
			next(t, stream, longClip())
		}
		stream.Close()
	}
}

func TestClientPausesAtServer(t *testing.T) {
	for _, over := range transports {
		s := startServer(t)
		stream := s.play(s.client(), "long.wmv", rtsp.PlayOptions{UDP: over.udp})
		last := next(t, stream, longClip())
		for range 3 {
			if err := stream.Pause(t.Context()); err != nil {
				t.Fatal(err)
			}
			for stream.Waiting() > 0 { // what came before the response
				last = next(t, stream, longClip())
			}
			at := rtsp.Range{Unit: rtsp.RangePacket, From: uint64(last.Packet) + 1, HasFrom: true}
			if err := stream.Play(t.Context(), rtsp.PlayOptions{Range: &at}); err != nil {
				t.Fatal(err)
			}
			for range 3 {
				e := next(t, stream, longClip())
				if e.Packet != last.Packet+1 {
					t.Fatalf("%s: packet %d after %d", over.name, e.Packet, last.Packet)
				}
				last = e
			}
		}
		stream.Close()
	}
}

// A Play without a Range changes the rate where the stream is, but for what a
// decoder needs: the key frame before it.
func TestClientWinds(t *testing.T) {
	const keyFrame = 20 // packets from one to the next, at most
	for _, over := range transports {
		s := startServer(t)
		fast := &rtsp.Transmission{Bandwidth: 500_000, Duration: 60_000}
		stream := s.play(s.client(), "long.wmv", rtsp.PlayOptions{UDP: over.udp, Accelerate: fast})
		last, back := uint32(0), uint32(0)
		for _, scale := range []float64{5, 1, 0} {
			for range 4 {
				e, err := stream.Next()
				if err != nil || e.Kind != rtsp.GotPacket || e.Packet+back < last {
					t.Fatalf("%s: %+v after packet %d, %v", over.name, e, last, err)
				}
				last, back = e.Packet, 0
			}
			if scale == 0 {
				break
			}
			if err := stream.Play(t.Context(), rtsp.PlayOptions{Scale: scale, Accelerate: fast}); err != nil {
				t.Fatal(err)
			}
			for n := stream.Waiting(); n > 0; n-- { // of before, and perhaps the first ones since
				e, _ := stream.Next()
				last = e.Packet
			}
			back = keyFrame
		}
		stream.Close()
	}
}
