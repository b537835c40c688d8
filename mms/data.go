package mms

import "encoding/binary"

// Data packet, [MS-MMSP] 2.2.2. It is the same over UDP, one in a datagram, and
// over TCP, between the messages and without a TcpMessageHeader.
//
//	 0                   1                   2                   3
//	+---------------------------------------------------------------+
//	|                          LocationId                           |
//	+---------------+---------------+-------------------------------+
//	|playIncarnation|    AFFlags    | PacketSize, these 8 included  |
//	+---------------+---------------+-------------------------------+
//
// With an ASF packet, LocationId is its number in the file and AFFlags the low
// bits of the Sequence; with a piece of the ASF file header they are the
// piece's number and FlagPiece or FlagLastPiece; with a packet pair
// PairLocation and FlagPair.
const (
	DataHeadSize  = 8 // bytes
	MaxDataPacket = 0xFFFF
	MaxPayload    = MaxDataPacket - DataHeadSize
	// MaxDatagramPayload is MaxPayload over UDP and IPv4.
	MaxDatagramPayload = 65507 - DataHeadSize
)

// AFFlags of packets that carry no ASF packet. VLC, FFmpeg and libmms also take
// 0x08 for the last piece of a header, and so does this.
const (
	FlagPiece     byte = 0x04
	FlagLastPiece byte = 0x0C
	FlagPair      byte = 0x10

	flagLast byte = 0x08
)

// Values of playIncarnation with a meaning of their own. A player takes 1 to 8
// for headers and 9 to 0xFE for ASF packets, or counts both with one number;
// FFmpeg and MPlayer always say 2 and 4.
const (
	IncarnationNone      byte = 0x00 // must not be
	IncarnationPair      byte = 0xFF // packet pairs
	HeaderIncarnationTCP byte = 0xFF // the header of the next playlist entry over TCP, and its packets
)

// Data is one data packet.
type Data struct {
	LocationID      uint32
	PlayIncarnation byte
	AFFlags         byte
	Payload         []byte // aliases the input
}

// ParseData parses the data packet at the beginning of b.
func ParseData(b []byte) (Data, int, error) {
	if len(b) < DataHeadSize {
		return Data{}, 0, ErrNeedMore
	}
	n := int(binary.LittleEndian.Uint16(b[6:]))
	if n < DataHeadSize {
		return Data{}, 0, &ParseError{"Data", 6, ErrInvalid}
	}
	if len(b) < n {
		return Data{}, 0, ErrNeedMore
	}
	return Data{
		LocationID:      binary.LittleEndian.Uint32(b),
		PlayIncarnation: b[4],
		AFFlags:         b[5],
		Payload:         b[DataHeadSize:n:n],
	}, n, nil
}

// ParseDatagram parses a UDP datagram of a server: one data packet, and nothing
// behind it.
func ParseDatagram(b []byte) (Data, error) {
	d, n, err := ParseData(b)
	if err == nil && n != len(b) {
		err = &ParseError{"Data", 6, ErrInvalid}
	}
	return d, err
}

// Append appends the packet. Payload has at most MaxPayload bytes.
func (d *Data) Append(b []byte) []byte {
	b = AppendDataHead(b, d.LocationID, d.PlayIncarnation, d.AFFlags, len(d.Payload))
	return append(b, d.Payload...)
}

// AppendDataHead appends the 8 bytes that go before a payload of payloadLen
// bytes, at most MaxPayload: the caller has refused larger ASF packets before.
func AppendDataHead(b []byte, location uint32, incarnation, flags byte, payloadLen int) []byte {
	n := uint32(payloadLen + DataHeadSize)
	b = binary.LittleEndian.AppendUint32(b, location)
	return binary.LittleEndian.AppendUint32(b, uint32(incarnation)|uint32(flags)<<8|n<<16)
}

// AppendMedia appends a whole data packet with the ASF packet that asfHead and
// asfBody are together: the head may be a changed copy of what is in the file.
func AppendMedia(b []byte, location uint32, incarnation byte, s Sequence, asfHead, asfBody []byte) []byte {
	b = AppendDataHead(b, location, incarnation, s.AFFlags(), len(asfHead)+len(asfBody))
	return append(append(b, asfHead...), asfBody...)
}
