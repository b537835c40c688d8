package rtsp

import "encoding/binary"

// Bits of the first byte of the RTP payload format header.
const (
	payloadKey      = 0x80 // S
	payloadLength   = 0x40 // L
	payloadRelative = 0x20 // R
	payloadDuration = 0x10 // D
	payloadLocation = 0x08 // I

	payloadHeadMin = 4
	payloadHeadMax = 16
	maxPayloadSize = 1<<24 - 1 // what Length/Offset can say
)

// PayloadHead is the RTP payload format header that goes before an ASF packet
// or a fragment of one, [MS-RTSP] 2.2.1.3, big-endian:
//
//	 0                   1                   2                   3
//	+-+-+-+-+-+-----+-----------------------------------------------+
//	|S|L|R|D|I| RES |                 Length/Offset                 |
//	+-+-+-+-+-+-----+-----------------------------------------------+
//	|                Relative Timestamp (optional)                  |
//	|                     Duration (optional)                       |
//	|                    LocationId (optional)                      |
//	+---------------------------------------------------------------+
type PayloadHead struct {
	Key         bool   // S: the ASF packet holds a payload of a key frame
	Whole       bool   // L: Length is the size of the ASF packet that follows
	HasRelative bool   // R
	HasDuration bool   // D
	HasLocation bool   // I
	Length      uint32 // of the ASF packet; if not Whole, offset of the fragment in it; bytes
	Relative    int32  // send time less RTP timestamp, ms
	Duration    uint32 // ms
	Location    uint32 // number of the ASF packet
}

// ParsePayloadHead parses the header at the beginning of b and returns how
// many bytes it takes.
func ParsePayloadHead(b []byte) (PayloadHead, int, error) {
	if len(b) < payloadHeadMin {
		return PayloadHead{}, 0, ErrNeedMore
	}
	word := binary.BigEndian.Uint32(b)
	flags := b[0]
	h := PayloadHead{
		Key:         flags&payloadKey != 0,
		Whole:       flags&payloadLength != 0,
		HasRelative: flags&payloadRelative != 0,
		HasDuration: flags&payloadDuration != 0,
		HasLocation: flags&payloadLocation != 0,
		Length:      word & maxPayloadSize,
	}
	n := h.Size()
	if len(b) < n {
		return PayloadHead{}, 0, ErrNeedMore
	}
	at := payloadHeadMin
	if h.HasRelative {
		h.Relative = int32(binary.BigEndian.Uint32(b[at:]))
		at += 4
	}
	if h.HasDuration {
		h.Duration = binary.BigEndian.Uint32(b[at:])
		at += 4
	}
	if h.HasLocation {
		h.Location = binary.BigEndian.Uint32(b[at:])
	}
	return h, n, nil
}

// Size is the size of what Append appends, 4 to 16 bytes.
func (h *PayloadHead) Size() int {
	n := payloadHeadMin
	for _, has := range [...]bool{h.HasRelative, h.HasDuration, h.HasLocation} {
		if has {
			n += 4
		}
	}
	return n
}

// Append appends the header. Length is at most 24 bits.
func (h *PayloadHead) Append(b []byte) []byte {
	var flags byte
	if h.Key {
		flags |= payloadKey
	}
	if h.Whole {
		flags |= payloadLength
	}
	if h.HasRelative {
		flags |= payloadRelative
	}
	if h.HasDuration {
		flags |= payloadDuration
	}
	if h.HasLocation {
		flags |= payloadLocation
	}
	b = append(b, flags, byte(h.Length>>16), byte(h.Length>>8), byte(h.Length))
	if h.HasRelative {
		b = binary.BigEndian.AppendUint32(b, uint32(h.Relative))
	}
	if h.HasDuration {
		b = binary.BigEndian.AppendUint32(b, h.Duration)
	}
	if h.HasLocation {
		b = binary.BigEndian.AppendUint32(b, h.Location)
	}
	return b
}
