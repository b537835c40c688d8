package rtsp

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"strconv"

	"github.com/pion/rtcp"
)

// Generic NACK messages, [MS-RTSP] 2.2.4: those of RFC 4585 6.2.1, but the
// upper of the five bits of FMT is E, which clients set and servers ignore.
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+---+-+-+-------+---------------+-------------------------------+
//	|V=2|P|E|FMT=1  |    PT=205     |            length             |
//	+---------------------------------------------------------------+
//	|                   SSRC of who asks                            |
//	|                   SSRC of the RTP session                     |
//	+-------------------------------+-------------------------------+
//	|     PID: a lost packet        |  BLP: which of the next 16    |
//	+-------------------------------+-------------------------------+
const (
	nackFormat     = 1
	nackFormatMask = 0x0F
	nackE          = 0x10

	// MaxMissing is how many packets one RTCP packet can ask for, [MS-RTSP]
	// 3.2.5.10.
	MaxMissing = 128
	// maxNacks is how many NACK messages a client puts into one RTCP packet,
	// [MS-RTSP] 3.1.4.6.
	maxNacks = 32

	nackCNAME = "@WMS:7ff42e07-3c7c-4eb5-9c17-6bdd11ad90de"
)

// Missing is an RTP packet that a client asks for.
type Missing struct {
	SSRC     uint32 // of the RTP session
	Sequence uint16
}

// ParseNacks reads an RTCP packet as [MS-RTSP] 3.2.5.10 has it: ssrc is that of
// the retransmission stream, from the CNAME, and tells the session; the packets
// asked for are appended to dst[:0], the first MaxMissing of them, each once.
// An RTCP packet without a NACK gives none and no error; one with a NACK but
// without a CNAME of the right form is an error. All of a malformed RTCP packet
// is refused.
func ParseNacks(dst []Missing, b []byte) (ssrc uint32, missing []Missing, err error) {
	dst = dst[:0]
	asked, named := false, false
	it := NewRTCPIter(b)
	for it.Next() {
		switch {
		case it.Type == rtcp.TypeTransportSpecificFeedback && it.Count&nackFormatMask == nackFormat:
			asked = true
			dst = appendMissing(dst, it.Body)
		case !named:
			ssrc, named = parseNackCNAME(it.CNAME())
		}
	}
	switch {
	case it.Err() != nil:
		return 0, nil, it.Err()
	case !asked:
		return 0, nil, nil
	case !named:
		return 0, nil, &ParseError{"CNAME", 0, ErrInvalid}
	}
	return ssrc, dst, nil
}

func appendMissing(dst []Missing, body []byte) []Missing {
	if len(body) < 8 {
		return dst
	}
	m := Missing{SSRC: binary.BigEndian.Uint32(body[4:])}
	for body = body[8:]; len(body) >= 4; body = body[4:] {
		m.Sequence = binary.BigEndian.Uint16(body)
		following := binary.BigEndian.Uint16(body[2:])
		for bitmap := uint32(following)<<1 | 1; bitmap != 0; bitmap >>= 1 {
			if len(dst) == MaxMissing {
				return dst
			}
			if bitmap&1 != 0 && !slices.Contains(dst, m) {
				dst = append(dst, m)
			}
			m.Sequence++
		}
	}
	return dst
}

// parseNackCNAME reads ssrc "@WMS:7ff42e07-…"; ABNF's strings have no case.
func parseNackCNAME(name []byte) (ssrc uint32, ok bool) {
	digits := len(name) - len(nackCNAME)
	if digits < 1 || digits > 10 || !equalFold(name[digits:], nackCNAME) {
		return 0, false
	}
	var n uint64
	for _, c := range name[:digits] {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + uint64(c-'0')
	}
	return uint32(n), n>>32 == 0
}

// equalFold compares without regard to the case of ASCII letters, as
// strings.EqualFold does, which would need a string.
func equalFold(b []byte, s string) bool {
	if len(b) != len(s) {
		return false
	}
	for i := range b {
		if asciiLower(b[i]) != asciiLower(s[i]) {
			return false
		}
	}
	return true
}

func asciiLower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// NackCNAME is the canonical name of a client that asks for packets: ssrc is
// that of the retransmission stream in the server's Transport header.
func NackCNAME(ssrc uint32) string { return strconv.FormatUint(uint64(ssrc), 10) + nackCNAME }

// AppendNacks appends an RTCP packet that asks for the packets of the RTP
// session media with sequence numbers lost, in ascending order: an empty
// receiver report, SDES and NACK messages. from is the client's own SSRC, rtx
// that of NackCNAME. It returns how many of lost are in it; the others are for
// another RTCP packet.
func AppendNacks(b []byte, from, media, rtx uint32, lost []uint16) ([]byte, int) {
	b = appendRTCPHead(b, rtcp.TypeReceiverReport, 0, 4)
	b = binary.BigEndian.AppendUint32(b, from)
	b = appendSDES(b, from, NackCNAME(rtx))
	taken := 0
	for messages := 0; messages < maxNacks && taken < len(lost); messages++ {
		first, following := nackGroup(lost[taken:], MaxMissing-taken)
		if first == nil {
			break
		}
		taken += 1 + bits.OnesCount16(following)
		b = appendRTCPHead(b, rtcp.TypeTransportSpecificFeedback, nackFormat|nackE, 12)
		b = binary.BigEndian.AppendUint32(b, from)
		b = binary.BigEndian.AppendUint32(b, media)
		b = binary.BigEndian.AppendUint16(b, *first)
		b = binary.BigEndian.AppendUint16(b, following)
	}
	return b, taken
}

// nackGroup takes up to limit sequence numbers that fit into one message.
func nackGroup(lost []uint16, limit int) (first *uint16, following uint16) {
	if limit <= 0 {
		return nil, 0
	}
	for _, seq := range lost[1:min(len(lost), limit)] {
		ahead := seq - lost[0] - 1
		if ahead >= 16 || following>>ahead != 0 {
			break
		}
		following |= 1 << ahead
	}
	return &lost[0], following
}
