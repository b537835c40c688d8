package mms

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"net"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
	"caracal/internal/memnet"
	"caracal/internal/sample"
)

const (
	fakeURL      = "mms://192.0.2.1/welcome.wmv"
	fakeClientID = 0xA1B2C3D4
	fakeFileID   = 1
)

// fakeMac is a server of one clip, made of this package's own codecs.
type fakeMac struct {
	t       *testing.T
	n       *memnet.Network
	header  []byte
	packets [][]byte
	// handle answers instead, or before; false goes on with the usual answer.
	handle func(c *fakeConn, mid MID, m Appender) bool
	resend bool // lost packets come again
	first  Sequence
	pause  time.Duration // between packets
	leaves bool          // the connection closes with the end

	socket  net.PacketConn
	serving sync.WaitGroup

	mu     sync.Mutex
	got    []string
	parsed []Appender
	both   []string // what was got and said
	sent   map[Sequence][]byte
	asked  []ResendRequest
	media  netip.AddrPort
}

// fakeConn is one player.
type fakeConn struct {
	*fakeMac
	conn    net.Conn
	writing sync.Mutex
	out     uint16
	next    Sequence
	stop    chan struct{} // ends the stream under way
	over    sync.WaitGroup
}

// inMac runs a test with a server and a Client in memory.
func inMac(t *testing.T, test func(t *testing.T, f *fakeMac, c *Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := startFakeMac(t)
		c := &Client{Dial: f.n.Dial, Listen: f.n.Listen}
		defer func() {
			f.n.Close()
			f.socket.Close()
			f.serving.Wait()
		}()
		test(t, f, c)
	})
}

func startFakeMac(t *testing.T) *fakeMac {
	t.Helper()
	f := &fakeMac{
		t: t, n: memnet.New(), resend: true, pause: 5 * time.Millisecond, sent: map[Sequence][]byte{},
	}
	r, err := asf.NewReader(bytes.NewReader(sample.Welcome), int64(len(sample.Welcome)))
	if err != nil {
		t.Fatal(err)
	}
	f.header = r.HeaderBytes()
	for i := range r.NumPackets() {
		b := make([]byte, r.PacketSize())
		if _, err := r.ReadPackets(b, i); err != nil {
			t.Fatal(err)
		}
		f.packets = append(f.packets, b)
	}
	if f.socket, err = f.n.Listen(t.Context(), "udp", netip.AddrPortFrom(memnet.Server, 1755).String()); err != nil {
		t.Fatal(err)
	}
	f.serving.Go(f.resends)
	f.serving.Go(func() {
		for {
			conn, err := f.n.Accept()
			if err != nil {
				return
			}
			f.serving.Go(func() { f.serve(&fakeConn{fakeMac: f, conn: conn, next: f.first}) })
		}
	})
	return f
}

func (f *fakeMac) serve(c *fakeConn) {
	defer c.halt()
	defer c.conn.Close()
	r := NewReader(c.conn)
	for {
		item, err := r.Next()
		if err != nil {
			return
		}
		m, err := parsers[item.Message.MID](bytes.Clone(item.Message.Body))
		if err != nil {
			f.t.Error(err)
		}
		f.mu.Lock()
		f.got, f.parsed = append(f.got, item.Message.MID.String()), append(f.parsed, m)
		f.both = append(f.both, fmt.Sprintf("> %v %+v", item.Message.MID, m))
		handle := f.handle
		f.mu.Unlock()
		if handle != nil && handle(c, item.Message.MID, m) {
			continue
		}
		if !c.answer(m) {
			return
		}
	}
}

// answer gives the usual answer; false ends the connection.
func (c *fakeConn) answer(m Appender) bool {
	switch m := m.(type) {
	case *Connect:
		r := NewReportConnectedEX(SOK, m.PlayIncarnation, "9.0", "")
		c.say(&r)
	case *FunnelInfo:
		r := NewReportFunnelInfo(AnswerPacketPair(m.PlayIncarnation), fakeClientID)
		for n := 1; n <= PairMessages && m.PlayIncarnation == PacketPairTCPHighEntropy; n++ {
			r.Pair = make([]byte, PairMessagePayload(n))
			c.say(&r)
			time.Sleep(time.Millisecond)
		}
		if r.Pair == nil {
			c.say(&r)
		}
	case *ConnectFunnel:
		c.funnel(m)
	case *OpenFile:
		c.say(c.opened())
	case *ReadBlock:
		c.say(&ReportReadBlock{PlayIncarnation: m.PlayIncarnation})
		c.sendHeader(byte(m.PlayIncarnation))
	case *StreamSwitch:
		c.say(&ReportStreamSwitch{})
	case *StartPlaying:
		c.say(&ReportStartedPlaying{PlayIncarnation: m.PlayIncarnation, TigerFileID: m.OpenFileID})
		c.play(byte(m.PlayIncarnation), c.at(&m.Position), 1)
	case *StartStriding:
		c.say(&ReportStartStriding{PlayIncarnation: m.PlayIncarnation})
		c.play(byte(m.PlayIncarnation), c.at(&m.Position), -1)
	case *StopPlaying:
		c.halt()
		c.say(&ReportEndOfStream{PlayIncarnation: m.PlayIncarnation})
	case *CloseFile:
		return false
	}
	return true
}

func (c *fakeConn) funnel(m *ConnectFunnel) {
	f, err := ParseFunnel(m.FunnelName)
	if err != nil {
		c.t.Error(err)
	}
	if f.UDP {
		c.mu.Lock()
		c.media = netip.AddrPortFrom(memnet.Client, f.Port)
		c.mu.Unlock()
	}
	c.say(&ReportConnectedFunnel{FunnelName: FunnelName})
}

