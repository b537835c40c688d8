package rtsp_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
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
	"caracal/rtsp"
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

func makeClip(seconds uint32) clip { return makeStreams(seconds, 1, 2) }

// makeStreams numbers the streams, both of which are video if there is a higher
// one before a lower.
func makeStreams(seconds uint32, video, other uint8) clip {
	var c clip
	p, err := asf.NewPacketizer(asf.PacketizerOptions{PacketSize: clipPacket, Preroll: clipPreroll})
	if err != nil {
		panic(err)
	}
	emit := func(b []byte) error { c.packets = append(c.packets, b...); return nil }
	for i := range seconds * 20 {
		at, key := clipPreroll+i*50, i%10 == 0
		p.Add(asf.MediaObject{Stream: video, Number: i, Time: at, Key: key, Data: bytes.Repeat([]byte{byte(i)}, 400)}, emit)
		p.Add(asf.MediaObject{Stream: other, Number: i, Time: at, Key: true, Data: bytes.Repeat([]byte{0xAA}, 60)}, emit)
	}
	p.Flush(emit)
	kind := asf.StreamTypeAudio
	if other < video {
		kind = asf.StreamTypeVideo
	}
	n, length := uint64(c.count()), uint64(seconds)*1e7
	h := &asf.Header{Reserved1: 1, Reserved2: 2, Objects: []asf.Object{
		&asf.FileProperties{DataPackets: n, Preroll: clipPreroll, MinPacketSize: clipPacket, MaxPacketSize: clipPacket,
			MaxBitRate: 80_000, PlayDuration: length + 1e4*clipPreroll, SendDuration: length, Flags: asf.FileSeekable},
		&asf.StreamProperties{Type: asf.StreamTypeVideo, ErrorCorrectionType: asf.NoErrorCorrection, Flags: uint16(video)},
		&asf.StreamProperties{Type: kind, ErrorCorrectionType: asf.NoErrorCorrection, Flags: uint16(other)},
		asf.NewHeaderExtension(),
	}}
	c.header = h.Append(nil)
	c.header = asf.DataHead{Size: asf.DataHeadSize + n*clipPacket, Packets: n, Reserved: 0x0101}.Append(c.header)
	return c
}

// server is a running server with clip.wmv, long.wmv and bad.wmv, which is no
// media.
type server struct {
	*rtsp.Server
	t        *testing.T
	address  string
	listener net.Listener
	dial     func(ctx context.Context, network, address string) (net.Conn, error)
	sessions *session.Manager
	points   *point.Registry
	bus      *event.Bus
	stop     func()
	shutdown error // what Shutdown returned
}

// setting is how a test server differs from the usual one.
type setting struct {
	host   string // it listens at; "127.0.0.1" for ""
	memory bool   // connections in memory, and no UDP: for a synctest bubble
	noUDP  bool
	idle   time.Duration // after which a silent session ends; a minute for 0
	write  time.Duration // that a player may not read; a minute for 0
}

func startServer(t *testing.T) *server {
	t.Helper()
	return startServerWith(t, setting{})
}

func startServerWith(t *testing.T, set setting) *server {
	t.Helper()
	var bus event.Bus
	shards, points, cache := pace.NewGroup(1), point.NewRegistry(), source.NewCache(16<<20)
	idle := cmp.Or(set.idle, time.Minute)
	sessions := session.NewManager(session.Options{IdleTimeout: idle}, &bus)
	open := publishClips(points, cache)
	s := &server{t: t, sessions: sessions, points: points, bus: &bus}
	media := s.listen(set)
	s.Server = rtsp.NewServer(rtsp.ServerOptions{
		Options: front.Options{Shards: shards, Bus: &bus, WriteTimeout: set.write}, Points: points, Sessions: sessions,
		SessionTimeout: idle, Media: media,
	})
	ctx, cancel := context.WithCancel(context.Background())
	swept, served := make(chan struct{}), make(chan error, 1)
	go func() { sessions.Run(ctx); close(swept) }()
	go func() { served <- s.Serve(s.listener) }()
	s.stop = sync.OnceFunc(func() {
		grace, done := context.WithTimeout(context.Background(), patience)
		defer done()
		s.shutdown = s.Shutdown(grace)
		if err := <-served; !errors.Is(err, rtsp.ErrServerClosed) {
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
	publish("clip.wmv", bytes.Join([][]byte{shortClip().header, shortClip().packets}, nil), once)
	publish("long.wmv", bytes.Join([][]byte{longClip().header, longClip().packets}, nil), paced)
	publish("bad.wmv", []byte("this is no media"), once)
	return open
}

// listen opens what the server serves on.
func (s *server) listen(set setting) *rtsp.Media {
	s.t.Helper()
	if set.memory {
		l := &pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
		s.listener, s.address, s.dial = l, "192.0.2.1:554", l.dial
		return nil
	}
	host := cmp.Or(set.host, "127.0.0.1")
	media, err := rtsp.ListenMedia(host, 0)
	if err != nil {
		s.t.Fatal(err)
	}
	if set.noUDP {
		media.Close()
		media = nil
	}
	if s.listener, err = net.Listen("tcp", net.JoinHostPort(host, "0")); err != nil {
		s.t.Fatal(err)
	}
	s.address = s.listener.Addr().String()
	s.dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "tcp", s.address)
	}
	return media
}

func (s *server) url(name string) string { return "rtsp://" + s.address + "/" + name }

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
	return now == 0
}

