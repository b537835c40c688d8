package wmsp_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"testing"
	"time"

	"caracal/wmsp"
)

// The Client against the Server, over real connections.
func TestClientAgainstServer(t *testing.T) {
	for _, pipelined := range []bool{false, true} {
		s := startServer(t, false, nil)
		c := wmsp.Client{
			Pipelined: pipelined,
			Dial:      func(context.Context, string, string) (net.Conn, error) { return s.Connect(), nil },
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		stream, err := c.Play(ctx, "http://server/clip.wmv", wmsp.PlayOptions{AccelBW: 1 << 30, AccelDuration: 60_000})
		if err != nil {
			t.Fatal(err)
		}
		if stream.Description().Pipelined() != pipelined {
			t.Errorf("pipelined: %t, want %t", !pipelined, pipelined)
		}
		header, packets := 0, 0
		for packets < 50 {
			e, err := stream.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			switch e.Kind {
			case wmsp.GotHeader:
				header++
				if !bytes.Equal(e.Header, testClip().Header) {
					t.Error("another header")
				}
			case wmsp.GotPacket:
				if !bytes.Equal(e.Data, testClip().Packet(int(e.Packet))) || int(e.Packet) != packets {
					t.Fatalf("packet %d, the %dth, is another", e.Packet, packets)
				}
				packets++
			}
		}
		if header != 1 || packets != 50 {
			t.Errorf("%d headers, %d packets", header, packets)
		}
		if err := stream.Stop(); err != nil {
			t.Error(err)
		}
		if err := stream.Description().Close(); err != nil {
			t.Error(err)
		}
		s.Stop()
	}
}
