package point

import (
	"sync"
	"sync/atomic"

	"caracal/asf"
)

// NoTime is the send time of packets that begin a block and cannot be read.
const NoTime = 1<<32 - 1

// Block is a run of packets in memory, shared by all who play it. What is in it
// does not change; a block of a broadcast is filled up while it is played.
type Block struct {
	first int64
	size  int // of a packet
	data  []byte
	send  []uint32     // send time of each packet, ms
	count atomic.Int64 // packets that are there

	outline  sync.Once
	outlines []asf.Outline
	begins   []asf.StreamSet // of a broadcast: the streams with a clean point in a packet
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
	b.count.Store(int64(n))
	return b
}

// Holds says whether packet n is in the block.
func (b *Block) Holds(n int64) bool {
	return b != nil && n >= b.first && n < b.first+b.count.Load()
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
		if b.outlines != nil {
			return // of a broadcast: made with the packet
		}
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
func (b *Block) First() (first int64, count int) { return b.first, int(b.count.Load()) }

// Data returns all packets of the block, one after the other.
func (b *Block) Data() []byte { return b.data[:int(b.count.Load())*b.size] }
