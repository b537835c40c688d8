package rtsp

import "github.com/pion/rtcp"

// Sizes and limits of RTCP packets.
const (
	rtcpHeadSize   = 4
	rtcpReportSize = 24
	rtcpSenderSize = 20 // sender information of a sender report, after its SSRC

	// MaxRTCPMessages is the most messages that are read of one RTCP packet.
	MaxRTCPMessages = 256

	sdesCNAME = 1
)

// RTCPIter walks over the messages of an RTCP packet, RFC 3550 6.1, and
// allocates nothing:
//
//	for it := NewRTCPIter(b); it.Next(); {
//		use(it.Type, it.Body)
//	}
//
// What follows a malformed message is not looked at.
type RTCPIter struct {
	Type  rtcp.PacketType
	Count uint8  // 5 bits: reports, chunks, sources, or the format of a NACK
	Body  []byte // what follows the first 4 bytes, without padding; aliases the packet

	rest []byte
	seen int
	err  error
}

// NewRTCPIter starts before the first message.
func NewRTCPIter(b []byte) RTCPIter { return RTCPIter{rest: b} }

// Next goes to the next message. It is false at the end and at an error.
func (it *RTCPIter) Next() bool {
	if it.err != nil || len(it.rest) == 0 {
		return false
	}
	if it.seen++; it.seen > MaxRTCPMessages {
		return it.fail(ErrLimit)
	}
	var h rtcp.Header
	if len(it.rest) < rtcpHeadSize {
		return it.fail(ErrNeedMore)
	}
	if h.Unmarshal(it.rest) != nil {
		return it.fail(ErrInvalid) // a version other than 2
	}
	n := rtcpHeadSize + 4*int(h.Length)
	if n > len(it.rest) {
		return it.fail(ErrNeedMore)
	}
	it.Type, it.Count, it.Body = h.Type, h.Count, it.rest[rtcpHeadSize:n:n]
	it.rest = it.rest[n:]
	if !h.Padding {
		return true
	}
	if len(it.Body) == 0 || int(it.Body[len(it.Body)-1]) > len(it.Body) {
		return it.fail(ErrInvalid)
	}
	it.Body = it.Body[:len(it.Body)-int(it.Body[len(it.Body)-1])]
	return true
}

func (it *RTCPIter) fail(err error) bool {
	it.err = &ParseError{"RTCP message", it.seen, err}
	it.Body = nil
	return false
}

// Err tells why Next was false; nil at the end. The Offset of a *ParseError
// counts messages here.
func (it *RTCPIter) Err() error { return it.err }

// Report returns the ith reception report of a sender or receiver report.
func (it *RTCPIter) Report(i int) (r rtcp.ReceptionReport, ok bool) {
	at := 4 // the SSRC of who reports
	switch it.Type {
	case rtcp.TypeSenderReport:
		at += rtcpSenderSize
	case rtcp.TypeReceiverReport:
	default:
		return r, false
	}
	at += i * rtcpReportSize
	if i < 0 || i >= int(it.Count) || at+rtcpReportSize > len(it.Body) {
		return r, false
	}
	return r, r.Unmarshal(it.Body[at:at+rtcpReportSize]) == nil
}

// CNAME returns the first canonical name of an SDES message; nil if it has none.
func (it *RTCPIter) CNAME() []byte {
	if it.Type != rtcp.TypeSourceDescription {
		return nil
	}
	b := it.Body
	for chunk := 0; chunk < int(it.Count) && len(b) >= 4; chunk++ {
		size := len(b)
		b = b[4:]
		for len(b) >= 2 && b[0] != 0 {
			n := 2 + int(b[1])
			if n > len(b) {
				return nil
			}
			if b[0] == sdesCNAME {
				return b[2:n:n]
			}
			b = b[n:]
		}
		end := size - len(b) + 1 // a zero byte, and on to the next word
		b = b[min(len(b), (end+3)&^3-(size-len(b))):]
	}
	return nil
}
