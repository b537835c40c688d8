package rtsp

import "caracal/asf"

// MaxASFPacket bounds an ASF packet that is sent or put together, bytes.
const MaxASFPacket = 1 << 20

// maxASFHead is the longest head of an ASF packet: error correction of 16
// bytes, two flag bytes, length, sequence and padding length, send time and
// duration, payload flags.
const maxASFHead = 16 + 2 + 4 + 4 + 4 + 6 + 1

// paddingLengthType is the width of the padding length in ASF's length type
// flags (ASF 5.2.2).
const paddingLengthType = 3 << 3

// PayloadForm says how ASF packets are put into RTP packets.
type PayloadForm uint8

const (
	// FormStandard is [MS-RTSP] 2.2.1: padding removed, no packet length. The
	// padding length stays, as 0, so that a client that fills packets up
	// again (GStreamer's rtpasfdepay) has where to say how far.
	FormStandard PayloadForm = iota
	// FormExplicit is for libavformat (User-Agent Lavf): it takes a packet that
	// says no length for one of the file's packet size and reads on in the next,
	// and the Length of L=1 to count the payload format header. So an ASF packet
	// that is shorter says its length, and whole packets go as a fragment (L=0)
	// at offset 0 with the marker bit. A packet of the file's packet size stays
	// as it is: libavformat stops where it has read as many bytes as the Data
	// Object says, so that no packet may grow.
	FormExplicit
)

// Unit is an ASF packet without its padding, ready to be sent by any number of
// Framings of its form: Head, then Body.
type Unit struct {
	PacketSize int // of the file, bytes; set once, and only FormExplicit asks for it

	Body     []byte // aliases the packet
	SendTime uint32 // ms
	Key      bool   // a payload of a key frame is in it

	form    PayloadForm
	headLen uint8
	head    [maxASFHead]byte
}

// Read fills u from a whole ASF packet. last is the send time of the packet
// before it, for packets of opaque data, which have none of their own.
func (u *Unit) Read(pkt []byte, form PayloadForm, last uint32) error {
	var p asf.Packet
	if err := asf.ParsePacket(pkt, &p); err != nil {
		return err
	}
	if len(pkt) > MaxASFPacket {
		return &ParseError{"ASF packet", 0, ErrLimit}
	}
	u.strip(&p, form)
	u.Body, u.SendTime, u.form = p.Body, p.SendTime, form
	if p.Opaque {
		u.SendTime = last
	}
	u.headLen = uint8(len(p.AppendHead(u.head[:0])))
	return nil
}

// strip removes the padding in the way of the form.
func (u *Unit) strip(p *asf.Packet, form PayloadForm) {
	if form == FormStandard {
		flags := p.LengthFlags
		u.Key = p.Trim(false)
		p.LengthFlags |= flags & paddingLengthType
		return
	}
	whole := *p
	u.Key = p.Trim(true)
	if len(whole.Padding) == 0 && len(whole.Body) == len(p.Body) && whole.Size() == u.PacketSize {
		*p = whole
	}
}

// Head is what goes before Body. It aliases u.
func (u *Unit) Head() []byte { return u.head[:u.headLen] }

// Size is the size of the ASF packet without padding, bytes.
func (u *Unit) Size() int { return int(u.headLen) + len(u.Body) }
