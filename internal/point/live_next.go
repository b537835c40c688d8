package point

import (
	"bytes"

	"caracal/asf"
)

// Generation counts the entries of a broadcast, from 1.
func (l *Live) Generation() uint32 { return l.generation }

// Latest returns the entry that is being broadcast now, or was last: l itself as
// long as nothing has followed it.
func (l *Live) Latest() *Live {
	for {
		l.mu.RLock()
		next := l.next
		l.mu.RUnlock()
		if next == nil {
			return l
		}
		l = next
	}
}

// Generation is the number that tells an entry from those that come before and after
// it for its players: of a broadcast, or of a list; 0 if it stands alone.
func Generation(e Entry) uint32 {
	if g, ok := e.(interface{ Generation() uint32 }); ok {
		return g.Generation()
	}
	return 0
}

// Latest is what a player that turns to an entry late gets in its place: of a
// broadcast, what is being broadcast.
func Latest(e Entry) Entry {
	if l, ok := e.(*Live); ok {
		return l.Latest()
	}
	return e
}

// Continues says whether next describes the same streams as e, so that whoever
// knows the header of e alone can go on with the packets of next.
func Continues(e, next Entry) bool {
	a, b := e.Info(), next.Info()
	if a.PacketSize != b.PacketSize || a.Preroll != b.Preroll || !sameStreams(a.Header, b.Header) {
		return false
	}
	for _, s := range a.Header.Streams() {
		if !sameFormat(s, b.Header.Stream(s.Number())) {
			return false
		}
	}
	return true
}

func sameFormat(a, b *asf.StreamProperties) bool {
	return a.Type == b.Type && a.Flags == b.Flags && !a.Encrypted() && a.TimeOffset == b.TimeOffset &&
		bytes.Equal(a.TypeSpecific, b.TypeSpecific) &&
		a.ErrorCorrectionType == b.ErrorCorrectionType && bytes.Equal(a.ErrorCorrection, b.ErrorCorrection)
}
