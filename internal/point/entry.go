package point

import (
	"sync"
	"time"

	"caracal/asf"
)

// Info describes an entry. It does not change.
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
}

// Entry is one piece of content, as a Play sees it. Its methods may be called
// from any goroutine; only Block may be called on a shard.
type Entry interface {
	Info() *Info
	// Block returns the block that holds packet n. Nil without an error
	// means that it is not in memory yet: wake is called, once, when it is.
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

// Block is a run of packets in memory; immutable once made, and shared.
type Block struct {
	first int64
	size  int // of a packet
	data  []byte
	send  []uint32 // send time of each packet, ms

	outline  sync.Once
	outlines []asf.Outline
}

// NewBlock makes a block of the packets in data, numbered from first. A
// packet whose send time cannot be read is due with the one before it.
func NewBlock(first int64, packetSize int, data []byte) *Block {
	n := len(data) / packetSize
	b := &Block{first: first, size: packetSize, data: data[:n*packetSize], send: make([]uint32, n)}
	var last uint32
	for i := range b.send {
		if t, err := asf.SendTime(b.data[i*packetSize:][:packetSize]); err == nil {
			last = t
		} else if i == 0 && first > 0 {
			last = NoTime
		}
		b.send[i] = last
	}
	return b
}

// NoTime is the send time of packets that begin a block and cannot be read.
const NoTime = 1<<32 - 1

// Holds says whether packet n is in the block.
func (b *Block) Holds(n int64) bool {
	return b != nil && n >= b.first && n < b.first+int64(len(b.send))
}

// Packet returns the bytes of packet n, which must not be written to.
func (b *Block) Packet(n int64) []byte {
	i := int(n-b.first) * b.size
	return b.data[i : i+b.size : i+b.size]
}

// SendTime returns packet n's send time in ms.
func (b *Block) SendTime(n int64) uint32 { return b.send[n-b.first] }

// Outline returns packet n without its padding, nil for a packet that cannot be
// parsed. It is made once for all players, when the first one asks.
func (b *Block) Outline(n int64) *asf.Outline {
	b.outline.Do(func() {
		b.outlines = make([]asf.Outline, len(b.send))
		for i := range b.outlines {
			_ = b.outlines[i].Read(b.Packet(b.first + int64(i))) // what fails is not Valid
		}
	})
	if o := &b.outlines[n-b.first]; o.Valid() {
		return o
	}
	return nil
}

// First returns the number of the block's first packet, and how many it has.
func (b *Block) First() (first int64, count int) { return b.first, len(b.send) }

// Data returns all packets of the block, one after the other.
func (b *Block) Data() []byte { return b.data }
