package mms

// Values of playIncarnation in the four messages before OpenFile: what kind of
// packet-pair experiment is asked for or done, [MS-MMSP] 2.2.4.2, 2.2.4.6,
// 2.2.4.17 and 2.2.4.19. FFmpeg asks with 0x00F0F0F0, which is none of them and
// stands for no experiment; Windows Media Services 4 leave old bytes in Connect.
const (
	DisablePacketPair        uint32 = 0xF0F0F0EF
	UsePacketPair            uint32 = 0xF0F0F0F0
	PacketPairTCPHighEntropy uint32 = 0xF0F0F0F1
	PacketPairUDPHighEntropy uint32 = 0xF0F0F901
)

// Packet pairs over TCP are three ReportFunnelInfo messages of which each has a
// packet, with its TcpMessageHeader, of a fixed size, [MS-MMSP] 3.2.5.4. (4.4.2
// has 480 and 1,016 random bytes, which would be larger packets.)
const (
	PairMessages = 3

	pairPacket     = 512  // bytes, the first and second
	pairLastPacket = 1056 // bytes, the third
)

// PairMessagePayload returns how many random bytes the nth (1 to 3)
// ReportFunnelInfo carries in Pair.
func PairMessagePayload(n int) int {
	const head = TCPMessageHeaderSize + messageHeadSize + funnelInfoFixed
	if n == PairMessages {
		return pairLastPacket - head
	}
	return pairPacket - head
}

// AnswerPacketPair returns the playIncarnation of ReportFunnelInfo for the
// FunnelInfo that asks, [MS-MMSP] 3.2.5.4, from a server that does both.
func AnswerPacketPair(asked uint32) uint32 {
	switch asked {
	case UsePacketPair, PacketPairTCPHighEntropy:
		return PacketPairTCPHighEntropy
	case PacketPairUDPHighEntropy:
		return PacketPairUDPHighEntropy
	}
	return DisablePacketPair
}
