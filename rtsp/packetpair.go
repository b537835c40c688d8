package rtsp

import "github.com/pion/rtp"

// Packet-pair data in RTP packets, [MS-RTSP] 2.2.3.2: the RTP header with
// timestamp 0, the payload format header of 4 bytes with S in the first packet
// and L in all, and random bytes. Their number modulo 3 tells the last packet
// (1), the one before (0) and the one before that (2).
const (
	// PairCount is how many packets are sent, 3.2.5.7.
	PairCount = 3
	// MinPairPayload is the least number of random bytes in one packet.
	MinPairPayload = 482
	// MaxPairSize is the size of the longest packet with its RTP header.
	MaxPairSize = RTPHeadSize + payloadHeadMin + pairFixed + PairCount - 1

	pairFixed    = 1454 // random bytes of the first of three
	pairVariable = 1283 // of the first of three when the client leaves it to the server
)

// Pair is the RTP session that packet-pair data goes out on: that of the
// retransmission stream.
type Pair struct {
	PayloadType  uint8
	SSRC         uint32
	Sequence     uint16 // of the first packet
	VariableSize bool   // variable-size of the UdpPacketPair request
}

// Size is the number of random bytes in the nth packet (1 to PairCount).
func (p Pair) Size(n int) int {
	if p.VariableSize {
		return pairVariable + n - 1
	}
	return pairFixed + n - 1
}

// Append appends the nth RTP packet (1 to PairCount). rnd holds fresh random
// bytes, Size(n) of them: each packet's are to be different and must not
// compress.
func (p Pair) Append(b []byte, n int, rnd []byte) []byte {
	size := min(p.Size(n), len(rnd))
	h := PayloadHead{Key: n == 1, Whole: true, Length: uint32(size)}
	b = appendRTPHead(b, true, p.PayloadType, p.Sequence+uint16(n-1), 0, p.SSRC)
	return append(h.Append(b), rnd[:size]...)
}

// ParsePair tells what a client needs of an RTP packet of the retransmission
// stream: whether it is packet-pair data, whether it is the first of it and how
// many more follow. A copy of a media packet is told by its timestamp or by its
// payload format header.
func ParsePair(p *rtp.Packet) (first bool, following int, ok bool) {
	h, n, err := ParsePayloadHead(p.Payload)
	size := len(p.Payload) - n
	if err != nil || n != payloadHeadMin || p.Timestamp != 0 || !h.Whole || int(h.Length) != size || size < MinPairPayload {
		return false, 0, false
	}
	return h.Key, (4 - size%3) % 3, true
}
