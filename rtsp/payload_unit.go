package rtsp

import "caracal/asf"

// MaxASFPacket bounds an ASF packet that is sent or put together, bytes.
const MaxASFPacket = 1 << 20

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
	head    [asf.MaxPacketHead]byte
}

// Read fills u from a whole ASF packet. last is the send time of the packet
// before it, for packets of opaque data, which have none of their own.
func (u *Unit) Read(pkt []byte, form PayloadForm, last uint32) error {
	if len(pkt) > MaxASFPacket {
		return &ParseError{"ASF packet", 0, ErrLimit}
	}
	if form == FormExplicit {
		return u.readExplicit(pkt, last)
	}
	var o asf.Outline
	if err := o.Read(pkt); err != nil {
		return err
	}
	u.Set(pkt, &o, last)
	return nil
}

// Set is Read with FormStandard for a packet whose outline has been made.
func (u *Unit) Set(pkt []byte, o *asf.Outline, last uint32) {
	u.form, u.Key, u.SendTime = FormStandard, o.Key, o.SendTime
	if o.Opaque {
		u.SendTime = last
	}
	u.Body = pkt[o.From:o.To:o.To]
	u.headLen = uint8(copy(u.head[:], o.Head()))
}

func (u *Unit) readExplicit(pkt []byte, last uint32) error {
	var p asf.Packet
	if err := asf.ParsePacket(pkt, &p); err != nil {
		return err
	}
	whole := p
	u.Key = p.Trim(true)
	if len(whole.Padding) == 0 && len(whole.Body) == len(p.Body) && whole.Size() == u.PacketSize {
		p = whole
	}
	u.Body, u.SendTime, u.form = p.Body, p.SendTime, FormExplicit
	if p.Opaque {
		u.SendTime = last
	}
	u.headLen = uint8(len(p.AppendHead(u.head[:0])))
	return nil
}

// Head is what goes before Body. It aliases u.
func (u *Unit) Head() []byte { return u.head[:u.headLen] }

// Size is the size of the ASF packet without padding, bytes.
func (u *Unit) Size() int { return int(u.headLen) + len(u.Body) }
