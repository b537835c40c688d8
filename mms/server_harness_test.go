package mms_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net"
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
	"caracal/mms"
)

// The test content: video (stream 1) with a key frame every half second, and
// audio (stream 2). clip.wmv is short and goes out at once, long.wmv is longer
// than any test and goes out in its own time.
const (
	clipPacket  = 500
	clipPreroll = 100
	patience    = 30 * time.Second
)

var (
	shortClip = sync.OnceValue(func() clip { return makeClip(1) })
	longClip  = sync.OnceValue(func() clip { return makeClip(120) })
)

// clip is an ASF file: what players are sent before the packets, and them.
type clip struct{ header, packets []byte }

func (c clip) count() int { return len(c.packets) / clipPacket }

func (c clip) packet(n int) []byte { return c.packets[n*clipPacket:][:clipPacket] }

func (c clip) file() []byte { return bytes.Join([][]byte{c.header, c.packets}, nil) }

func makeClip(seconds uint32, more ...asf.Object) clip {
	var c clip
	p, err := asf.NewPacketizer(asf.PacketizerOptions{PacketSize: clipPacket, Preroll: clipPreroll})
	if err != nil {
		panic(err)
	}
	emit := func(b []byte) error { c.packets = append(c.packets, b...); return nil }
	for i := range seconds * 20 {
		at, key := clipPreroll+i*50, i%10 == 0
		p.Add(asf.MediaObject{Stream: 1, Number: i, Time: at, Key: key, Data: bytes.Repeat([]byte{byte(i)}, 400)}, emit)
		p.Add(asf.MediaObject{Stream: 2, Number: i, Time: at, Key: true, Data: bytes.Repeat([]byte{0xAA}, 60)}, emit)
	}
	p.Flush(emit)
	n, length := uint64(c.count()), uint64(seconds)*1e7
	h := &asf.Header{Reserved1: 1, Reserved2: 2, Objects: []asf.Object{
		&asf.FileProperties{DataPackets: n, Preroll: clipPreroll, MinPacketSize: clipPacket, MaxPacketSize: clipPacket,
			MaxBitRate: 80_000, PlayDuration: length + 1e4*clipPreroll, SendDuration: length, Flags: asf.FileSeekable},
		&asf.StreamProperties{Type: asf.StreamTypeVideo, ErrorCorrectionType: asf.NoErrorCorrection, Flags: 1},
		&asf.StreamProperties{Type: asf.StreamTypeAudio, ErrorCorrectionType: asf.NoErrorCorrection, Flags: 2},
		asf.NewHeaderExtension(),
	}}
	h.Objects = append(h.Objects, more...)
	c.header = h.Append(nil)
	c.header = asf.DataHead{Size: asf.DataHeadSize + n*clipPacket, Packets: n, Reserved: asf.DataReserved}.Append(c.header)
	return c
}

// server is a running server with clip.wmv under three names, long.wmv,
// moved.wmv, which leads elsewhere, and bad.wmv, which is no media.
type server struct {
	*mms.Server
	t        *testing.T
	address  string
	listener net.Listener
	media    *mms.Media
	dial     func(ctx context.Context) (net.Conn, error)
	sessions *session.Manager
	points   *point.Registry
	events   *events
	stop     func()
}

// setting is how a test server differs from the usual one.
type setting struct {
	memory bool // connections in memory, and no UDP: for a synctest bubble
	noUDP  bool
	idle   time.Duration // after which a silent session ends; a minute for 0
	write  time.Duration // that a player may not read; a minute for 0
	max    int           // sessions
}

func startServer(t *testing.T) *server {
	t.Helper()
	return startServerWith(t, setting{})
}

func startServerWith(t *testing.T, set setting) *server {
	t.Helper()
	var bus event.Bus
	shards, points, cache := pace.NewGroup(1), point.NewRegistry(), source.NewCache(16<<20)
	sessions := session.NewManager(session.Options{IdleTimeout: cmp.Or(set.idle, time.Minute), Max: set.max}, &bus)
	open := publishClips(points, cache)
	s := &server{t: t, sessions: sessions, points: points, events: watch(t, &bus)}
	s.listen(set)
	s.Server = mms.NewServer(mms.ServerOptions{
		Options: front.Options{Shards: shards, Bus: &bus, WriteTimeout: set.write}, Points: points, Sessions: sessions, Media: s.media,
	})
	ctx, cancel := context.WithCancel(context.Background())
	swept, served := make(chan struct{}), make(chan error, 1)
	go func() { sessions.Run(ctx); close(swept) }()
	go func() { served <- s.Serve(s.listener) }()
	s.stop = sync.OnceFunc(func() {
		grace, done := context.WithTimeout(context.Background(), patience)
		defer done()
		if err := s.Shutdown(grace); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if err := <-served; !errors.Is(err, mms.ErrServerClosed) {
			t.Errorf("Serve returned %v", err)
		}
		cancel()
		<-swept
		shards.Close()
		for _, b := range open {
			b.Close()
		}
		cache.Close()
	})
	t.Cleanup(s.stop)
	return s
}

// publishClips returns what has to be closed.
func publishClips(points *point.Registry, cache *source.Cache) (open []*source.Bytes) {
	once, paced := point.DefaultOptions(), point.DefaultOptions()
	once.Unpaced = true
	paced.Batch, paced.Burst = 50*time.Millisecond, 0
	publish := func(name string, data []byte, o point.Options) {
		b := source.NewBytes(name, data, cache)
		open = append(open, b)
		points.Add(&point.Point{Name: name, Options: o, Opener: b})
	}
	publish("clip.wmv", shortClip().file(), once)
	publish("f.wmv", shortClip().file(), once)     // what the vectors of players ask for
	publish("a/f x.wmv", shortClip().file(), once) // likewise, FFmpeg's
	publish("long.wmv", longClip().file(), paced)
	publish("bad.wmv", []byte("this is no media"), once)
	points.Add(&point.Point{Name: "moved.wmv", Redirect: "mms://example.com/a%20b.wmv"})
	return open
}

// listen opens what the server serves on.
func (s *server) listen(set setting) {
	s.t.Helper()
	if set.memory {
		l := &pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
		s.listener, s.address, s.dial = l, "192.0.2.1:1755", l.dial
		return
	}
	var err error
	if !set.noUDP {
		if s.media, err = mms.ListenMedia("127.0.0.1", 0); err != nil {
			s.t.Fatal(err)
		}
	}
	if s.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		s.t.Fatal(err)
	}
	s.address = s.listener.Addr().String()
	s.dial = func(ctx context.Context) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "tcp", s.address)
	}
}

// waitFor waits until something that is under way has happened.
func (s *server) waitFor(what string, done func() bool) {
	s.t.Helper()
	for limit := time.Now().Add(patience); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			s.t.Fatalf("in vain: %s", what)
		}
	}
}

func (s *server) noSession() bool {
	now, _ := s.sessions.Count()
	return now == 0 && s.Connections() == 0
}

// events keeps what was published.
type events struct {
	sub  *event.Subscription
	list []event.Event
}

// manyEvents is more than a test makes.
const manyEvents = 4096

func watch(t *testing.T, bus *event.Bus) *events {
	e := &events{sub: bus.Subscribe(manyEvents)}
	t.Cleanup(e.sub.Close)
	return e
}

// eventsOf returns the events of one type up to now.
func eventsOf[E event.Event](e *events) (list []E) {
	for len(e.sub.C()) > 0 {
		e.list = append(e.list, (<-e.sub.C()).Event)
	}
	for _, x := range e.list {
		if x, ok := x.(E); ok {
			list = append(list, x)
		}
	}
	return list
}