func (f *fakeMac) opened() *ReportOpenFile {
	return &ReportOpenFile{
		PlayIncarnation: 9, OpenFileID: fakeFileID, FileAttributes: FileCanSeek | FileCanStride, FileDuration: 24.046,
		FileBlocks: 25, FilePacketSize: 1400, FilePacketCount: uint64(len(f.packets)), FileBitRate: 200_000,
		FileHeaderSize: uint32(len(f.header)),
	}
}

// at is the number of the packet to begin with: the clip has 449 in 24 s.
func (f *fakeMac) at(p *Position) int {
	start, err := p.Start()
	switch {
	case err != nil:
		f.t.Error(err)
	case start.Unit == Packets:
		return int(start.Number)
	case start.Unit == Bytes:
		return (int(start.Number) - len(f.header)) / 1400
	}
	return int(math.Round(start.Seconds * 10))
}

// say writes a message.
func (c *fakeConn) say(m Appender) {
	c.writing.Lock()
	defer c.writing.Unlock()
	b := AppendPacket(nil, c.out, 0, m)
	message, _, _ := ParseMessage(b[TCPMessageHeaderSize:])
	c.mu.Lock()
	c.both = append(c.both, fmt.Sprintf("< %v %+v", message.MID, m))
	c.mu.Unlock()
	c.conn.Write(b)
	c.out++
}

// give sends a data packet.
func (c *fakeConn) give(b []byte) {
	c.mu.Lock()
	media := c.media
	c.mu.Unlock()
	if media.IsValid() {
		c.socket.WriteTo(b, net.UDPAddrFromAddrPort(media))
		return
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	c.conn.Write(b)
}

func (c *fakeConn) sendHeader(incarnation byte) {
	const size = 300 // several pieces
	for i := range HeaderPieces(len(c.header), size) {
		c.give(AppendHeaderPiece(nil, incarnation, i, c.header, size))
	}
}

// play streams from a packet on, forwards or backwards.
func (c *fakeConn) play(incarnation byte, at, step int) {
	c.halt()
	stop := make(chan struct{})
	c.stop, c.next = stop, c.next.Restart()
	c.over.Go(func() {
		for ; at >= 0 && at < len(c.packets); at += step {
			c.packet(incarnation, at)
			select {
			case <-stop:
				return
			case <-time.After(c.pause):
			}
		}
		c.say(&ReportEndOfStream{PlayIncarnation: uint32(incarnation)})
		if c.leaves {
			c.conn.Close()
		}
	})
}

func (c *fakeConn) packet(incarnation byte, at int) {
	b := AppendMedia(nil, uint32(at), incarnation, c.next, nil, c.packets[at])
	c.mu.Lock()
	c.sent[c.next] = b
	c.mu.Unlock()
	c.next++
	c.give(b)
}

// halt ends the stream under way.
func (c *fakeConn) halt() {
	if c.stop != nil {
		close(c.stop)
		c.stop = nil
	}
	c.over.Wait()
}

// resends answers requests for lost packets.
func (f *fakeMac) resends() {
	b := make([]byte, 2048)
	for {
		n, from, err := f.socket.ReadFrom(b)
		if err != nil {
			return
		}
		r, err := ParseResendRequest(b[:n])
		if err != nil || r.ClientID != fakeClientID || r.SourceID != fakeFileID {
			f.t.Errorf("%+v, %v", r, err)
		}
		f.mu.Lock()
		f.asked = append(f.asked, r)
		for _, seq := range r.List() {
			if again := f.sent[seq]; again != nil && f.resend {
				f.socket.WriteTo(again, from)
			}
		}
		f.mu.Unlock()
	}
}

// on has handle asked from now on.
func (f *fakeMac) on(handle func(c *fakeConn, mid MID, m Appender) bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.handle = handle
}

// talk is what the server got, in a row.
func (f *fakeMac) talk() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return fmt.Sprint(f.got)
}

// lastOf returns the newest message of a type.
func lastOf[T any](t *testing.T, f *fakeMac) *T {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := len(f.parsed) - 1; i >= 0; i-- {
		if m, ok := f.parsed[i].(any).(*T); ok {
			return m
		}
	}
	t.Fatalf("there is no %T", *new(T))
	return nil
}

// playFake plays, and ends with the test.
func playFake(t *testing.T, c *Client, url string, opt PlayOptions) *Stream {
	t.Helper()
	s, err := c.Play(context.Background(), url, opt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// wantPackets wants the packets from to until, in that direction, and nothing
// else.
func wantPackets(t *testing.T, s *Stream, f *fakeMac, from, until int) {
	t.Helper()
	step := 1
	if until < from {
		step = -1
	}
	for at := from; at != until; at += step {
		e, err := s.Next()
		if err != nil || e.Kind != GotPacket || int(e.Packet) != at || !bytes.Equal(e.Data, f.packets[at]) {
			t.Fatalf("packet %d: kind %d, packet %d, lost %d, %v; %+v", at, e.Kind, e.Packet, e.Lost, err, s.Stats())
		}
	}
}

func wantKind(t *testing.T, s *Stream, kind StreamEventKind) StreamEvent {
	t.Helper()
	e, err := s.Next()
	if err != nil || e.Kind != kind {
		t.Fatalf("kind %d (packet %d, lost %d), %v; want kind %d; %+v", e.Kind, e.Packet, e.Lost, err, kind, s.Stats())
	}
	return e
}
