package wmsp

import "math"

// StartBy says what a Play request names its start by.
type StartBy uint8

const (
	StartDefault StartBy = iota // none of the tokens: the beginning
	StartByTime                 // ms, without preroll
	StartByPacket
	StartByOffset // bytes from the beginning of the ASF file
)

// Start is where a Play request wants to begin.
type Start struct {
	By    StartBy
	Value uint64
}

// Start weighs stream-time, packet-num and stream-offset as [MS-WMSP] 3.2.5.6
// says: a time other than 0 first, then packet, then offset; all ones is no
// value; a time of 0 is what is left. Clients that seek by packet or offset
// also send stream-time=0.
func (p *Pragma) Start() Start {
	hasTime := p.Has(TokenStreamTime) && p.StreamTime != math.MaxUint32
	switch {
	case hasTime && p.StreamTime != 0:
		return Start{StartByTime, uint64(p.StreamTime)}
	case p.Has(TokenPacketNum) && p.PacketNum != math.MaxUint32:
		return Start{StartByPacket, uint64(p.PacketNum)}
	case p.Has(TokenStreamOffset) && p.StreamOffset != math.MaxUint64:
		return Start{StartByOffset, p.StreamOffset}
	case hasTime:
		return Start{StartByTime, 0}
	}
	return Start{}
}
