package asf

// MaxPacketHead is the most bytes that come before the payloads of a packet:
// error correction of 16 bytes, two flag bytes, length, sequence and padding
// length, send time and duration, payload flags.
const MaxPacketHead = 16 + 2 + 4 + 4 + 4 + 6 + 1

// Outline is a packet without its padding and its packet length, as protocols
// send it that leave the padding out: a head that is written anew, and a span
// of the packet. The padding length stays in the head, as 0, if there is one, so
// that a receiver that fills packets up again has where to say how far.
type Outline struct {
	SendTime uint32 // ms; 0 for opaque data, which has none
	From, To uint32 // the payloads, offsets in the packet
	Key      bool   // a payload of a key frame is in it
	Opaque   bool

	headLen uint8 // 0 is no outline
	head    [MaxPacketHead]byte
}

// Read makes the outline of a packet.
func (o *Outline) Read(pkt []byte) error {
	var p Packet
	if err := ParsePacket(pkt, &p); err != nil {
		return err
	}
	flags, from := p.LengthFlags, len(pkt)-len(p.Body)-len(p.Padding)
	o.Key = p.Trim(false)
	p.LengthFlags |= flags & (3 << paddingShift)
	o.From, o.To = uint32(from), uint32(from+len(p.Body))
	o.SendTime, o.Opaque = p.SendTime, p.Opaque
	o.headLen = uint8(len(p.AppendHead(o.head[:0])))
	return nil
}

// Valid says that the outline has been made.
func (o *Outline) Valid() bool { return o.headLen > 0 }

// Head is what goes before the payloads. It aliases o.
func (o *Outline) Head() []byte { return o.head[:o.headLen] }
