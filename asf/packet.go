package asf

import "encoding/binary"

// MaxPayloads is the most payloads that one packet can hold: the count has six bits.
const MaxPayloads = 63

// Bits of the error correction flags (5.2.1) and of the length type flags (5.2.2).
const (
	errorCorrectionPresent = 0x80
	errorCorrectionType    = 0x60 // any length type but 0 is reserved
	opaqueDataPresent      = 0x10
	errorCorrectionLength  = 0x0F

	multiplePayloads = 0x01
	sequenceShift    = 1
	paddingShift     = 3
	lengthShift      = 5
)

// Packet is one data packet of the Data Object. ParsePacket fills it without
// allocating; its slices alias the parsed bytes.
//
// ASF 5.2
type Packet struct {
	ErrorCorrection []byte // flags byte and error correction data; nil if absent
	Opaque          bool   // Body is opaque data (parity); nothing else but ErrorCorrection is set
	LengthFlags     byte   // widths of the three fields below, and the multiple payloads bit
	PropertyFlags   byte   // widths of the fields of payload heads
	Length          uint32 // bytes; 0 when the packet does not say it
	Sequence        uint32 // reserved, kept as found
	PaddingLength   uint32 // bytes, as declared
	SendTime        uint32 // ms
	Duration        uint16 // ms
	Multiple        bool   // the multiple payloads bit of LengthFlags
	PayloadFlags    byte   // when Multiple: count of payloads and width of their lengths
	Body            []byte // the payloads
	Padding         []byte // all bytes behind Body, declared as padding or beyond Length
}

// fieldWidth gives the bytes of a field from its two-bit length type.
var fieldWidth = [4]int{0, 1, 2, 4}

// readField reads a field of 0, 1, 2 or 4 bytes; one without bytes is 0.
func readField(b []byte, width int) uint32 {
	switch width {
	case 1:
		return uint32(b[0])
	case 2:
		return uint32(binary.LittleEndian.Uint16(b))
	case 4:
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func appendField(b []byte, width int, v uint32) []byte {
	switch width {
	case 1:
		return append(b, byte(v))
	case 2:
		return binary.LittleEndian.AppendUint16(b, uint16(v))
	case 4:
		return binary.LittleEndian.AppendUint32(b, v)
	}
	return b
}

func packetError(off int, err error) error {
	return &ParseError{Object: "Data Packet", Offset: int64(off), Err: err}
}

// parsingInformation finds the payload parsing information (5.2.2): its first
// byte and its send time. send is -1 in a packet of opaque data, which has none.
func parsingInformation(b []byte) (flags, send int, err error) {
	if len(b) == 0 {
		return 0, 0, packetError(0, ErrNeedMore)
	}
	if b[0]&errorCorrectionPresent != 0 {
		if b[0]&errorCorrectionType != 0 {
			return 0, 0, packetError(0, ErrInvalid)
		}
		flags = 1 + int(b[0]&errorCorrectionLength)
		if b[0]&opaqueDataPresent != 0 {
			send = -1
		}
	}
	if flags > len(b) || send == 0 && flags+2 > len(b) {
		return 0, 0, packetError(len(b), ErrNeedMore)
	}
	if send < 0 {
		return flags, send, nil
	}
	t := b[flags]
	send = flags + 2 + fieldWidth[t>>lengthShift&3] + fieldWidth[t>>sequenceShift&3] + fieldWidth[t>>paddingShift&3]
	if send+6 > len(b) {
		return 0, 0, packetError(len(b), ErrNeedMore)
	}
	return flags, send, nil
}

// ParsePacket parses one whole packet. The payloads are checked when they are
// iterated over.
//
// A packet that gives a length below len(b) has padding that its padding length
// does not count; an explicit length of 0 means len(b).
func ParsePacket(b []byte, p *Packet) error {
	flags, send, err := parsingInformation(b)
	if err != nil {
		return err
	}
	*p = Packet{}
	if flags > 0 {
		p.ErrorCorrection = b[:flags:flags]
	}
	if send < 0 {
		p.Opaque, p.Body = true, b[flags:]
		return nil
	}
	p.LengthFlags, p.PropertyFlags = b[flags], b[flags+1]
	p.Multiple = p.LengthFlags&multiplePayloads != 0
	i := flags + 2
	w := fieldWidth[p.LengthFlags>>lengthShift&3]
	p.Length = readField(b[i:], w)
	i += w
	w = fieldWidth[p.LengthFlags>>sequenceShift&3]
	p.Sequence = readField(b[i:], w)
	i += w
	p.PaddingLength = readField(b[i:], fieldWidth[p.LengthFlags>>paddingShift&3])
	p.SendTime = binary.LittleEndian.Uint32(b[send:])
	p.Duration = binary.LittleEndian.Uint16(b[send+4:])
	return p.split(b, send+6)
}

// split finds the payloads and the padding in b, whose parsing information ends at body.
func (p *Packet) split(b []byte, body int) error {
	if p.Multiple {
		if body == len(b) {
			return packetError(body, ErrNeedMore)
		}
		p.PayloadFlags = b[body]
		body++
	}
	end := int64(len(b))
	if p.Length != 0 {
		if int64(p.Length) > end {
			return packetError(len(b), ErrNeedMore)
		}
		end = int64(p.Length)
	}
	end -= int64(p.PaddingLength)
	if end < int64(body) {
		return packetError(body, ErrInvalid)
	}
	p.Body, p.Padding = b[body:end:end], b[end:]
	return nil
}

// HeadSize is the size of what AppendHead appends.
func (p *Packet) HeadSize() int {
	n := len(p.ErrorCorrection)
	if p.Opaque {
		return n
	}
	t := p.LengthFlags
	n += 2 + fieldWidth[t>>lengthShift&3] + fieldWidth[t>>sequenceShift&3] + fieldWidth[t>>paddingShift&3] + 6
	if t&multiplePayloads != 0 {
		n++
	}
	return n
}

// Size is the packet's size with its padding, bytes.
func (p *Packet) Size() int { return p.HeadSize() + len(p.Body) + len(p.Padding) }

// AppendHead appends all that comes before Body, for senders that write head
// and Body from two places.
func (p *Packet) AppendHead(b []byte) []byte {
	b = append(b, p.ErrorCorrection...)
	if p.Opaque {
		return b
	}
	t := p.LengthFlags
	b = append(b, t, p.PropertyFlags)
	b = appendField(b, fieldWidth[t>>lengthShift&3], p.Length)
	b = appendField(b, fieldWidth[t>>sequenceShift&3], p.Sequence)
	b = appendField(b, fieldWidth[t>>paddingShift&3], p.PaddingLength)
	b = binary.LittleEndian.AppendUint32(b, p.SendTime)
	b = binary.LittleEndian.AppendUint16(b, p.Duration)
	if t&multiplePayloads != 0 {
		b = append(b, p.PayloadFlags)
	}
	return b
}

// Append appends the packet, byte for byte what ParsePacket read.
func (p *Packet) Append(b []byte) []byte {
	b = p.AppendHead(b)
	b = append(b, p.Body...)
	return append(b, p.Padding...)
}

// SendTime reads the send time of a packet, ms, without parsing the rest.
func SendTime(b []byte) (uint32, error) {
	_, send, err := parsingInformation(b)
	if err != nil {
		return 0, err
	}
	if send < 0 {
		return 0, packetError(0, ErrInvalid)
	}
	return binary.LittleEndian.Uint32(b[send:]), nil
}
