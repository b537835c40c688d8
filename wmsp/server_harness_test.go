package wmsp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/front"
	"caracal/internal/pace"
	"caracal/internal/point"
	"caracal/internal/session"
	"caracal/internal/source"
	"caracal/wmsp"
)

// The test content: 30 s of video with a key frame every 2 s (stream 1), two
// audio streams (2 and 12), packets of 500 bytes.
const (
	clipSeconds = 30
	clipPacket  = 500
	clipPreroll = 2000
)

var testClip = sync.OnceValue(makeClip)

func makeClip() []byte {
	var data []byte
	p, err := asf.NewPacketizer(asf.PacketizerOptions{PacketSize: clipPacket, Preroll: clipPreroll})
	if err != nil {
		panic(err)
	}
	emit := func(b []byte) error { data = append(data, b...); return nil }
	for i := range uint32(clipSeconds * 10) {
		at := clipPreroll + i*100
		size := 250
		if i%20 == 0 {
			size = 1200
		}
		p.Add(asf.MediaObject{Stream: 1, Number: i, Time: at, Key: i%20 == 0, Data: bytes.Repeat([]byte{byte(i)}, size)}, emit)
		p.Add(asf.MediaObject{Stream: 2, Number: i, Time: at, Key: true, Data: bytes.Repeat([]byte{0xAA}, 60)}, emit)
		p.Add(asf.MediaObject{Stream: 12, Number: i, Time: at, Key: true, Data: bytes.Repeat([]byte{0xBB}, 40)}, emit)
	}
	p.Flush(emit)
	n := uint64(len(data) / clipPacket)
	h := &asf.Header{Reserved1: 1, Reserved2: 2, Objects: []asf.Object{
		&asf.FileProperties{DataPackets: n, Preroll: clipPreroll, MinPacketSize: clipPacket, MaxPacketSize: clipPacket,
			MaxBitRate: 40_000, PlayDuration: 1e7*clipSeconds + 1e4*clipPreroll, SendDuration: 1e7 * clipSeconds, Flags: asf.FileSeekable},
		&asf.StreamProperties{Type: asf.StreamTypeVideo, ErrorCorrectionType: asf.NoErrorCorrection, Flags: 1},
		&asf.StreamProperties{Type: asf.StreamTypeAudio, ErrorCorrectionType: asf.NoErrorCorrection, Flags: 2},
		&asf.StreamProperties{Type: asf.StreamTypeAudio, ErrorCorrectionType: asf.NoErrorCorrection, Flags: 12},
		asf.NewHeaderExtension(),
	}}
	b := h.Append(nil)
	b = asf.DataHead{Size: asf.DataHeadSize + n*clipPacket, Packets: n, Reserved: 0x0101}.Append(b)
	return append(b, data...)
}

// clipHeader is what players are sent of the clip before its packets.
func clipHeader() []byte {
	_, n, err := asf.ParseHeader(testClip())
	if err != nil {
		panic(err)
	}
	return testClip()[:n+asf.DataHeadSize]
}

func clipPackets() int { return (len(testClip()) - len(clipHeader())) / clipPacket }

func clipPacketAt(n int) []byte { return testClip()[len(clipHeader())+n*clipPacket:][:clipPacket] }

// server is a running server with one clip, named clip.wmv.
type server struct {
	*wmsp.Server
	t        *testing.T
	dial     func() net.Conn
	sessions *session.Manager
	events   *event.Subscription
	points   *point.Registry
	stop     func()
	shutdown error // what Shutdown returned
}

// startServer runs a server, on in-memory connections if memory is set.
func startServer(t *testing.T, memory bool, change func(*wmsp.Options, *point.Options)) *server {
	t.Helper()
	var bus event.Bus
	sub := bus.Subscribe(10_000)
	sessions := session.NewManager(session.Options{IdleTimeout: 70 * time.Second}, &bus)
	ctx, cancel := context.WithCancel(context.Background())
	swept := make(chan struct{})
	go func() { sessions.Run(ctx); close(swept) }()
	cache := source.NewCache(16 << 20)
	opt := point.DefaultOptions()
	opt.Burst = 0
	points := point.NewRegistry()
	clip := source.NewBytes("clip.wmv", testClip(), cache)
	shards := pace.NewGroup(1)
	o := wmsp.Options{
		Options: front.Options{Shards: shards, Bus: &bus},
		Points:  points, Sessions: sessions,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "plain %s", r.URL.Path) }),
	}
	if change != nil {
		change(&o, &opt)
	}
	points.Add(&point.Point{Name: "clip.wmv", Options: opt, Opener: clip})
	points.SetDefault("clip.wmv")
	s := &server{Server: wmsp.NewServer(o), t: t, sessions: sessions, events: sub, points: points}
	l := s.listen(memory)
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	s.stop = sync.OnceFunc(func() {
		grace, done := context.WithTimeout(context.Background(), 10*time.Second)
		defer done()
		s.shutdown = s.Shutdown(grace)
		if err := <-served; !errors.Is(err, wmsp.ErrServerClosed) {
			t.Errorf("Serve returned %v", err)
		}
		cancel()
		<-swept
		shards.Close()
		clip.Close()
		cache.Close()
	})
	t.Cleanup(s.stop)
	return s
}

func (s *server) listen(memory bool) net.Listener {
	if memory {
		l := &pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
		port := 1000
		s.dial = func() net.Conn {
			client, server := net.Pipe()
			port++
			l.conns <- &pipeConn{server, port}
			return client
		}
		return l
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	s.dial = func() net.Conn {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			s.t.Fatal(err)
		}
		return c
	}
	return l
}

// pipeListener is a listener of in-memory connections, for tests in a
// synctest bubble.
type pipeListener struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
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

// pipeConn is a net.Pipe end with an address.
type pipeConn struct {
	net.Conn
	port int
}

func (c *pipeConn) RemoteAddr() net.Addr {
	return &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: c.port}
}
