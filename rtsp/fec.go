package rtsp

import "encoding/binary"

const (
	// FECHeadSize is the size of the payload format header of FEC packets. A
	// FEC packet is longer by as much than the longest packet that it covers.
	FECHeadSize = 16

	fecMaskBits   = 24
	fecFiveBits   = 0x1F
	fecTypeMask   = 0x7F // E, the upper bit, is 0
	maxFECPayload = 1<<16 - 1 - RTPHeadSize - FECHeadSize
)

// FECPacket is what follows the RTP header of a FEC packet, [MS-RTSP] 2.2.2.4,
// big-endian:
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+-------------------------------+-------------------------------+
//	|            SN Base            |        Length Recovery        |
//	+-+-------------+---------------+-------------------------------+
//	|E| PT Recovery |                     Mask                      |
//	+-+-------------+-----------------------------------------------+
//	|                          TS Recovery                          |
//	+-----+---------+-----+---------+-----+---------+---------------+
//	| pad | FecIndex| pad |FecPktSp.| pad | ExFlags |   Reserved    |
//	+-----+---------+-----+---------+-----+---------+---------------+
type FECPacket struct {
	Base      uint16 // sequence number of the first source packet
	Length    uint16 // the code of their lengths without RTP header, bytes
	Type      uint8  // the code of their payload types, 7 bits
	Mask      uint32 // bit n: the source packet Base+n is covered, 24 bits
	Timestamp uint32 // the code of their timestamps
	Index     uint8  // of this FEC packet in its span, 5 bits
	Span      uint8  // FEC packets in its span, 5 bits; 0 if not said
	Data      []byte // the code of what follows their RTP headers; aliases the input
}

// ParseFEC parses the payload of an RTP packet of the FEC payload type.
func ParseFEC(b []byte) (FECPacket, error) {
	if len(b) < FECHeadSize {
		return FECPacket{}, &ParseError{"FEC packet", len(b), ErrNeedMore}
	}
	p := FECPacket{
		Base:      binary.BigEndian.Uint16(b),
		Length:    binary.BigEndian.Uint16(b[2:]),
		Type:      b[4] & fecTypeMask,
		Mask:      binary.BigEndian.Uint32(b[4:]) & (1<<fecMaskBits - 1),
		Timestamp: binary.BigEndian.Uint32(b[8:]),
		Index:     b[12] & fecFiveBits,
		Span:      b[13] & fecFiveBits,
		Data:      b[FECHeadSize:],
	}
	if p.Mask == 0 {
		return FECPacket{}, &ParseError{"FEC packet", 5, ErrInvalid}
	}
	return p, nil
}

// AppendHead appends all but Data.
func (p *FECPacket) AppendHead(b []byte) []byte {
	b = append(b, byte(p.Base>>8), byte(p.Base), byte(p.Length>>8), byte(p.Length),
		p.Type&fecTypeMask, byte(p.Mask>>16), byte(p.Mask>>8), byte(p.Mask))
	b = binary.BigEndian.AppendUint32(b, p.Timestamp)
	return append(b, p.Index&fecFiveBits, p.Span&fecFiveBits, 0, 0)
}
