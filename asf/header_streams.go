package asf

// File gives the File Properties Object, nil if there is none.
func (h *Header) File() *FileProperties {
	f, _ := Find[*FileProperties](h)
	return f
}

// Streams gives all Stream Properties in order, those nested in Extended
// Stream Properties included.
func (h *Header) Streams() []*StreamProperties { return FindAll[*StreamProperties](h) }

// Stream gives the properties of stream number n, nil if there are none.
func (h *Header) Stream(n uint8) *StreamProperties {
	for o := range h.All() {
		if s, ok := o.(*StreamProperties); ok && s.Number() == n {
			return s
		}
	}
	return nil
}

// ExtendedStream gives the Extended Stream Properties of stream number n, nil
// if there are none.
func (h *Header) ExtendedStream(n uint8) *ExtendedStreamProperties {
	for o := range h.All() {
		if s, ok := o.(*ExtendedStreamProperties); ok && s.StreamNumber == uint16(n) {
			return s
		}
	}
	return nil
}

// BitRate gives the average bit rate of stream number n in bits a second, from
// the Stream Bitrate Properties, else the Extended Stream Properties, else the
// wave format; 0 if none of them knows.
func (h *Header) BitRate(n uint8) uint32 {
	if p, ok := Find[*StreamBitrateProperties](h); ok {
		for _, r := range p.Rates {
			if r.Number() == n && r.BitRate != 0 {
				return r.BitRate
			}
		}
	}
	if x := h.ExtendedStream(n); x != nil && x.DataBitRate != 0 {
		return x.DataBitRate
	}
	if s := h.Stream(n); s != nil {
		if w, ok := s.WaveFormat(); ok && w.BytesPerSecond < 1<<29 {
			return 8 * w.BytesPerSecond
		}
	}
	return 0
}

// TotalBitRate is the sum over all streams in bits a second, or the file's
// maximum bit rate if no stream has one.
func (h *Header) TotalBitRate() uint32 {
	var sum uint64
	var seen [MaxStreams + 1]bool
	for _, s := range h.Streams() {
		if n := s.Number(); !seen[n] {
			seen[n] = true
			sum += uint64(h.BitRate(n))
		}
	}
	if sum == 0 {
		if f := h.File(); f != nil {
			return f.MaxBitRate
		}
	}
	return uint32(min(sum, 1<<32-1))
}

// MutualExclusion says that of several groups of streams only one is played.
type MutualExclusion struct {
	Type   GUID       // ExclusionBitrate, ExclusionLanguage or ExclusionUnknown
	Groups [][]uint16 // stream numbers; one stream a group unless groups exclude each other
}

// MutualExclusions gathers Bitrate, Advanced and Group Mutual Exclusion
// Objects in order.
func (h *Header) MutualExclusions() []MutualExclusion {
	var list []MutualExclusion
	for o := range h.All() {
		switch o := o.(type) {
		case *BitrateMutualExclusion:
			list = append(list, MutualExclusion{o.Type, single(o.Streams)})
		case *AdvancedMutualExclusion:
			list = append(list, MutualExclusion{o.Type, single(o.Streams)})
		case *GroupMutualExclusion:
			list = append(list, MutualExclusion{o.Type, o.Groups})
		}
	}
	return list
}

func single(streams []uint16) [][]uint16 {
	groups := make([][]uint16, len(streams))
	for i := range streams {
		groups[i] = streams[i : i+1 : i+1]
	}
	return groups
}
