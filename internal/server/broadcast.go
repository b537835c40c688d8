package server

import (
	"io"
	"io/fs"
	"net/netip"
	"sync/atomic"

	"caracal/internal/config"
	"caracal/internal/point"
	"caracal/internal/source"
)

// broadcast is the content of a broadcast point, with who may bring it.
type broadcast struct {
	*point.Broadcast
	options    point.BroadcastOptions
	push       config.Push
	publishers []netip.Prefix
	key        string
	fed        fed
	digest     *digestKey
	archive    *source.Archive // nil: none
	archiving  config.Archive  // how, for copies

	copies atomic.Int32 // points that encoders have made of it
	remove func()       // ends one that an encoder has made; nil: it stays
}

func newBroadcast(b *config.Broadcast) (*broadcast, error) {
	publishers, err := b.Networks()
	if err != nil {
		return nil, err
	}
	o := point.BroadcastOptions{Span: b.Keep + b.FastStart, Bytes: int(b.Memory), Linger: b.Linger}
	return &broadcast{
		Broadcast: point.NewBroadcast(o), options: o, push: b.Push,
		publishers: publishers, key: b.Key, digest: newDigestKey(),
	}, nil
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

// mayPush says whether somebody may bring the content: from this machine, from
// the addresses that are listed, and whoever has the key.
func (b *broadcast) mayPush(from netip.Addr, key string) bool {
	from = from.Unmap().WithZone("")
	if from.IsLoopback() || b.key != "" && sameKey(key, b.key) {
		return true
	}
	for _, p := range b.publishers {
		if p.Contains(from) {
			return true
		}
	}
	return false
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
