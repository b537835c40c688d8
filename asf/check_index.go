package asf

// checkIndexes compares every index with the clean points of the packets.
func (r *Reader) checkIndexes(l *issueList) {
	objects, err := r.indexes()
	if err != nil {
		l.add(Error, "read-error", "The index cannot be read: %v.", err)
		return
	}
	if unread := r.countIndexes() - len(objects); unread > 0 {
		l.add(Warning, "index-malformed", "%d index objects make no sense or are too large.", unread)
	}
	for _, o := range objects {
		if _, ok := o.(*RawObject); ok {
			l.add(Warning, "index-malformed", "The %s Object makes no sense.", o.ID().Name())
		}
	}
	for _, s := range r.header.Streams() {
		if s.Kind() == Audio || len(objects) == 0 {
			continue
		}
		points, err := r.scan(s.Number())
		if err != nil {
			l.add(Error, "read-error", "The clean points of stream %d cannot be found: %v.", s.Number(), err)
			continue
		}
		r.checkSources(objects, s, points, l)
	}
}

func (r *Reader) countIndexes() int {
	n := 0
	for _, t := range r.trailing {
		if isIndex(t.id) {
			n++
		}
	}
	return n
}

// checkSources judges what the indexes say about one stream.
func (r *Reader) checkSources(objects []Object, s *StreamProperties, points []CleanPoint, l *issueList) {
	n := s.Number()
	simple := r.simpleIndexOf(objects, s)
	if simple != nil && s.Kind() == Video {
		wrong := 0
		for _, e := range simple.Entries {
			if !startsNear(points, int64(e.Packet)) {
				wrong++
			}
		}
		reportIndex(simple.ID(), n, wrong, len(simple.Entries), l)
		if f := r.header.File(); !simple.FileID.IsZero() && simple.FileID != f.FileID {
			l.add(Info, "index-file-id", "The Simple Index Object was made for another file.")
		}
	}
	for _, o := range objects {
		table, ok := o.(placeIndex)
		if !ok {
			continue
		}
		wrong, all := 0, 0
		for at := range table.Offsets(n, IndexCleanPoint) {
			all++
			if !startsNear(points, at/int64(r.packetSize)) {
				wrong++
			}
		}
		reportIndex(o.ID(), n, wrong, all, l)
	}
}

func reportIndex(id GUID, stream uint8, wrong, all int, l *issueList) {
	if wrong > 0 {
		l.add(Warning, "index-wrong", "%d of %d entries of the %s Object for stream %d do not lead to a key frame.", wrong, all, id.Name(), stream)
	}
}

// startsNear says that a clean point starts in packet n or closely behind.
func startsNear(points []CleanPoint, n int64) bool {
	lo, hi := 0, len(points)
	for lo < hi {
		if mid := (lo + hi) / 2; points[mid].Packet < n {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo < len(points) && points[lo].Packet <= n+clueReach
}
