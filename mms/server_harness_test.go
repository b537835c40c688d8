package mms_test

import (
	"sync"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/auth"
	"caracal/internal/front"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/internal/session"
	"caracal/mms"
)

// The test content: clip.wmv is short and goes out at once, long.wmv is longer
// than any test and goes out in its own time.
const (
	clipPacket  = fronttest.PacketSize
	clipPreroll = 100
	patience    = fronttest.Patience
)

var (
	shortClip = sync.OnceValue(func() clip { return makeClip(1) })
	longClip  = sync.OnceValue(func() clip { return makeClip(120) })
)

type clip = fronttest.Clip

func makeClip(seconds uint32, more ...asf.Object) clip {
	c := fronttest.Film(seconds)
	c.More = more
	return c.Clip()
}

// server is a running server with clip.wmv under three names, long.wmv,
// moved.wmv, which leads elsewhere, and bad.wmv, which is no media.
type server struct {
	*fronttest.Rig
	*mms.Server
	media *mms.Media
	club  *fronttest.Club // of a server with rules
}

// setting is how a test server differs from the usual one.
type setting struct {
	memory bool // connections in memory, and no UDP: for a synctest bubble
	noUDP  bool
	idle   time.Duration // after which a silent session ends; a minute for 0
	write  time.Duration // that a player may not read; a minute for 0
	max    int           // sessions

	rules    func(g *auth.Guard) // who may play what; nil: the server has no Guard
	account  session.Bounds      // what one account may have
	requests *front.Requests     // nil: no limit
}

func startServer(t *testing.T) *server {
	t.Helper()
	return startServerWith(t, setting{})
}

func startServerWith(t *testing.T, set setting) *server {
	t.Helper()
	s := &server{Rig: fronttest.New(t, session.Options{
		IdleTimeout: set.idle, Max: set.max, Limits: session.Limits{Account: set.account},
	})}
	s.publishClips()
	var guard *auth.Guard
	if set.rules != nil {
		s.protect(set.rules)
		guard = s.club.Guard
	}
	s.listen(set)
	s.Server = mms.NewServer(mms.ServerOptions{
		Options: front.Options{Shards: s.Shards, Bus: s.Bus, WriteTimeout: set.write, Guard: guard, Requests: set.requests},
		Points:  s.Points, Sessions: s.Sessions, Media: s.media,
	})
	s.Run(s.Server)
	return s
}

func (s *server) publishClips() {
	s.Publish("clip.wmv", shortClip().File(), fronttest.Unpaced())
	s.Publish("f.wmv", shortClip().File(), fronttest.Unpaced())     // what the vectors of players ask for
	s.Publish("a/f x.wmv", shortClip().File(), fronttest.Unpaced()) // likewise, FFmpeg's
	s.Publish("long.wmv", longClip().File(), fronttest.Paced())
	s.Publish("bad.wmv", []byte("this is no media"), fronttest.Unpaced())
	s.Points.Add(&point.Point{Name: "moved.wmv", Redirect: "mms://example.com/a%20b.wmv"})
}

// listen opens what the server serves on.
func (s *server) listen(set setting) {
	s.T.Helper()
	if set.memory {
		s.Listen("", "1755")
		return
	}
	s.Listen("127.0.0.1", "")
	if set.noUDP {
		return
	}
	var err error
	if s.media, err = mms.ListenMedia("127.0.0.1", 0); err != nil {
		s.T.Fatal(err)
	}
}
