package msbd

import (
	"encoding/binary"
	"errors"

	"caracal/msb"
)

const (
	// PacketHeadSize is the size of what goes before the ASF packet, bytes.
	PacketHeadSize = HeadSize + msb.PacketHeadSize
	// MaxASFPacket is the largest ASF packet over TCP, bytes.
	MaxASFPacket = MaxMessage - PacketHeadSize
	// MaxGroupASFPacket is the largest one that a datagram holds, bytes.
	MaxGroupASFPacket = msb.MaxPacket - PacketHeadSize
)

// AppendPacketHead appends what goes before an ASF packet of size bytes in an
// MSB_MSG_IND_PACKET, [MS-MSBD] 2.2.10: MSBMSGBASE, and what an [MS-MSB] packet
// begins with.
//
//	 0                   1                   2                   3
//	+---------------------------------------------------------------+
//	|                          dwPacketId                           |
//	+-------------------------------+-------------------------------+
//	|           wStreamId           |  wPacketSize = ASF packet + 8 |
//	+-------------------------------+-------------------------------+
func AppendPacketHead(b []byte, id uint32, stream msb.StreamID, size int) []byte {
	b = appendHead(b, IndPacket, SOK, PacketHeadSize+size)
	b = binary.LittleEndian.AppendUint32(b, id)
	b = binary.LittleEndian.AppendUint16(b, uint16(stream))
	return binary.LittleEndian.AppendUint16(b, uint16(msb.PacketHeadSize+size))
}

// AppendPacket appends an MSB_MSG_IND_PACKET; the ASF packet is as in a file, with
// its padding, and has at most MaxASFPacket bytes.
func AppendPacket(b []byte, p msb.Packet) []byte {
	return append(AppendPacketHead(b, p.ID, p.Stream, len(p.ASF)), p.ASF...)
}

// ParsePacket parses the Body of an IndPacket: wPacketSize has to agree with
// cbMessage.
func ParsePacket(body []byte) (msb.Packet, error) {
	p, err := msb.ParsePacket(body)
	if wrong := (*msb.ParseError)(nil); errors.As(err, &wrong) {
		why := ErrInvalid
		if len(body) < msb.PacketHeadSize {
			why = ErrNeedMore
		}
		return p, &ParseError{IndPacket.String(), HeadSize + min(wrong.Offset, len(body)), why}
	}
	return p, nil
}
