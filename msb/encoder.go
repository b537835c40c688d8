package msb

import (
	"crypto/subtle"

	"caracal/asf"
)

// The span of a parity packet, [MS-MSB] 2.2.2: how many packets it covers.
const (
	DefaultSpan = 10
	MaxSpan     = 15
)

const (
	// MaxHead is the longest Head of a Datagram, bytes.
	MaxHead = PacketHeadSize + CorrectionSize + lengthSize + asf.MaxPacketHead

	// The packet length field of an ASF packet: its size, and the bits of the
	// length type flags that say so.
	lengthSize = 2
	lengthType = 2 << 5
)

// EncoderOptions are how a sender begins. Its zero value is what Windows Media
// Services do.
type EncoderOptions struct {
	Span  int    // packets that a parity packet covers; 0 is DefaultSpan, less is no error correction
	ID    uint32 // of the first packet. A sender that begins again goes on: some receivers drop smaller IDs
	Cycle uint8  // of the first span
}

// Encoder makes the MSB packets of one multicast group, [MS-MSB] 2.2.4, and
// their parity packets, 2.2.2. It changes no ASF packet, so that other players
// may be sent the same bytes.
type Encoder struct {
	span    int // 0 without error correction
	next    uint32
	stream  StreamID
	cycle   uint8
	number  int    // packets in the cycle so far
	parity  []byte // their sum; grows to the largest packet and stays
	longest int
}

// Datagram is one MSB packet in two parts: Head (the packet's head, error
// correction, the head of the ASF packet), then Body.
type Datagram struct {
	Head []byte // what the caller gave, with at most MaxHead bytes appended
	Body []byte // aliases the ASF packet
}

// NewEncoder makes an encoder. Begin comes before its first packet.
func NewEncoder(o EncoderOptions) *Encoder {
	e := &Encoder{span: min(o.Span, MaxSpan), next: o.ID, stream: streamEntry, cycle: o.Cycle}
	if o.Span == 0 {
		e.span = DefaultSpan
	}
	e.span = max(e.span, 0)
	return e
}

// Span is the largest span of its parity packets, for Station.DefaultECC; 0
// without error correction.
func (e *Encoder) Span() int { return e.span }

// Next is the ID of the next packet.
func (e *Encoder) Next() uint32 { return e.next }

// Stream is the StreamID of the entry.
func (e *Encoder) Stream() StreamID { return e.stream }

// Begin begins an entry of a playlist, or the same again, [MS-MSB] 3.1.5.1. A
// parity packet for what Pending counts comes before, else a new cycle begins
// without it.
func (e *Encoder) Begin(f FormatID) {
	e.stream = e.stream.Next(f)
	if e.number > 0 {
		e.endCycle()
	}
}

// Pending is how many packets no parity packet covers yet. When it is Span one
// is due; before an entry ends and when the sender stops one may be made for
// fewer, [MS-MSB] 3.1.5.3.
func (e *Encoder) Pending() int { return e.number }

// Due says that AppendParity comes before the next packet.
func (e *Encoder) Due() bool { return e.span > 0 && e.number == e.span }

// Packet makes the MSB packet of an ASF packet whose outline o is, without its
// padding. It appends the head to b. A packet of opaque data, ErrOpaque, and one
// that no datagram holds, ErrLimit, are not sent and change nothing.
//
// Where there was padding the ASF packet says its length instead, if it does not
// grow by that: receivers that fill packets up again, or repair them, then know
// where it ends.
//
// When a parity packet is Due and was not made, its cycle ends without it.
func (e *Encoder) Packet(b, pkt []byte, o *asf.Outline) (Datagram, error) {
	if o.Opaque {
		return Datagram{}, ErrOpaque
	}
	if int(o.To) > len(pkt) || o.From > o.To || !o.Valid() {
		return Datagram{}, &ParseError{"ASF packet", 0, ErrInvalid}
	}
	head, body := withoutCorrection(o.Head()), pkt[o.From:o.To:o.To]
	size := CorrectionSize + len(head) + len(body)
	explicit := len(pkt)-len(o.Head())-len(body) >= lengthSize
	if explicit {
		size += lengthSize
	}
	if size > MaxASFPacket {
		return Datagram{}, &ParseError{"ASF packet", 0, ErrLimit}
	}
	if e.Due() {
		e.endCycle()
	}
	b = appendPacketHead(b, e.next, e.stream, PacketHeadSize+size)
	b = e.correction().Append(b)
	from := len(b)
	if explicit {
		b = append(b, head[0]|lengthType, head[1], byte(size), byte(size>>8))
		head = head[2:]
	}
	b = append(b, head...)
	e.add(b[from:], body)
	e.next++
	return Datagram{b, body}, nil
}

// correction is that of the next packet.
func (e *Encoder) correction() Correction {
	if e.span == 0 {
		return Correction{}
	}
	return Correction{Type: CorrectionData, Number: uint8(e.number + 1), Cycle: e.cycle}
}

// ParitySize is the size of what AppendParity appends, while packets are pending.
func (e *Encoder) ParitySize() int { return PacketHeadSize + CorrectionSize + e.longest }

// AppendParity appends the MSB packet with the parity of all packets that are
// pending, and begins a new cycle. Without pending packets it appends nothing.
func (e *Encoder) AppendParity(b []byte) []byte {
	if e.number == 0 {
		return b
	}
	c := Correction{Parity: true, Type: CorrectionParity, Number: uint8(e.number + 1), Cycle: e.cycle}
	b = appendPacketHead(b, e.next-1, e.stream, e.ParitySize())
	b = append(c.Append(b), e.parity[:e.longest]...)
	e.endCycle()
	return b
}

// add adds a packet, without its error correction bytes, to the cycle.
func (e *Encoder) add(head, body []byte) {
	if e.span == 0 {
		return
	}
	n := len(head) + len(body)
	if n > len(e.parity) {
		e.parity = append(e.parity, make([]byte, n-len(e.parity))...)
	}
	e.longest = max(e.longest, n)
	e.number++
	subtle.XORBytes(e.parity, e.parity, head)
	rest := e.parity[len(head):]
	subtle.XORBytes(rest, rest, body)
}

func (e *Encoder) endCycle() {
	clear(e.parity[:e.longest])
	e.number, e.longest = 0, 0
	e.cycle++
}

// withoutCorrection cuts the error correction bytes off the head of an ASF
// packet.
func withoutCorrection(head []byte) []byte {
	if head[0]&correctionPresent == 0 {
		return head
	}
	return head[1+int(head[0]&correctionLength):]
}
