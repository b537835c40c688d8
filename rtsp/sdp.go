package rtsp

import (
	"encoding/base64"
	"net/netip"
	"strconv"
	"strings"

	"caracal/internal/head"
)

// RTP payload formats in SDP, [MS-RTSP] 2.2.5.3 to 2.2.5.5. Their clock is
// 1000 Hz.
const (
	FormatASF = "x-asf-pf"
	FormatRTX = "x-wms-rtx"
	FormatFEC = "x-wms-fec"
)

// Payload types that this server gives to them, as Windows Media Services
// does; 96 means two things in two media descriptions.
const (
	PayloadASF = 96
	PayloadRTX = 96
	PayloadFEC = 98
)

// Media of media descriptions.
const (
	MediaAudio       = "audio"
	MediaVideo       = "video"
	MediaApplication = "application"
)

// SDP is a session description, [MS-RTSP] 2.2.5: what DESCRIBE and ANNOUNCE say
// about content.
type SDP struct {
	ID      uint64     // of the o= line
	Address netip.Addr // of the server; IPv6 makes o= and c= lines of IP6
	Title   string     // "" becomes "<No Title>"
	Rate    uint32     // b=AS, kbit/s, the peak of all streams together

	Control       string     // a=control, the content's URL
	ETag          string     // a=etag, in braces; "" for none
	Range         *Range     // a=range; nil for none
	Properties    Properties // a=type
	MaxPacketSize uint32     // a=maxps, bytes; 0 for none

	ContentDescription []byte // a=pgmpu: a list of [MS-WMSP] 2.2.4 in UTF-8; nil for none
	Header             []byte // a=pgmpu: the Header Object and the head of the Data Object
	Media              []SDPMedia
}

// SDPMedia is a media description.
type SDPMedia struct {
	Media       string // MediaAudio, MediaVideo or MediaApplication
	PayloadType uint8
	Format      string // FormatASF or FormatRTX
	Control     string // URL, usually relative
	Stream      uint32 // a=stream
	Rate        uint32 // b=AS, kbit/s, the peak; FormatASF only
	Average     uint32 // b=X-AV, kbit/s; 0 if it is the peak
	Reliable    bool   // a=reliable
	FEC         *SDPFEC
}

// SDPFEC is the payload type for FEC in a media description, [MS-RTSP] 2.2.5.4.
type SDPFEC struct {
	PayloadType uint8
	Control     string // URL for SETUP
	Span        uint8  // default number of source packets, 1 to 24
	PerSpan     uint8  // default number of FEC packets, 1 to Span
}

const (
	noTitle       = "<No Title>"
	attributeData = "a=pgmpu:data:"
	headerData    = "application/vnd.ms.wms-hdr.asfv1;base64,"
	contentData   = TypeContentDesc + ","
)

// Append appends the description. a=pgmpu comes before the media descriptions:
// FFmpeg reads it there only.
func (s *SDP) Append(b []byte) []byte {
	address, family := s.Address, " IN IP4 "
	if address.Is4In6() {
		address = address.Unmap()
	}
	if !address.IsValid() {
		address = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	connection := "c=IN IP4 0.0.0.0"
	if address.Is6() {
		family, connection = " IN IP6 ", "c=IN IP6 ::"
	}
	id := strconv.FormatUint(s.ID, 10)
	title := s.Title
	if title == "" {
		title = noTitle
	}
	b = head.AppendLine(b, "v=0")
	b = head.AppendLine(b, "o=- "+id+" "+id+family+address.WithZone("").String())
	b = head.AppendLine(b, "s="+title)
	b = head.AppendLine(b, connection)
	b = head.AppendLine(b, "b=AS:"+FormatNumber(s.Rate))
	b = head.AppendLine(b, "t=0 0")
	b = s.appendAttributes(b)
	for i := range s.Media {
		b = s.Media[i].append(b)
	}
	return b
}

func (s *SDP) appendAttributes(b []byte) []byte {
	if s.MaxPacketSize > 0 {
		b = head.AppendLine(b, "a=maxps:"+FormatNumber(s.MaxPacketSize))
	}
	b = appendAttribute(b, "a=control:", s.Control)
	b = appendAttribute(b, "a=etag:", s.ETag)
	if s.Range != nil {
		b = head.AppendLine(b, "a=range:"+s.Range.String())
	}
	b = appendAttribute(b, "a=type:", s.Properties.String())
	b = head.AppendLine(b, "a=recvonly")
	if s.ContentDescription != nil {
		b = head.AppendLine(b, attributeData+contentData+escapeData(s.ContentDescription))
	}
	if s.Header != nil {
		b = append(b, attributeData+headerData...)
		b = base64.StdEncoding.AppendEncode(b, s.Header)
		b = append(b, '\r', '\n')
	}
	return b
}

func appendAttribute(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return head.AppendLine(b, name+value)
}

func (m *SDPMedia) append(b []byte) []byte {
	payload := strconv.Itoa(int(m.PayloadType))
	line := "m=" + m.Media + " 0 RTP/AVP " + payload
	if m.FEC != nil {
		line += " " + strconv.Itoa(int(m.FEC.PayloadType))
	}
	b = head.AppendLine(b, line)
	if m.Format == FormatASF {
		b = head.AppendLine(b, "b=AS:"+FormatNumber(m.Rate))
	}
	if m.Average > 0 {
		b = head.AppendLine(b, "b=X-AV:"+FormatNumber(m.Average))
	}
	b = head.AppendLine(b, "b=RS:0")
	b = head.AppendLine(b, "b=RR:0")
	b = head.AppendLine(b, "a=rtpmap:"+payload+" "+m.Format+"/1000")
	b = appendAttribute(b, "a=control:", m.Control)
	b = head.AppendLine(b, "a=stream:"+FormatNumber(m.Stream))
	if m.Reliable {
		b = head.AppendLine(b, "a=reliable")
	}
	if f := m.FEC; f != nil {
		fec := strconv.Itoa(int(f.PayloadType)) + " "
		b = head.AppendLine(b, "a=rtpmap:"+fec+FormatFEC+"/1000")
		b = head.AppendLine(b, "a=fmtp:"+fec+f.Control+" "+strconv.Itoa(int(f.Span))+" "+strconv.Itoa(int(f.PerSpan)))
	}
	return b
}

// escapeData writes what a URL cannot have as %XX, [MS-RTSP] 2.2.5.2.3.2.
func escapeData(data []byte) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range data {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9',
			strings.IndexByte("-._~!$&'()*+,;=:@/?", c) >= 0:
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	return b.String()
}
