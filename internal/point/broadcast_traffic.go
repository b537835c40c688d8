package point

import "sync/atomic"

// traffic counts what sources have brought.
type traffic struct{ packets, bytes atomic.Uint64 }

func (t *traffic) count(packetSize int) {
	t.packets.Add(1)
	t.bytes.Add(uint64(packetSize))
}

// Brought returns how many packets all sources so far have brought, and their
// size with padding in bytes.
func (b *Broadcast) Brought() (packets, bytes uint64) {
	return b.traffic.packets.Load(), b.traffic.bytes.Load()
}
