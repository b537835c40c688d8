package proxy

import (
	"cmp"
	"slices"

	"caracal/asf"
)

const (
	maxMarks = 1 << 16 // of one stream
	// markEvery is how far apart the marks of a stream are at least in which every
	// media object is a clean point, ms.
	markEvery = 500
)

// marks are clean points of the streams, in the order of their packets: where a
// player may begin among what has come.
type marks map[uint8]*markList

type markList struct {
	video bool
	list  []asf.CleanPoint
}

func newMarks(h *asf.Header) marks {
	m := marks{}
	for _, s := range h.Streams() {
		m[s.Number()] = &markList{video: s.Kind() == asf.Video}
	}
	return m
}

func byPacket(c asf.CleanPoint, n int64) int { return cmp.Compare(c.Packet, n) }

// add notes what begins in packet n.
func (m marks) add(n int64, pkt []byte) {
	var p asf.Packet
	if asf.ParsePacket(pkt, &p) != nil {
		return
	}
	for it := p.Payloads(); it.Next(); {
		l, pl := m[it.Payload.Stream], &it.Payload
		if l == nil || pl.Offset != 0 || l.video && !pl.Key {
			continue
		}
		i, found := slices.BinarySearchFunc(l.list, n, byPacket)
		near := !l.video && i > 0 && pl.Time-l.list[i-1].Time < markEvery // behind a gap too: it is found from there
		if found || near || len(l.list) >= maxMarks {
			continue
		}
		l.list = slices.Insert(l.list, i, asf.CleanPoint{Packet: n, Object: pl.Object, Time: pl.Time})
	}
}

// cut forgets those in packets that are gone.
func (m marks) cut(r span) {
	for _, l := range m {
		i, _ := slices.BinarySearchFunc(l.list, r.first, byPacket)
		j, _ := slices.BinarySearchFunc(l.list, r.end, byPacket)
		l.list = slices.Delete(l.list, i, j)
	}
}

// find returns the last clean point at or before a presentation time, if what is
// there shows that it is the last one: another follows it without a gap, or the
// end of all does.
func (m marks) find(stream uint8, ms uint32, there spans, count int64) (asf.CleanPoint, bool) {
	l := m[stream]
	if l == nil {
		return asf.CleanPoint{}, false
	}
	i, _ := slices.BinarySearchFunc(l.list, ms, func(c asf.CleanPoint, ms uint32) int {
		if c.Time <= ms {
			return -1
		}
		return 1
	})
	if i == 0 {
		return asf.CleanPoint{}, false
	}
	c := l.list[i-1]
	r := there.around(c.Packet)
	follows := i < len(l.list) && l.list[i].Packet < r.end
	return c, follows || r.end >= count && len(there) > 0
}
