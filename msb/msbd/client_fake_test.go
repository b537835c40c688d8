package msbd_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/fronttest"
	"caracal/internal/memnet"
	"caracal/internal/pull"
	"caracal/internal/vector"
	"caracal/msb"
	"caracal/msb/msbd"
)

// fake is a server that says what a test has it say. Its bytes are hand-made: it
// uses nothing of the package's Server.
type fake struct {
	*peer
	n     *memnet.Network
	group net.PacketConn // that it sends to the Client's group from
}

// at the group that the fake names: 239.192.0.1:7008, as in the vectors.
var groupAddress = netip.MustParseAddrPort("239.192.0.1:7008")

// connected are the answers of the vectors.
const (
	connectedTCP   = "4d534220 0601 0800 24000000 00000000 00000000 0000 0000 00000000 00*8"
	connectedGroup = "4d534220 0601 0800 24000000 00000000 00000000 0200 1b60 efc00001 00*8"
	endOfStream    = "4d534220 0601 0900 10000000 00000000"
	// nothingFollows has what was in memory of Windows Media Services.
	nothingFollows = "4d534220 0601 0500 30000000 33000dc0 ff*32"
	question       = "4d534220 0601 0100 10000000 00000000"
)

// withFake runs a test in a bubble in which serve is the server of one connection.
func withFake(t *testing.T, serve func(f *fake), test func(c *msbd.Client, t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		served := make(chan struct{})
		go func() {
			defer close(served)
			c, err := n.Accept()
			if err != nil {
				return
			}
			defer c.Close()
			c.SetDeadline(time.Now().Add(time.Hour))
			f := &fake{peer: &peer{Conn: c, t: t, in: msbd.NewReader(c)}, n: n}
			serve(f)
		}()
		test(&msbd.Client{Dial: n.Dial, Join: func(ctx context.Context, group netip.AddrPort) (net.PacketConn, error) {
			return n.Listen(ctx, "udp", group.String())
		}}, t)
		n.Close()
		<-served
	})
}

func (f *fake) hex(text string) {
	f.t.Helper()
	f.raw(vector.Hex(f.t, text))
}

// greet takes the request and accepts it, with a description of the film.
func (f *fake) greet() {
	f.t.Helper()
	f.next(msbd.ReqConnect)
	f.hex(connectedTCP)
	f.describe(1, film())
}

func (f *fake) describe(stream msb.StreamID, c fronttest.Clip) {
	f.t.Helper()
	info := msbd.StreamInfo{Stream: stream, PacketSize: packetSize, Duration: msbd.NoDuration, Header: c.Header}
	f.raw(info.Append(nil, msbd.IndStreamInfo))
}

func (f *fake) packet(id uint32, stream msb.StreamID, n int) {
	f.t.Helper()
	f.raw(msbd.AppendPacket(nil, msb.Packet{ID: id, Stream: stream, ASF: film().Packet(n)}))
}

func (f *fake) over() {
	f.t.Helper()
	f.hex(endOfStream)
	f.hex(nothingFollows)
	if _, err := f.in.Next(); err != io.EOF && !errors.Is(err, io.ErrClosedPipe) {
		f.t.Errorf("after the end: %v", err)
	}
}

// open opens the fake's stream.
func open(t *testing.T, c *msbd.Client) *msbd.Stream {
	t.Helper()
	s, err := c.Open(t.Context(), "msbd://192.0.2.1:7007/")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// ends takes the end.
func ends(t *testing.T, s *msbd.Stream) {
	t.Helper()
	if e := wantKind(t, s, pull.GotEnd); e.More {
		t.Error("more follows")
	}
	if _, err := s.Receive(); err != io.EOF {
		t.Errorf("behind the end: %v", err)
	}
}
