package asf

import (
	"iter"
	"slices"
	"sort"
)

const (
	// clueReach is how many packets behind the one that an index names the
	// clean point may begin: some writers name the packet that was being
	// filled when the key frame came.
	clueReach = 2
	// clueLimit is how many bytes are read on from what an index says before
	// it is held to be wrong.
	clueLimit = 32 << 20
)

// placeIndex is an index with columns: all but the Simple Index.
type placeIndex interface {
	Object
	Offsets(stream uint8, kind IndexType) iter.Seq[int64]
}

// clues gives the packets in which the stream's clean points start according
// to the best index that was not found wrong, in order; nil without one.
func (r *Reader) clues(stream uint8) ([]int64, error) {
	r.seek.mu.Lock()
	defer r.seek.mu.Unlock()
	if !r.seek.loaded {
		objects, err := r.indexes()
		if err != nil {
			return nil, err
		}
		r.seek.clues = map[uint8][][]int64{}
		for _, s := range r.header.Streams() {
			if _, ok := r.seek.clues[s.Number()]; !ok {
				r.seek.clues[s.Number()] = r.cluesFrom(objects, s)
			}
		}
		r.seek.loaded = true
	}
	if sources := r.seek.clues[stream]; len(sources) > 0 {
		return sources[0], nil
	}
	return nil, nil
}

// cluesFrom gives what every index says about the stream, the most precise
// first. Audio needs no index: every media object is a clean point.
func (r *Reader) cluesFrom(objects []Object, s *StreamProperties) [][]int64 {
	if s.Kind() == Audio {
		return nil
	}
	var sources [][]int64
	add := func(places iter.Seq[int64]) {
		if clues := r.packetsOf(places); len(clues) > 0 {
			sources = append(sources, clues)
		}
	}
	for _, o := range objects {
		if table, ok := o.(placeIndex); ok {
			add(table.Offsets(s.Number(), IndexCleanPoint))
		}
	}
	if o := r.simpleIndexOf(objects, s); o != nil {
		add(o.places(r.packetSize))
	}
	return sources
}

// simpleIndexOf finds the stream's Simple Index: they are in the order of the
// numbers of the video streams that are not hidden in the header extension.
func (r *Reader) simpleIndexOf(objects []Object, s *StreamProperties) *SimpleIndex {
	nth := slices.Index(indexedStreams(r.header), s.Number())
	for _, o := range objects {
		if simple, ok := o.(*SimpleIndex); ok {
			if nth == 0 {
				return simple
			}
			nth--
		}
	}
	return nil
}

// places gives the entries as offsets from packet 0.
func (o *SimpleIndex) places(packetSize int) iter.Seq[int64] {
	return func(yield func(int64) bool) {
		for _, e := range o.Entries {
			if !yield(int64(e.Packet) * int64(packetSize)) {
				return
			}
		}
	}
}

// packetsOf turns offsets into distinct packet numbers; nil if one is outside
// of the file or they go back, which no index does that tells the truth.
func (r *Reader) packetsOf(places iter.Seq[int64]) []int64 {
	var list []int64
	last := int64(-1)
	for at := range places {
		n := at / int64(r.packetSize)
		if n < last || n >= r.packets {
			return nil
		}
		if n > last {
			list = append(list, n)
			last = n
		}
	}
	return list
}

// byClues finds the clean point for ms with the help of an index; not ok if the
// index is wrong.
func (r *Reader) byClues(stream uint8, ms uint32, clues []int64) (CleanPoint, bool, error) {
	var err error
	lies := false
	from := int64(0)
	i := sort.Search(len(clues), func(i int) bool {
		if lies || err != nil {
			return true
		}
		var at CleanPoint
		var ok bool
		at, ok, err = r.probe(stream, clues[i])
		lies = lies || !ok
		return at.Time > ms
	})
	if lies || err != nil {
		return CleanPoint{}, false, err
	}
	if i > 0 {
		from = clues[i-1]
	}
	return r.forward(stream, from, ms)
}

// followClues gives the clean points that an index points to; not ok if it
// points to none or to some out of order.
func (r *Reader) followClues(stream uint8, clues []int64) ([]CleanPoint, bool, error) {
	list := make([]CleanPoint, 0, len(clues))
	for _, n := range clues {
		at, ok, err := r.probe(stream, n)
		if err != nil || !ok {
			return nil, false, err
		}
		last := len(list) - 1
		if last >= 0 && at == list[last] {
			continue
		}
		if last >= 0 && at.Time < list[last].Time {
			return nil, false, nil
		}
		list = append(list, at)
	}
	r.seek.keep(stream, list, false)
	return list, true, nil
}

// probe gives the first clean point that starts in packet n or closely behind.
func (r *Reader) probe(stream uint8, n int64) (found CleanPoint, ok bool, err error) {
	err = r.eachCleanPoint(stream, n, n+1+clueReach, seekChunk, func(_ *Packet, at CleanPoint) bool {
		found, ok = at, true
		return false
	})
	return found, ok, err
}

// forward reads on from a packet to the last clean point that is not after ms,
// or to the first one at all; not ok if that takes more than clueLimit.
func (r *Reader) forward(stream uint8, from int64, ms uint32) (found CleanPoint, ok bool, err error) {
	end := from + 1 + int64(clueLimit/r.packetSize)
	over := false
	err = r.eachCleanPoint(stream, from, end, seekChunk, func(p *Packet, at CleanPoint) bool {
		over = ok && (at.Time > ms || p.SendTime > ms)
		if !over {
			found, ok = at, true
			over = at.Time > ms
		}
		return !over
	})
	if err != nil || !ok || !over && end < r.packets {
		return CleanPoint{}, false, err
	}
	return found, true, nil
}
