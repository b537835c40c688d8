package rtsp

import (
	"encoding/binary"

	"caracal/asf"
)

const (
	rtpVersion  = 2 << 6
	rtpMarker   = 0x80
	rtpTypeMask = 0x7F

	// RTPHeadSize is the size of the fixed RTP header, RFC 3550 5.1.
	RTPHeadSize = 12
	// MaxFragmentHead is the longest Head of a Fragment, bytes.
	MaxFragmentHead = RTPHeadSize + payloadHeadMin + 4 + asf.MaxPacketHead
	// MinBlocksize is the least that a Framing takes for Size.
	MinBlocksize = 128
)

// Framing puts the ASF packets of one RTP session into RTP packets, [MS-RTSP]
// 2.2.1. It keeps nothing between packets, so that what was sent can be made
// again from the same arguments.
type Framing struct {
	PayloadType uint8
	SSRC        uint32
	Size        int  // of the largest RTP packet, its header included; less than MinBlocksize counts as that
	Location    bool // the client takes LocationId (com.microsoft.wm.locid)
}

// Fragment is one RTP packet in two parts: Head (RTP header, payload format
// header, often the beginning of the ASF packet), then Body.
type Fragment struct {
	Head []byte // what the caller gave, with MaxFragmentHead or fewer bytes appended
	Body []byte // aliases the Unit
}

func appendRTPHead(b []byte, marker bool, pt uint8, seq uint16, timestamp, ssrc uint32) []byte {
	pt &= rtpTypeMask
	if marker {
		pt |= rtpMarker
	}
	b = append(b, rtpVersion, pt, byte(seq>>8), byte(seq))
	b = binary.BigEndian.AppendUint32(b, timestamp)
	return binary.BigEndian.AppendUint32(b, ssrc)
}

// room is how many bytes of an ASF packet fit into an RTP packet whose marker
// bit is set, and therefore into any.
func (f *Framing) room() int {
	n := max(f.Size, MinBlocksize) - RTPHeadSize - payloadHeadMin
	if f.Location {
		n -= 4
	}
	return n
}

// Fragments is how many RTP packets the ASF packet takes, at least 1.
func (f *Framing) Fragments(u *Unit) int {
	room, size := f.room(), u.Size()
	if size <= room {
		return 1
	}
	return (size + room - 1) / room
}

// Fragment makes the ith of the ASF packet's RTP packets, 0 <= i < Fragments.
// seq is its sequence number, location the ASF packet's number. It appends to
// b and allocates nothing if b has room.
func (f *Framing) Fragment(b []byte, u *Unit, location uint32, seq uint16, i int) Fragment {
	room, size := f.room(), u.Size()
	from := i * room
	to := min(from+room, size)
	last := to == size
	whole := size <= room && u.form == FormStandard
	h := PayloadHead{Key: u.Key, Whole: whole, Length: uint32(from), HasLocation: f.Location && last, Location: location}
	if whole {
		h.Length = uint32(size)
	}
	b = appendRTPHead(b, last, f.PayloadType, seq, u.SendTime, f.SSRC)
	b = h.Append(b)
	head := int(u.headLen)
	if from < head {
		b = append(b, u.head[from:min(to, head)]...)
	}
	return Fragment{b, u.Body[max(from-head, 0):max(to-head, 0)]}
}
