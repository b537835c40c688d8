package point

import "caracal/asf"

// NewGrowingBlock makes an empty block for up to n packets from number first on,
// which are being fetched. It is played while Append fills it.
func NewGrowingBlock(first int64, packetSize, n int) *Block {
	return &Block{
		first: first, size: packetSize, data: make([]byte, n*packetSize),
		send: make([]uint32, n), outlines: make([]asf.Outline, n),
	}
}

// Append copies a packet to the end, as it is: what cannot be read is due with the
// packet before it, as NewBlock has it. False: it is none of this size, or the
// block is full. One goroutine calls it.
func (b *Block) Append(pkt []byte) bool {
	i := int(b.count.Load())
	if len(pkt) != b.size || i == len(b.send) {
		return false
	}
	at := b.data[i*b.size:][:b.size]
	copy(at, pkt)
	_ = b.outlines[i].Read(at) // what fails is not Valid
	switch t, err := asf.SendTime(at); {
	case err == nil:
		b.send[i] = t
	case i > 0:
		b.send[i] = b.send[i-1]
	case b.first > 0:
		b.send[i] = NoTime
	}
	b.count.Add(1)
	return true
}

// Full says that no packet fits any more.
func (b *Block) Full() bool { return int(b.count.Load()) == len(b.send) }
