package mms

// Packet pairs over UDP, [MS-MMSP] 2.2.2 and 3.2.5.8: two data packets before
// ReportReadBlock, when FunnelInfo asked for PacketPairUDPHighEntropy.
const (
	// PairDatagrams is how many there are.
	PairDatagrams = 2
	// PairLocation is the LocationId of the first; the second has one more.
	PairLocation uint32 = 0xF0F0F000
	// PairPayload is the size of the random payload in bytes, [MS-MMSP]
	// 3.2.5.8; 4.4.1 says 1,472, which is the size of the packet.
	PairPayload = 1464
)

// IsPair says that the packet is one of a packet pair.
func (d *Data) IsPair() bool {
	return d.PlayIncarnation == IncarnationPair && d.AFFlags == FlagPair && d.LocationID-PairLocation < PairDatagrams
}

// AppendPair appends the nth data packet of a pair, n being 0 or 1. random
// holds PairPayload fresh bytes.
func AppendPair(b []byte, n int, random []byte) []byte {
	b = AppendDataHead(b, PairLocation+uint32(n), IncarnationPair, FlagPair, len(random))
	return append(b, random...)
}
