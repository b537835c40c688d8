package wmsp_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/front"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/internal/session"
	"caracal/wmsp"
)

// The test content: 30 s of video with a key frame every 2 s (stream 1), two
// audio streams (2 and 12), packets of 500 bytes.
const (
	clipSeconds = 30
	clipPacket  = fronttest.PacketSize
	clipPreroll = 2000
)

var testClip = sync.OnceValue(func() fronttest.Clip { return makeClip() })

func makeClip(more ...asf.Object) fronttest.Clip {
	return fronttest.Content{
		Seconds: clipSeconds, Every: 100, Preroll: clipPreroll, BitRate: 40_000,
		Streams: []fronttest.Stream{
			{Number: 1, Video: true, Size: 250, Key: 20, KeySize: 1200}, {Number: 2, Size: 60}, {Number: 12, Size: 40},
		},
		More: more,
	}.Clip()
}

// server is a running server with one clip, named clip.wmv.
type server struct {
	*fronttest.Rig
	*wmsp.Server
}

// startServer runs a server, on in-memory connections if memory is set.
func startServer(t *testing.T, memory bool, change func(*wmsp.ServerOptions, *point.Options)) *server {
	t.Helper()
	s := &server{Rig: fronttest.New(t, session.Options{IdleTimeout: 70 * time.Second})}
	opt := point.DefaultOptions()
	opt.Burst = 0
	o := wmsp.ServerOptions{
		Options: front.Options{Shards: s.Shards, Bus: s.Bus},
		Points:  s.Points, Sessions: s.Sessions,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "plain %s", r.URL.Path) }),
	}
	if change != nil {
		change(&o, &opt)
	}
	s.Publish("clip.wmv", testClip().File(), opt)
	s.Points.SetDefault("clip.wmv")
	host := "127.0.0.1"
	if memory {
		host = ""
	}
	s.Listen(host, "80")
	s.Server = wmsp.NewServer(o)
	s.Run(s.Server)
	return s
}
