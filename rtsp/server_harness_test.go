package rtsp_test

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"caracal/internal/auth"
	"caracal/internal/front"
	"caracal/internal/fronttest"
	"caracal/internal/session"
	"caracal/rtsp"
)

// The test content: clip.wmv is short and goes out at once, long.wmv is longer
// than any test and goes out in its own time.
const (
	clipPacket = fronttest.PacketSize
	patience   = fronttest.Patience
)

var (
	shortClip = sync.OnceValue(func() clip { return fronttest.Film(1).Clip() })
	longClip  = sync.OnceValue(func() clip { return fronttest.Film(120).Clip() })
)

type clip = fronttest.Clip

// makeStreams numbers the streams, both of which are video if there is a higher
// one before a lower.
func makeStreams(seconds uint32, video, other uint8) clip {
	c := fronttest.Film(seconds)
	c.Streams[0].Number, c.Streams[1].Number = video, other
	c.Streams[1].Video = other < video
	return c.Clip()
}

// server is a running server with clip.wmv, long.wmv and bad.wmv, which is no
// media.
type server struct {
	*fronttest.Rig
	*rtsp.Server
	club *fronttest.Club // nil: anybody plays
}

// setting is how a test server differs from the usual one.
type setting struct {
	host   string // it listens at; "127.0.0.1" for ""
	memory bool   // connections in memory, and no UDP: for a synctest bubble
	noUDP  bool
	idle   time.Duration // after which a silent session ends; a minute for 0
	write  time.Duration // that a player may not read; a minute for 0

	requests *front.Requests // nil: no limit
	club     bool            // there are accounts
}

func startServer(t *testing.T) *server {
	t.Helper()
	return startServerWith(t, setting{})
}

func startServerWith(t *testing.T, set setting) *server {
	t.Helper()
	s := &server{Rig: fronttest.New(t, session.Options{IdleTimeout: set.idle})}
	s.Publish("clip.wmv", shortClip().File(), fronttest.Unpaced())
	s.Publish("long.wmv", longClip().File(), fronttest.Paced())
	s.Publish("bad.wmv", []byte("this is no media"), fronttest.Unpaced())
	media := s.listen(set)
	guard := (*auth.Guard)(nil)
	if set.club {
		s.club = fronttest.NewClub(t, s.Bus)
		guard = s.club.Guard
	}
	s.Server = rtsp.NewServer(rtsp.ServerOptions{
		Options: front.Options{Shards: s.Shards, Bus: s.Bus, WriteTimeout: set.write, Requests: set.requests, Guard: guard}, Points: s.Points, Sessions: s.Sessions,
		SessionTimeout: cmp.Or(set.idle, time.Minute), Media: media,
	})
	s.Run(s.Server)
	return s
}

// listen opens what the server serves on.
func (s *server) listen(set setting) *rtsp.Media {
	s.T.Helper()
	if set.memory {
		s.Listen("", "554")
		return nil
	}
	host := cmp.Or(set.host, "127.0.0.1")
	s.Listen(host, "")
	if set.noUDP {
		return nil
	}
	media, err := rtsp.ListenMedia(host, 0)
	if err != nil {
		s.T.Fatal(err)
	}
	return media
}

func (s *server) url(name string) string { return "rtsp://" + s.Address + "/" + name }

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
	s.T.Helper()
	c := s.Connect()
	c.SetDeadline(time.Now().Add(patience))
	return &peer{Conn: c, t: s.T}
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
