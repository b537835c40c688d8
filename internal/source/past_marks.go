package source

import (
	"time"

	"caracal/asf"
)

// The bounds of the places at which players of a past can begin.
const (
	// markGap is how far apart they are, of one stream, ms.
	markGap = 1000
	// maxMarks is how many there are of all streams.
	maxMarks = 1 << 20
)

// pastMark is a place at which a player can begin.
type pastMark struct {
	packetPlace
	stream uint8
	time   uint32 // of presentation, ms
	came   time.Time
}

// marker finds them in the packets of one entry.
type marker struct {
	entry uint32
	clean asf.StreamSet // streams in which every media object is a clean point
	last  map[uint8]uint32
}

func newMarker(entry uint32, h *asf.Header) marker {
	m := marker{entry: entry, last: map[uint8]uint32{}}
	for _, s := range h.Streams() {
		if s.Kind() != asf.Video {
			m.clean.Add(s.Number())
		}
	}
	return m
}

// marksIn returns those of a packet.
func (m *marker) marksIn(packet []byte, number int64, now time.Time) (marks []pastMark) {
	var p asf.Packet
	if asf.ParsePacket(packet, &p) != nil {
		return nil
	}
	for it := p.Payloads(); it.Next(); {
		pl := &it.Payload
		if pl.Offset != 0 || !pl.Key && !m.clean.Has(pl.Stream) {
			continue
		}
		if last, ok := m.last[pl.Stream]; ok && pl.Time-last < markGap {
			continue // one that goes back in time is a mark again
		}
		m.last[pl.Stream] = pl.Time
		marks = append(marks, pastMark{packetPlace{m.entry, number}, pl.Stream, pl.Time, now})
	}
	return marks
}
