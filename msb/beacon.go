package msb

const (
	// BeaconSize is the size of a beacon packet.
	BeaconSize = 4

	beacon = "MSB " // 0x2042534D, little-endian
)

// AppendBeacon appends a beacon packet, [MS-MSB] 2.2.3, which says that the
// sender is there though it has no packets.
func AppendBeacon(b []byte) []byte { return append(b, beacon...) }

// IsBeacon says that a datagram is a beacon packet. Nothing else is shorter
// than the head of an MSB packet, so that no packet ID can be taken for one.
func IsBeacon(b []byte) bool { return string(b) == beacon }
