package point

import "caracal/asf"

// liveBlockBytes is about how large the blocks of a broadcast are: few enough
// packets that memory follows the bounds closely, many enough that making one
// is rare.
const liveBlockBytes = 64 << 10

// newLiveBlock makes an empty block for packets from number first on.
// before is the send time of the packet before it: opaque data has none.
func newLiveBlock(first int64, packetSize int, before uint32) *Block {
	n := max(liveBlockBytes/packetSize, 1)
	b := &Block{
		first: first, size: packetSize, data: make([]byte, n*packetSize),
		send: make([]uint32, n), outlines: make([]asf.Outline, n), begins: make([]asf.StreamSet, n),
	}
	b.send[0] = before
	return b
}

// add copies a packet to the end, filled up to the packet size if it has lost
// its padding. Only the source of the broadcast calls it; players see the packet
// when it is complete. clean tells the streams in which every media object is
// a clean point.
func (b *Block) add(pkt []byte, clean *asf.StreamSet) error {
	i := int(b.count.Load())
	room := b.data[i*b.size : i*b.size : (i+1)*b.size]
	if len(pkt) > b.size {
		return ErrPacket
	}
	filled, err := asf.AppendPadded(room, pkt, b.size)
	if err != nil {
		return err
	}
	if len(filled) != b.size { // opaque data, which has no padding to be filled up with
		return ErrPacket
	}
	var p asf.Packet
	if err := asf.ParsePacket(filled, &p); err != nil {
		return err
	}
	b.begins[i] = asf.StreamSet{}
	it := p.Payloads()
	for it.Next() {
		if pl := &it.Payload; pl.Offset == 0 && (pl.Key || clean.Has(pl.Stream)) {
			b.begins[i].Add(pl.Stream)
		}
	}
	if err := b.outlines[i].Read(filled); err != nil {
		return err
	}
	switch {
	case !p.Opaque:
		b.send[i] = p.SendTime
	case i > 0:
		b.send[i] = b.send[i-1]
	}
	b.count.Add(1)
	return nil
}

// begin says whether a stream has a clean point in packet n.
func (b *Block) begin(n int64, stream uint8) bool { return b.begins[n-b.first].Has(stream) }