// peer is a hand-written player's connection.
type peer struct {
	net.Conn
	t       *testing.T
	buf     []byte
	cseq    int64
	session string         // its header, once a response had one
	frames  []rtsp.Frame   // that came before the last response
	asked   []rtsp.Request // what the server asked before it
}

func (s *server) connect() *peer {
	s.t.Helper()
	c, err := s.dial(s.t.Context(), "tcp", s.address)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(patience))
	return &peer{Conn: c, t: s.t}
}

// write sends bytes as they are.
func (p *peer) write(text string) {
	p.t.Helper()
	if _, err := p.Write([]byte(text)); err != nil {
		p.t.Fatal(err)
	}
}

// ask sends a request and returns the response to it.
func (p *peer) ask(method, url string, lines ...string) *rtsp.Response {
	p.t.Helper()
	p.cseq++
	if p.session != "" {
		lines = append(lines, "Session: "+p.session)
	}
	lines = append(lines, "", "")
	p.write(fmt.Sprintf("%s %s RTSP/1.0\r\nCSeq: %d\r\n%s", method, url, p.cseq, strings.Join(lines, "\r\n")))
	r := p.response()
	if r.CSeq != p.cseq {
		p.t.Fatalf("%s %s: CSeq %d, want %d", method, url, r.CSeq, p.cseq)
	}
	return r
}

// must is ask for what has to succeed.
func (p *peer) must(method, url string, lines ...string) *rtsp.Response {
	p.t.Helper()
	r := p.ask(method, url, lines...)
	if r.Status != 200 {
		p.t.Fatalf("%s %s: %d", method, url, r.Status)
	}
	return r
}

// response reads up to the next response and keeps what comes before it.
func (p *peer) response() *rtsp.Response {
	p.t.Helper()
	p.frames, p.asked = nil, nil
	for {
		frame, request, response, err := p.next()
		switch {
		case err != nil:
			p.t.Fatalf("no response: %v", err)
		case frame != nil:
			p.frames = append(p.frames, *frame)
		case request != nil:
			p.asked = append(p.asked, *request)
		default:
			if id := rtsp.ParseSession(response.Header.Get("Session")).ID; id != "" {
				p.session = id
			}
			return response
		}
	}
}

// next reads what comes next on the connection.
func (p *peer) next() (frame *rtsp.Frame, request *rtsp.Request, response *rtsp.Response, err error) {
	for {
		opening, n := rtsp.Peek(p.buf)
		err = rtsp.ErrNeedMore
		switch b := p.buf[n:]; opening {
		case rtsp.OpeningFrame:
			var f rtsp.Frame
			f, n, err = rtsp.ParseFrame(b)
			frame = &rtsp.Frame{Channel: f.Channel, Data: bytes.Clone(f.Data)}
		case rtsp.OpeningRequest:
			request, n, err = rtsp.ParseRequest(b, rtsp.MaxRequestBody)
		case rtsp.OpeningResponse:
			response, n, err = rtsp.ParseResponse(b, rtsp.MaxResponseBody)
		}
		if !errors.Is(err, rtsp.ErrNeedMore) {
			p.buf = p.buf[n:]
			return frame, request, response, err
		}
		frame, request, response = nil, nil, nil
		piece := make([]byte, 64<<10)
		n, err = p.Read(piece)
		if p.buf = append(p.buf, piece[:n]...); n == 0 {
			return nil, nil, nil, err
		}
	}
}

// atEnd checks that the server has closed the connection.
func (p *peer) atEnd() {
	p.t.Helper()
	for {
		_, request, response, err := p.next()
		if err != nil {
			if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
				p.t.Fatal("the connection stays open")
			}
			return
		}
		if request != nil || response != nil {
			p.t.Errorf("before the end: %+v %+v", request, response)
		}
	}
}
