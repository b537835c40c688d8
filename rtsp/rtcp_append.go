package rtsp

import (
	"encoding/binary"
	"time"

	"github.com/pion/rtcp"
)

// ntpEpoch is 1 January 1900 in seconds before 1970.
const ntpEpoch = 2_208_988_800

// SenderInfo is what a sender report says of an RTP session, RFC 3550 6.4.1.
type SenderInfo struct {
	SSRC      uint32
	Time      time.Time // when the report is made
	Timestamp uint32    // RTP timestamp of that time, ms
	Packets   uint32    // RTP packets sent
	Octets    uint32    // of them without headers, bytes
}

func appendRTCPHead(b []byte, kind rtcp.PacketType, count uint8, body int) []byte {
	words := body / 4
	return append(b, rtpVersion|count, byte(kind), byte(words>>8), byte(words))
}

// AppendSenderReport appends an RTCP packet of a sender report and an SDES
// message with cname, of which 255 bytes are used.
func AppendSenderReport(b []byte, s SenderInfo, cname string) []byte {
	b = appendRTCPHead(b, rtcp.TypeSenderReport, 0, 4+rtcpSenderSize)
	b = binary.BigEndian.AppendUint32(b, s.SSRC)
	b = binary.BigEndian.AppendUint32(b, uint32(s.Time.Unix()+ntpEpoch))
	b = binary.BigEndian.AppendUint32(b, uint32(uint64(s.Time.Nanosecond())<<32/1e9))
	b = binary.BigEndian.AppendUint32(b, s.Timestamp)
	b = binary.BigEndian.AppendUint32(b, s.Packets)
	b = binary.BigEndian.AppendUint32(b, s.Octets)
	return appendSDES(b, s.SSRC, cname)
}

// AppendBye appends an RTCP packet of a sender report, an SDES message with
// cname and a BYE.
func AppendBye(b []byte, s SenderInfo, cname string) []byte {
	b = AppendSenderReport(b, s, cname)
	b = appendRTCPHead(b, rtcp.TypeGoodbye, 1, 4)
	return binary.BigEndian.AppendUint32(b, s.SSRC)
}

// AppendReceiverReport appends an RTCP packet of a receiver report on what came
// from others, at most 31 of them, and an SDES message with cname.
func AppendReceiverReport(b []byte, ssrc uint32, reports []rtcp.ReceptionReport, cname string) ([]byte, error) {
	reports = reports[:min(len(reports), 31)]
	b = appendRTCPHead(b, rtcp.TypeReceiverReport, uint8(len(reports)), 4+len(reports)*rtcpReportSize)
	b = binary.BigEndian.AppendUint32(b, ssrc)
	for _, r := range reports {
		wire, err := r.Marshal()
		if err != nil {
			return nil, err
		}
		b = append(b, wire...)
	}
	return appendSDES(b, ssrc, cname), nil
}

func appendSDES(b []byte, ssrc uint32, cname string) []byte {
	cname = cname[:min(len(cname), 255)]
	size := (4 + 2 + len(cname) + 1 + 3) &^ 3 // SSRC, item, the zero that ends the chunk
	b = appendRTCPHead(b, rtcp.TypeSourceDescription, 1, size)
	b = binary.BigEndian.AppendUint32(b, ssrc)
	b = append(b, sdesCNAME, byte(len(cname)))
	b = append(b, cname...)
	for range size - 4 - 2 - len(cname) {
		b = append(b, 0)
	}
	return b
}
