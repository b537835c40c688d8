package point

import (
	"time"

	"caracal/asf"
	"caracal/internal/cachecontrol"
)

// Info describes an entry. It does not change; an entry that grows has a new one
// when it has grown.
type Info struct {
	Header      *asf.Header
	HeaderBytes []byte // Header Object and the first 50 bytes of the Data Object
	PacketSize  int
	Packets     int64 // number of whole packets
	DataOffset  int64 // of packet 0 in the file, bytes
	Size        int64 // bytes
	Modified    time.Time
	Tag         string // changes when the content does
	Duration    time.Duration
	Preroll     uint32 // ms
	TimeBase    uint32 // presentation time of the beginning, ms: the preroll, in most files
	BitRate     uint32 // of all streams, bits a second
	Broadcast   bool
	Seekable    bool
	Stridable   bool // has a video stream whose key frames can be found
	Growing     bool // more packets may come: only Block knows the end

	// Cache is what caches may do with the content where somebody else has said
	// so: of what comes from another server, that server. Nil: see Caching.
	Cache *cachecontrol.Control
}

// CachingOf is what a cache is told of an entry, or else a player.
func CachingOf(e Entry, cache bool) cachecontrol.Control {
	c := e.Info().CachingFor(cache)
	if _, ok := e.(*Listed); ok {
		return c.ForPlaylist()
	}
	return c
}

// CachingFor is what a cache is told, or else a player: a cache reports to this
// server what it does with content of its own.
func (i *Info) CachingFor(cache bool) cachecontrol.Control {
	if cache && i.Cache == nil {
		return i.Caching().ForCaches()
	}
	return i.Caching()
}

// Caching is what caches may do with the content.
func (i *Info) Caching() cachecontrol.Control {
	switch {
	case i.Cache != nil:
		return *i.Cache
	case i.Growing:
		return cachecontrol.Control{Directives: cachecontrol.NoCache}
	case i.Broadcast:
		return cachecontrol.Broadcast()
	}
	return cachecontrol.OnDemand(i.Size)
}

// Entry is one piece of content, as a Play sees it. Its methods may be called
// from any goroutine; only Block may be called on a shard.
type Entry interface {
	Info() *Info
	// Block returns the block that holds packet n. Nil without an error
	// means that it is not in memory yet: wake is called, once, when it is, or
	// when there is more to know. ErrEnd says that what has grown has ended.
	Block(n int64, wake func()) (*Block, error)
	// CleanPoint returns the last clean point of a stream at or before a
	// presentation time (ms, with preroll), the first one if there is none;
	// in a stream that marks none, the packet that is due at that time.
	CleanPoint(stream uint8, ms uint32) (asf.CleanPoint, error)
	// CleanPoints returns all of a stream's clean points in order.
	CleanPoints(stream uint8) ([]asf.CleanPoint, error)
	// Payloads lists the payloads that begin a media object, in the packets
	// that are due within d after packet first: what a start-up profile is
	// computed from.
	Payloads(first int64, d time.Duration) ([]Payload, error)
	Close() error
}

// Payload is the beginning of a media object, as far as a start-up profile
// wants to know.
type Payload struct {
	SendTime uint32 // of its packet, ms
	Time     uint32 // presentation time, ms
	Bytes    int    // of the media object
	Stream   uint8
	Audio    bool
}
