package mms

import "encoding/binary"

// TcpMessageHeader, [MS-MMSP] 2.2.3, goes before the messages on TCP. All
// integers of the protocol are little-endian.
//
//	 0                   1                   2                   3
//	+---------------+---------------+---------------+---------------+
//	|     rep=1     |   version=0   | versionMinor=0|    padding    |
//	+---------------------------------------------------------------+
//	|                    sessionId = 0xB00BFACE                     |
//	|            messageLength = the message's bytes + 16           |
//	|                     seal = "MMS " 0x20534D4D                  |
//	|                          chunkCount                           |
//	+-------------------------------+-------------------------------+
//	|             seq               |             MBZ               |
//	+-------------------------------+-------------------------------+
//	|                       timeSent (64 bits)                      |
//	+---------------------------------------------------------------+
const (
	TCPMessageHeaderSize = 32 // bytes

	tcpRep       = 0x01
	tcpSessionID = 0xB00BFACE
	tcpSeal      = 0x20534D4D
	tcpAfterSeal = 16 // bytes of the header that messageLength counts
	chunkSize    = 8  // bytes

	// MaxMessage is the longest MMS message field that is read, bytes. The
	// largest message of a player is Logging with 1,504; a path, a URL or the
	// token of an authentication does not come near this.
	MaxMessage = 16 << 10
)

// TCPMessageHeader is what a receiver can use of a TcpMessageHeader. What it
// says of rep, version, versionMinor, padding and MBZ is not kept: players
// leave old bytes in the padding, and libmms counts seq in 32 bits, into MBZ.
type TCPMessageHeader struct {
	MessageLength uint32 // bytes of the messages + 16
	ChunkCount    uint32 // 8 bytes each; see AppendPacket
	Seq           uint16
	TimeSent      uint64 // ms in the specification, but anything on the wire
}

// Size returns the size of the messages behind the header in bytes.
func (h *TCPMessageHeader) Size() int { return int(h.MessageLength) - tcpAfterSeal }

// ParseTCPMessageHeader parses the header at the beginning of b. What does not
// begin with the marks of a TcpMessageHeader is refused as soon as it shows.
func ParseTCPMessageHeader(b []byte) (TCPMessageHeader, int, error) {
	const object = "TcpMessageHeader"
	if len(b) >= 8 && binary.LittleEndian.Uint32(b[4:]) != tcpSessionID {
		return TCPMessageHeader{}, 0, &ParseError{object, 4, ErrInvalid}
	}
	if len(b) >= 16 && binary.LittleEndian.Uint32(b[12:]) != tcpSeal {
		return TCPMessageHeader{}, 0, &ParseError{object, 12, ErrInvalid}
	}
	if len(b) < TCPMessageHeaderSize {
		return TCPMessageHeader{}, 0, ErrNeedMore
	}
	h := TCPMessageHeader{
		MessageLength: binary.LittleEndian.Uint32(b[8:]),
		ChunkCount:    binary.LittleEndian.Uint32(b[16:]),
		Seq:           binary.LittleEndian.Uint16(b[20:]),
		TimeSent:      binary.LittleEndian.Uint64(b[24:]),
	}
	if h.MessageLength < tcpAfterSeal {
		return TCPMessageHeader{}, 0, &ParseError{object, 8, ErrInvalid}
	}
	if h.MessageLength > tcpAfterSeal+MaxMessage {
		return TCPMessageHeader{}, 0, &ParseError{object, 8, ErrLimit}
	}
	return h, TCPMessageHeaderSize, nil
}

// Append appends the header alone.
func (h *TCPMessageHeader) Append(b []byte) []byte {
	b = append(b, tcpRep, 0, 0, 0)
	b = binary.LittleEndian.AppendUint32(b, tcpSessionID)
	b = binary.LittleEndian.AppendUint32(b, h.MessageLength)
	b = binary.LittleEndian.AppendUint32(b, tcpSeal)
	b = binary.LittleEndian.AppendUint32(b, h.ChunkCount)
	b = binary.LittleEndian.AppendUint16(b, h.Seq)
	b = binary.LittleEndian.AppendUint16(b, 0)
	return binary.LittleEndian.AppendUint64(b, h.TimeSent)
}

// An Appender is any of the 28 messages.
type Appender interface {
	Append(b []byte) []byte
}

// AppendPacket appends a TcpMessageHeader and one message: players want every
// message in a packet, and a write, of its own, [MS-MMSP] 3.2.5.2. seq counts
// the packets from 0; timeSent is in ms since the first.
//
// The specification has chunkCount count the whole packet. Windows Media
// Player and all others count as messageLength does, without the first 16
// bytes, and so does this.
func AppendPacket(b []byte, seq uint16, timeSent uint64, m Appender) []byte {
	at := len(b)
	h := TCPMessageHeader{Seq: seq, TimeSent: timeSent}
	b = m.Append(h.Append(b))
	length := len(b) - at - TCPMessageHeaderSize + tcpAfterSeal
	binary.LittleEndian.PutUint32(b[at+8:], uint32(length))
	binary.LittleEndian.PutUint32(b[at+16:], uint32(length/chunkSize))
	return b
}
