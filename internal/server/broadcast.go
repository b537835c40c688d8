package server

import (
	"io"
	"io/fs"
	"net/http"
	"sync/atomic"

	"caracal/internal/config"
	"caracal/internal/point"
	"caracal/internal/source"
)

// broadcast is the content of a broadcast point.
type broadcast struct {
	*point.Broadcast
	options   point.BroadcastOptions
	push      config.Push
	fed       fed
	stage     stage
	archive   *source.Archive // nil: none
	archiving config.Archive  // how, for copies

	copies *atomic.Int32 // points that encoders have made of it
	remove func()        // ends one that an encoder has made; nil: it stays
	model  string        // the template of such a one
}

func newBroadcast(b *config.Broadcast) *broadcast {
	o := liveOptions(b)
	return &broadcast{
		Broadcast: point.NewBroadcast(o), options: o, push: b.Push, copies: &atomic.Int32{},
	}
}

func liveOptions(b *config.Broadcast) point.BroadcastOptions {
	return point.BroadcastOptions{Span: b.Keep + b.FastStart, Bytes: int(b.Memory), Linger: b.Linger, Commands: b.Commands}
}

// broadcastOptions send what there is as soon as it is there; what who joins
// gets at once is as fast as it asks for where that matters.
func broadcastOptions(c *config.Point) point.Options {
	o := &c.OnDemand
	return point.Options{
		Batch: c.Broadcast.Batch, Speed: 1, Unpaced: true, MaxSpeed: 1,
		MaxAccel: uint32(o.MaxAccelBandwidth), MaxAccelDuration: o.MaxAccelDuration, Burst: c.Broadcast.FastStart,
	}
}

// isPage says that a page in a browser sends a request: browsers say so with
// whatever has a body, and let any page send it anywhere.
func isPage(r *http.Request) bool {
	return r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != ""
}

// OpenPlain finds nothing: a broadcast is no file.
func (*broadcast) OpenPlain(string) (io.ReadSeekCloser, fs.FileInfo, error) {
	return nil, nil, point.ErrNotFound
}

// Close lets go of what is kept, and finishes the archive; whoever brings the
// content is told otherwise.
func (b *broadcast) Close() error {
	if b.archive == nil {
		return nil
	}
	return b.archive.Close()
}
