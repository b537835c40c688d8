package wmsp

import "encoding/binary"

// Frame is one packet of a reply's body, [MS-WMSP] 2.2.3.
type Frame struct {
	More   bool   // B: the next packet follows at once
	ID     byte   // FrameData, FrameHeader ...
	Length uint16 // PacketLength as sent

	Reason uint32 // $C, $E and $P only

	// $D, $H and $M only.
	Location    uint32
	Incarnation byte
	Flags       byte // AFFlags

	Payload []byte // aliases the input
}

// Pieces of a $H or $M that are alone or the first, or alone or the last.
func (f *Frame) First() bool { return f.Flags&FlagFirst != 0 }
func (f *Frame) Last() bool  { return f.Flags&FlagLast != 0 }

// ParseFrame parses the packet at the beginning of b and returns how many
// bytes it takes. Payload aliases b. The length of a $P packet depends on its
// number, which the packet does not tell: ParseFrame takes it for the first;
// a FrameParser counts.
//
// The second length (PacketSize) is not looked at: servers differ there, and
// PacketLength already says where the next packet begins.
func ParseFrame(b []byte) (Frame, int, error) {
	var p FrameParser
	return p.Parse(b)
}

// FrameParser parses the packets of one reply in order. The zero value is
// ready.
type FrameParser struct {
	pairs int // $P packets seen
}

// Parse is ParseFrame that knows how many $P packets came before.
func (p *FrameParser) Parse(b []byte) (Frame, int, error) {
	if len(b) < FramingHeaderSize {
		return Frame{}, 0, ErrNeedMore
	}
	if b[0]&^frameMore != frameByte {
		return Frame{}, 0, &ParseError{"Framing Header", 0, ErrInvalid}
	}
	f := Frame{
		More:   b[0]&frameMore != 0,
		ID:     b[1],
		Length: binary.LittleEndian.Uint16(b[2:]),
	}
	n := int(f.Length)
	if f.ID == FramePair {
		return p.parsePair(f, b)
	}
	if len(b) < FramingHeaderSize+n {
		return Frame{}, 0, ErrNeedMore
	}
	body := b[FramingHeaderSize : FramingHeaderSize+n : FramingHeaderSize+n]
	if err := f.parseBody(body); err != nil {
		return Frame{}, 0, err
	}
	return f, FramingHeaderSize + n, nil
}

func (f *Frame) parseBody(body []byte) error {
	switch f.ID {
	case FrameData, FrameHeader, FrameMetadata:
		if len(body) < MMSPacketHeadSize {
			return &ParseError{"MMS data packet", FramingHeaderSize, ErrInvalid}
		}
		f.Location = binary.LittleEndian.Uint32(body)
		f.Incarnation = body[4]
		f.Flags = body[5]
		f.Payload = body[MMSPacketHeadSize:]
	case FrameChange, FrameEnd:
		if len(body) < ReasonSize {
			return &ParseError{"Reason", FramingHeaderSize, ErrInvalid}
		}
		f.Reason = binary.LittleEndian.Uint32(body)
		f.Payload = body[ReasonSize:]
	default:
		f.Payload = body // $T has none; what is unknown is the caller's to refuse
	}
	return nil
}

func (p *FrameParser) parsePair(f Frame, b []byte) (Frame, int, error) {
	if p.pairs >= PairCount {
		return Frame{}, 0, &ParseError{"$P packet", 0, ErrLimit}
	}
	if len(b) < pairHeadSize {
		return Frame{}, 0, ErrNeedMore
	}
	f.Reason = binary.LittleEndian.Uint32(b[FramingHeaderSize:])
	want := pairLength(p.pairs + 1)
	if f.Length != want || f.Reason > pairShort {
		return Frame{}, 0, &ParseError{"$P packet", 2, ErrInvalid}
	}
	end := pairHeadSize + PairPayload(p.pairs+1, int(f.Reason))
	if len(b) < end {
		return Frame{}, 0, ErrNeedMore
	}
	p.pairs++
	f.Payload = b[pairHeadSize:end:end]
	return f, end, nil
}

// Append appends the packet as parsed. Only a Frame of the three kinds that
// carry an MMS data packet uses Location, Incarnation and Flags.
func (f *Frame) Append(b []byte) []byte {
	at := len(b)
	switch f.ID {
	case FrameData, FrameHeader, FrameMetadata:
		b = appendMMS(b, f.ID, f.More, f.Location, f.Incarnation, f.Flags, len(f.Payload))
	case FrameChange, FrameEnd, FramePair:
		b = appendReason(b, f.ID, f.Reason)
		binary.LittleEndian.PutUint16(b[at+2:], f.Length)
	default:
		b = append(b, frameByte, f.ID)
		b = binary.LittleEndian.AppendUint16(b, f.Length)
	}
	if f.More {
		b[at] |= frameMore
	}
	return append(b, f.Payload...)
}
