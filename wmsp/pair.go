package wmsp

import "encoding/binary"

// Packet-Pair Packet, [MS-WMSP] 2.2.3.7. PacketLength is a fixed word here:
// the payload is shorter in the first and longer in the third packet by the
// size of the HTTP head, which goes out in one segment with the first. So the
// three take PairsSize bytes together whatever the head's size is.
const (
	PairCount = 3

	pairShort    = 504  // PacketLength of the first and second; also the most that Reason says
	pairLong     = 1048 // PacketLength of the third
	pairHeadSize = FramingHeaderSize + ReasonSize

	// PairsSize is the size of the three packets together.
	PairsSize = PairCount*pairHeadSize + pairShort + pairShort + pairLong
	// MaxPairPayload is the longest payload of one packet.
	MaxPairPayload = pairLong + pairShort
)

func pairLength(n int) uint16 {
	if n == PairCount {
		return pairLong
	}
	return pairShort
}

// PairPayload returns how many random bytes the nth packet (1 to 3) carries
// after an HTTP head of headLen bytes.
func PairPayload(n, headLen int) int {
	reason := min(headLen, pairShort)
	switch n {
	case 1:
		return pairShort - reason
	case PairCount:
		return pairLong + reason
	}
	return pairShort
}

// AppendPair appends the nth $P packet (1 to 3). headLen is the size of the
// reply's HTTP head in bytes, including the blank line. rnd holds fresh random
// bytes, best MaxPairPayload of them; a shorter one is used again from its
// beginning, an empty one leaves zeros.
func AppendPair(b []byte, n int, headLen int, rnd []byte) []byte {
	b = append(b, frameByte, FramePair)
	b = binary.LittleEndian.AppendUint16(b, pairLength(n))
	b = binary.LittleEndian.AppendUint32(b, uint32(min(headLen, pairShort)))
	if len(rnd) == 0 {
		rnd = []byte{0}
	}
	for left := PairPayload(n, headLen); left > 0; {
		piece := rnd[:min(left, len(rnd))]
		b = append(b, piece...)
		left -= len(piece)
	}
	return b
}
