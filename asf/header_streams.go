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
// wave format. If it is the only stream of which none of them tells, it is what
// the others leave of the file's maximum, for FFmpeg's files say no more; else
// it is 0.
func (h *Header) BitRate(n uint8) uint32 {
	if rate := h.statedBitRate(n); rate != 0 {
		return rate
	}
	sum, silent := h.sumBitRates()
	if f := h.File(); f != nil && len(silent) == 1 && silent[0] == n && uint64(f.MaxBitRate) > sum {
		return f.MaxBitRate - uint32(sum)
	}
	return 0
}

// statedBitRate gives what is said about stream number n itself.
func (h *Header) statedBitRate(n uint8) uint32 {
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

// sumBitRates adds up the stated bit rates and lists the streams without one.
func (h *Header) sumBitRates() (sum uint64, silent []uint8) {
	var seen [MaxStreams + 1]bool
	for _, s := range h.Streams() {
		n := s.Number()
		if seen[n] {
			continue
		}
		seen[n] = true
		rate := h.statedBitRate(n)
		sum += uint64(rate)
		if rate == 0 {
			silent = append(silent, n)
		}
	}
	return sum, silent
}

// TotalBitRate is the sum over all streams in bits a second, or the file's
// maximum bit rate if it is higher and not all streams have one.
func (h *Header) TotalBitRate() uint32 {
	sum, silent := h.sumBitRates()
	if f := h.File(); f != nil && (len(silent) > 0 || sum == 0) {
		sum = max(sum, uint64(f.MaxBitRate))
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
