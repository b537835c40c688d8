package msb

import "encoding/binary"

const (
	// PacketHeadSize is the size of what goes before the ASF packet.
	PacketHeadSize = 8
	// MaxPacket is the largest MSB packet that UDP over IPv4 carries, bytes;
	// wPacketSize could say 65,535.
	MaxPacket = 1<<16 - 1 - 20 - 8
	// MaxASFPacket is the largest ASF packet in it.
	MaxASFPacket = MaxPacket - PacketHeadSize
)

// Packet is an MSB packet, [MS-MSB] 2.2.4, little-endian:
//
//	 0                   1                   2                   3
//	+---------------------------------------------------------------+
//	|                          dwPacketID                           |
//	+-------------------------------+-------------------------------+
//	|E|   0   |      Format ID      |          wPacketSize          |
//	+-+-------+---------------------+-------------------------------+
//	|                     ASF packet (variable)                     |
//	+---------------------------------------------------------------+
type Packet struct {
	ID     uint32 // a parity packet has that of the packet before it
	Stream StreamID
	ASF    []byte // one whole ASF packet; aliases the input
}

// ParsePacket parses a datagram, which is one MSB packet and no more. A beacon
// is to be told before; see IsBeacon.
func ParsePacket(b []byte) (Packet, error) {
	if len(b) < PacketHeadSize {
		return Packet{}, &ParseError{"MSB packet", len(b), ErrNeedMore}
	}
	switch size := int(binary.LittleEndian.Uint16(b[6:])); {
	case size < PacketHeadSize:
		return Packet{}, &ParseError{"MSB packet", 6, ErrInvalid}
	case size > len(b):
		return Packet{}, &ParseError{"MSB packet", len(b), ErrNeedMore}
	case size < len(b):
		return Packet{}, &ParseError{"MSB packet", 6, ErrInvalid}
	}
	return Packet{
		ID:     binary.LittleEndian.Uint32(b),
		Stream: StreamID(binary.LittleEndian.Uint16(b[4:])),
		ASF:    b[PacketHeadSize:len(b):len(b)],
	}, nil
}

// Size is the size of what Append appends.
func (p *Packet) Size() int { return PacketHeadSize + len(p.ASF) }

// Append appends the packet, as it was parsed. The ASF packet has at most
// MaxASFPacket bytes.
func (p *Packet) Append(b []byte) []byte {
	return append(appendPacketHead(b, p.ID, p.Stream, p.Size()), p.ASF...)
}

func appendPacketHead(b []byte, id uint32, s StreamID, size int) []byte {
	b = binary.LittleEndian.AppendUint32(b, id)
	return append(b, byte(s), byte(s>>8), byte(size), byte(size>>8))
}
