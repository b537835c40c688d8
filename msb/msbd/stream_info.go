package msbd

import (
	"encoding/binary"

	"caracal/msb"
)

const (
	infoFixed = 32 // bytes of the body before bBinaryData
	// MaxBinary is the most that title, description, link and header of a
	// StreamInfo have together, bytes.
	MaxBinary = MaxMessage - HeadSize - infoFixed
	// NoDuration is a Duration that is not known.
	NoDuration = 1<<32 - 1
)

// StreamInfo is MSB_MSG_IND_STREAMINFO and MSB_MSG_RES_STREAMINFO, [MS-MSBD]
// 2.2.6 and 2.2.5.
//
//	 0                   1                   2                   3
//	+-------------------------------+-------------------------------+
//	|           wStreamId           |         cbPacketSize          |
//	+-------------------------------+-------------------------------+
//	|                         cTotalPackets                         |
//	|                           dwBitRate                           |
//	|                          msDuration                           |
//	|                            cbTitle                            |
//	|                         cbDescription                         |
//	|                            cbLink                             |
//	|                           cbHeader                            |
//	|          title, description, link, header (variable)          |
//	+---------------------------------------------------------------+
type StreamInfo struct {
	HR         HRESULT
	Stream     msb.StreamID // of the packets that follow; another one for every header
	PacketSize uint16       // of the largest ASF packet, bytes
	Packets    uint32       // in all; 0 is not known
	BitRate    uint32       // bits/s: Maximum Bitrate of the ASF File Properties Object
	Duration   uint32       // ms; NoDuration is not known

	// What is not Header has no format that the specification says; here it is
	// UTF-16LE. All alias the input.
	Title, Description, Link []byte
	Header                   []byte // Header Object and the first 50 bytes of the Data Object
}

// Empty says that no stream follows, [MS-MSBD] 3.1.5.3.
func (s *StreamInfo) Empty() bool { return s.binary() == 0 }

func (s *StreamInfo) binary() int {
	return len(s.Title) + len(s.Description) + len(s.Link) + len(s.Header)
}

// ParseStreamInfo parses an IndStreamInfo or a ResStreamInfo. Of an empty one only
// HR counts: Windows Media Services leave its fields as they were in memory. What
// follows bBinaryData is left out.
func ParseStreamInfo(m Message) (StreamInfo, error) {
	s := StreamInfo{HR: m.HR}
	if m.HR.Failed() || len(m.Body) == infoFixed {
		return s, nil
	}
	if err := checkBody(m.ID, m.Body, infoFixed); err != nil {
		return s, err
	}
	u32 := func(at int) uint32 { return binary.LittleEndian.Uint32(m.Body[at:]) }
	s.Stream = msb.StreamID(binary.LittleEndian.Uint16(m.Body))
	s.PacketSize = binary.LittleEndian.Uint16(m.Body[2:])
	s.Packets, s.BitRate, s.Duration = u32(4), u32(8), u32(12)
	rest, at := m.Body[infoFixed:], 16
	for _, f := range []*[]byte{&s.Title, &s.Description, &s.Link, &s.Header} {
		size := u32(at)
		if uint64(size) > uint64(len(rest)) {
			return StreamInfo{}, &ParseError{m.ID.String(), HeadSize + at, ErrInvalid}
		}
		*f, rest, at = rest[:size:size], rest[size:], at+4
	}
	return s, nil
}

// Size is the size of what Append appends; it has to be MaxMessage at most.
func (s *StreamInfo) Size() int { return HeadSize + infoFixed + s.binary() }

// Append appends the message as an IndStreamInfo or a ResStreamInfo.
func (s *StreamInfo) Append(b []byte, id MessageID) []byte {
	b = appendHead(b, id, s.HR, s.Size())
	b = binary.LittleEndian.AppendUint16(b, uint16(s.Stream))
	b = binary.LittleEndian.AppendUint16(b, s.PacketSize)
	for _, v := range []uint32{s.Packets, s.BitRate, s.Duration} {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	for _, part := range [][]byte{s.Title, s.Description, s.Link, s.Header} {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(part)))
	}
	b = append(append(b, s.Title...), s.Description...)
	return append(append(b, s.Link...), s.Header...)
}

// streams is how many StreamIDs there are: 0x0000 to 0x07FF and 0x8000 to 0x87FF.
const streams = 2 * (int(msb.MaxFormatID) + 1)

// nthStream is the StreamID of the nth stream of a session: each has another one
// than the streams before it, as far as there are any.
func nthStream(n int) msb.StreamID {
	n %= streams
	return msb.StreamID(n)&msb.StreamID(msb.MaxFormatID) | msb.StreamID(n>>11)<<15
}
