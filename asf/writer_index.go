package asf

// maxRows is how many entries an index has at most; beyond that they are
// farther apart.
const maxRows = 1 << 17

// index makes the Simple Index of a stream up to a presentation time, ms. Rows
// before the first key frame lead to it.
func (s *streamLedger) index(file GUID, end uint64) *SimpleIndex {
	interval := uint64(indexInterval)
	for end/interval >= maxRows {
		interval *= 2
	}
	x := &SimpleIndex{FileID: file, Interval: interval * 1e4}
	if len(s.keys) == 0 {
		return x
	}
	rows := end/interval + 1
	x.Entries = make([]SimpleIndexEntry, 0, rows)
	next := 0
	for row := range rows {
		for next+1 < len(s.keys) && rowOf(s.keys[next+1].time, interval) <= row {
			next++
		}
		k := s.keys[next]
		x.MaxPackets = max(x.MaxPackets, uint32(k.packets))
		x.Entries = append(x.Entries, SimpleIndexEntry{Packet: k.packet, Packets: k.packets})
	}
	return x
}

// indexes makes a Simple Index for each video stream that may have one, in the
// order in which readers look for them.
func (l *ledger) indexes(h *Header) []*SimpleIndex {
	var list []*SimpleIndex
	for _, n := range indexedStreams(h) {
		list = append(list, l.streams[n].index(h.File().FileID, l.playEnd()))
	}
	return list
}
