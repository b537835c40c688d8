package rtsp

import "encoding/binary"

// $P packet, [MS-WMSP] 2.2.3.7: 0x24 and 'P', PacketLength and Reason, both
// little-endian, and random bytes. PacketLength is a fixed word: the first
// packet is shorter and the third longer by the size of the RTSP head, which
// goes out with the first.
const (
	tcpPairByte  = '$'
	tcpPairID    = 'P'
	tcpPairHead  = 8
	tcpPairShort = 504  // PacketLength of the first and second; also the most that Reason says
	tcpPairLong  = 1048 // of the third

	// TCPPairsSize is the size of the body of a TcpPacketPair response, [MS-RTSP]
	// 2.2.7.12, whatever the size of its head.
	TCPPairsSize = PairCount*tcpPairHead + 2*tcpPairShort + tcpPairLong
	// MaxTCPPairPayload is the most random bytes in one $P packet.
	MaxTCPPairPayload = tcpPairLong + tcpPairShort
)

func tcpPairPayload(n, headLen int) (length, payload int) {
	reason := min(headLen, tcpPairShort)
	switch n {
	case 1:
		return tcpPairShort, tcpPairShort - reason
	case PairCount:
		return tcpPairLong, tcpPairLong + reason
	}
	return tcpPairShort, tcpPairShort
}

// AppendTCPPair appends the nth $P packet (1 to PairCount) of a TcpPacketPair
// response whose head, blank line included, takes headLen bytes. rnd holds fresh
// random bytes, MaxTCPPairPayload of them.
func AppendTCPPair(b []byte, n, headLen int, rnd []byte) []byte {
	length, payload := tcpPairPayload(n, headLen)
	b = append(b, tcpPairByte, tcpPairID)
	b = binary.LittleEndian.AppendUint16(b, uint16(length))
	b = binary.LittleEndian.AppendUint32(b, uint32(min(headLen, tcpPairShort)))
	return append(b, rnd[:min(payload, len(rnd))]...)
}

// ParseTCPPair parses the nth $P packet (1 to PairCount) at the beginning of b
// and returns how many bytes it takes: a client notes the time when one is there.
func ParseTCPPair(b []byte, n int) (int, error) {
	if len(b) < tcpPairHead {
		return 0, ErrNeedMore
	}
	reason := binary.LittleEndian.Uint32(b[4:])
	if b[0] != tcpPairByte || b[1] != tcpPairID || reason > tcpPairShort {
		return 0, &ParseError{"$P packet", 0, ErrInvalid}
	}
	length, payload := tcpPairPayload(n, int(reason))
	if int(binary.LittleEndian.Uint16(b[2:])) != length {
		return 0, &ParseError{"$P packet", 2, ErrInvalid}
	}
	if len(b) < tcpPairHead+payload {
		return 0, ErrNeedMore
	}
	return tcpPairHead + payload, nil
}
