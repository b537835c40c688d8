package wmsp

import (
	"bytes"
	"encoding/binary"

	"caracal/asf"
)

// The packets of an encoder, [MS-WMHTTP] 2.2.3: those of [MS-WMSP] without the
// MMS data packet between Framing Header and payload.
//
//	$H, $D, $F:  24 ID | length of the payload         | payload
//	$C:          24 43 | length of the payload + 4     | 00 00 00 00 | payload
//	$E:          24 45 | 04 00                         | Reason
//
// MaxPushPayload bounds a packet with its Framing Header to 65,535 bytes.
const (
	MaxPushPayload = 0xFFFF - FramingHeaderSize     // of $H and $F; 2.2.3.5, 2.2.3.6
	MaxPushChange  = MaxPushPayload - ReasonSize    // the header in a $C; 2.2.3.2
	pushEndSize    = FramingHeaderSize + ReasonSize // a $E
	pushFillSize   = FramingHeaderSize              // the smallest $F
	pushFillMax    = pushFillSize + MaxPushPayload  // the largest
	preheaderAt    = MMSPacketHeadSize              // of the ASF header in a $H that has one
)

// ParsePushFrame parses the packet at the beginning of b and returns how many
// bytes it takes. Payload aliases b. The B bit has to be 0 and is not looked
// at.
func ParsePushFrame(b []byte) (Frame, int, error) {
	if len(b) < FramingHeaderSize {
		return Frame{}, 0, ErrNeedMore
	}
	if b[0]&^frameMore != frameByte {
		return Frame{}, 0, &ParseError{"Framing Header", 0, ErrInvalid}
	}
	f := Frame{ID: b[1], Length: binary.LittleEndian.Uint16(b[2:])}
	object := pushObject(f.ID)
	if object == "" {
		return Frame{}, 0, &ParseError{"PacketID", 1, ErrInvalid}
	}
	end := FramingHeaderSize + int(f.Length)
	if len(b) < end {
		return Frame{}, 0, ErrNeedMore
	}
	f.Payload = b[FramingHeaderSize:end:end]
	switch f.ID {
	case FrameChange, FrameEnd:
		if len(f.Payload) < ReasonSize || f.ID == FrameEnd && len(f.Payload) > ReasonSize {
			return Frame{}, 0, &ParseError{object, 2, ErrInvalid}
		}
		f.Reason = binary.LittleEndian.Uint32(f.Payload)
		f.Payload = f.Payload[ReasonSize:]
	}
	return f, end, nil
}

// pushObject names a packet; "" if encoders have none like that.
func pushObject(id byte) string {
	switch id {
	case FrameChange, FrameData, FrameEnd, FrameFill, FrameHeader:
		return "$" + string(rune(id)) + " packet"
	}
	return ""
}

// AppendPush appends a $H, $D or $F packet. The payload is at most
// MaxPushPayload bytes long.
func AppendPush(b []byte, id byte, payload []byte) []byte {
	return append(appendPushHead(b, id, len(payload)), payload...)
}

func appendPushHead(b []byte, id byte, n int) []byte {
	return append(b, frameByte, id, byte(n), byte(n>>8))
}

// AppendPushChange appends a $C packet with the ASF header of what follows, at
// most MaxPushChange bytes.
func AppendPushChange(b, header []byte) []byte {
	b = appendPushHead(b, FrameChange, ReasonSize+len(header))
	return append(append(b, 0, 0, 0, 0), header...)
}

// hasPreheader says whether a $H packet has an MMS data packet before the ASF
// header, as in [MS-WMSP]: programs push that write one framing for both.
func hasPreheader(f *Frame) bool {
	return f.ID == FrameHeader && len(f.Payload) > preheaderAt+len(asf.IDHeader) &&
		bytes.HasPrefix(f.Payload[preheaderAt:], asf.IDHeader[:])
}
