package asf

import "encoding/binary"

// Sizes of packets that a Packetizer writes, bytes.
const (
	MinPacketSize     = 64
	MaxPacketSize     = 1 << 24
	DefaultPacketSize = 1400
)

// What the Packetizer writes is one shape of packet: error correction data
// 82 00 00, multiple payloads, a padding length even when it is 0, and payload
// heads with a stream number of one byte, an object number of one, an offset of
// four and a replicated data length of one.
const (
	writtenProperties = 0x5D
	writtenHead       = 3 + 2 + 6 + 1     // and the padding length
	writtenPayload    = 1 + 1 + 4 + 1 + 8 // and extensions and the payload length
	maxExtension      = 0xFF - objectReplicated
)

// smallestFragment is the fewest bytes of a longer media object that are worth a
// payload head at the end of a packet.
const smallestFragment = 32

// MediaObject is one sample of a stream: a video frame, a run of audio, a script command.
type MediaObject struct {
	Stream    uint8  // 1 to 127
	Number    uint32 // counts the stream's objects; the Packetizer writes its low 8 bits
	Time      uint32 // presentation time, ms, preroll included
	Key       bool
	Data      []byte
	Extension []byte // extension system data, at most 247 bytes
}

// PacketizerOptions may be left zero.
type PacketizerOptions struct {
	PacketSize int    // bytes, MinPacketSize to MaxPacketSize; 0: DefaultPacketSize
	Preroll    uint32 // ms; a packet's send time is its earliest presentation time less this
}

// Packetizer makes packets of one size from media objects. An object goes into
// as many packets as it needs, and a packet holds as many payloads as fit.
type Packetizer struct {
	size     int
	preroll  uint32
	width    int    // of padding and payload lengths
	buf      []byte // the packet being filled; its head is written last
	payloads int
	earliest uint32 // presentation times in buf
	latest   uint32
	sent     uint32 // send time of the packet before
}

// NewPacketizer checks the packet size.
func NewPacketizer(o PacketizerOptions) (*Packetizer, error) {
	size := o.PacketSize
	if size == 0 {
		size = DefaultPacketSize
	}
	if size < MinPacketSize || size > MaxPacketSize {
		return nil, packetError(0, ErrLimit)
	}
	width := 2
	if size > 0xFFFF {
		width = 4
	}
	p := &Packetizer{size: size, preroll: o.Preroll, width: width, buf: make([]byte, 0, size)}
	p.reset()
	return p, nil
}

// PacketSize is the size of every packet, bytes.
func (p *Packetizer) PacketSize() int { return p.size }

func (p *Packetizer) reset() {
	p.buf = p.buf[:writtenHead+p.width]
	p.payloads = 0
}

// Add takes a media object and emits the packets that it fills; the rest waits
// for more or for Flush. A packet is valid until emit returns. An error of emit
// ends Add and is returned.
func (p *Packetizer) Add(o MediaObject, emit func(pkt []byte) error) error {
	head := writtenPayload + len(o.Extension) + p.width
	switch {
	case o.Stream == 0 || o.Stream > streamNumberMask || len(o.Data) == 0:
		return &ParseError{Object: "media object", Err: ErrInvalid}
	case len(o.Extension) > maxExtension || writtenHead+p.width+head >= p.size || uint64(len(o.Data)) > 0xFFFFFFFF:
		return &ParseError{Object: "media object", Err: ErrLimit}
	}
	for offset := 0; offset < len(o.Data); {
		room, rest := p.size-len(p.buf)-head, len(o.Data)-offset
		if p.payloads == MaxPayloads || p.payloads > 0 && room < min(rest, smallestFragment) {
			if err := p.Flush(emit); err != nil {
				return err
			}
			continue
		}
		n := min(room, rest)
		p.fragment(&o, offset, n)
		offset += n
	}
	if len(p.buf) == p.size {
		return p.Flush(emit)
	}
	return nil
}

// fragment writes one payload (5.2.3.3).
func (p *Packetizer) fragment(o *MediaObject, offset, n int) {
	if p.payloads == 0 {
		p.earliest, p.latest = o.Time, o.Time
	}
	p.earliest, p.latest = min(p.earliest, o.Time), max(p.latest, o.Time)
	p.payloads++
	stream := o.Stream
	if o.Key {
		stream |= keyFrameBit
	}
	b := append(p.buf, stream, byte(o.Number))
	b = binary.LittleEndian.AppendUint32(b, uint32(offset))
	b = append(b, byte(objectReplicated+len(o.Extension)))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(o.Data)))
	b = binary.LittleEndian.AppendUint32(b, o.Time)
	b = append(b, o.Extension...)
	b = appendField(b, p.width, uint32(n))
	p.buf = append(b, o.Data[offset:offset+n]...)
}

// Flush emits what waits, padded to the packet size. Send times never go back.
func (p *Packetizer) Flush(emit func(pkt []byte) error) error {
	if p.payloads == 0 {
		return nil
	}
	if p.earliest > p.preroll {
		p.sent = max(p.sent, p.earliest-p.preroll)
	}
	padding := p.size - len(p.buf)
	lengthType := byte(2)
	if p.width == 4 {
		lengthType = 3
	}
	head := Packet{
		ErrorCorrection: p.buf[:3],
		LengthFlags:     multiplePayloads | lengthType<<paddingShift,
		PropertyFlags:   writtenProperties,
		PaddingLength:   uint32(padding),
		SendTime:        p.sent,
		Duration:        uint16(min(p.latest-p.earliest, 0xFFFF)),
		PayloadFlags:    byte(p.payloads) | lengthType<<payloadLengthShift,
	}
	p.buf[0], p.buf[1], p.buf[2] = errorCorrectionPresent|2, 0, 0
	head.AppendHead(p.buf[:0])
	pkt := p.buf[:p.size]
	clear(pkt[len(p.buf):])
	p.reset()
	return emit(pkt)
}
