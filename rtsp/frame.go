package rtsp

import "encoding/binary"

const (
	frameByte = '$'
	// FrameHeadSize is what comes before the data of an interleaved frame.
	FrameHeadSize = 4
	// MaxFrameData is the most that one frame carries, bytes.
	MaxFrameData = 1<<16 - 1
)

// Frame is interleaved binary data on the connection, RFC 2326 10.12: one RTP
// or RTCP packet.
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//	|      '$'      |    Channel    |             Length            |
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
type Frame struct {
	Channel uint8
	Data    []byte // of a parsed frame: a part of the input
}

// ParseFrame parses the frame at the beginning of b. It returns ErrNeedMore
// until all of it is there.
func ParseFrame(b []byte) (Frame, int, error) {
	if len(b) > 0 && b[0] != frameByte {
		return Frame{}, 0, &ParseError{"interleaved frame", 0, ErrInvalid}
	}
	if len(b) < FrameHeadSize {
		return Frame{}, 0, ErrNeedMore
	}
	n := FrameHeadSize + int(binary.BigEndian.Uint16(b[2:]))
	if len(b) < n {
		return Frame{}, 0, ErrNeedMore
	}
	return Frame{Channel: b[1], Data: b[FrameHeadSize:n:n]}, n, nil
}

// AppendFrameHead appends what comes before n bytes of data, at most
// MaxFrameData.
func AppendFrameHead(b []byte, channel uint8, n int) []byte {
	return append(b, frameByte, channel, byte(n>>8), byte(n))
}

// Append appends the frame. Data beyond MaxFrameData is cut.
func (f Frame) Append(b []byte) []byte {
	data := f.Data[:min(len(f.Data), MaxFrameData)]
	return append(AppendFrameHead(b, f.Channel, len(data)), data...)
}

// Size is the number of bytes that Append appends.
func (f Frame) Size() int { return FrameHeadSize + min(len(f.Data), MaxFrameData) }
