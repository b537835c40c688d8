package asf

import (
	"slices"
	"testing"
)

// lies are ways in which an index is wrong.
var lies = map[string]func(*SimpleIndex){
	"behind the end":    func(o *SimpleIndex) { o.Entries[len(o.Entries)-1].Packet = 1 << 30 },
	"all shifted":       func(o *SimpleIndex) { shift(o.Entries, 6) },
	"one entry wrong":   func(o *SimpleIndex) { o.Entries[12].Packet += 9 },
	"one entry too far": func(o *SimpleIndex) { o.Entries[12].Packet += 1000 },
	"going back":        func(o *SimpleIndex) { slices.Reverse(o.Entries) },
	"all at the start":  func(o *SimpleIndex) { clear(o.Entries) },
	"too late":          func(o *SimpleIndex) { o.Entries = o.Entries[20:] },
	"too early":         func(o *SimpleIndex) { o.Entries = slices.Insert(o.Entries, 0, make([]SimpleIndexEntry, 9)...) },
	"empty":             func(o *SimpleIndex) { o.Entries = nil },
	"no interval":       func(o *SimpleIndex) { o.Interval = 0 },
	"of another file":   func(o *SimpleIndex) { o.FileID = IDMarker },
}

func shift(entries []SimpleIndexEntry, by uint32) {
	for i := range entries {
		entries[i].Packet += by
	}
}

// sources counts the indexes that were not found wrong.
func sources(r *Reader) int {
	r.seek.mu.Lock()
	defer r.seek.mu.Unlock()
	return len(r.seek.clues[sampleVideo])
}

func TestCleanPointLies(t *testing.T) {
	plain := newSample(t)
	for name, lie := range lies {
		s := withIndex(t, plain, func(r *Reader, points []CleanPoint) Object {
			o := simpleIndex(r, points).(*SimpleIndex)
			lie(o)
			return o
		})
		r := s.reader(t)
		sameCleanPoints(t, name, r, int64(len(s.packets)))
		list, err := s.reader(t).CleanPoints(sampleVideo)
		if err != nil || len(list) == 0 {
			t.Errorf("%s: list %v, %v", name, list, err)
		}
	}
	// Bytes that are no index any more.
	for _, cut := range []int{40, 60, 100} {
		broken := withIndex(t, plain, simpleIndex)
		broken.tail = broken.tail[:cut]
		le.PutUint64(broken.tail[16:], uint64(cut))
		sameCleanPoints(t, "cut index", broken.reader(t), int64(len(plain.packets)))
	}
}

// moved gives clean points of which some are said to be elsewhere, where no key
// frame starts, without going back.
func moved(points []CleanPoint) []CleanPoint {
	list := slices.Clone(points)
	for _, i := range []int{6, 7, 10} {
		list[i].Packet += 6
	}
	return list
}

// TestCleanPointDistrust has indexes whose lie shows only when they are used.
func TestCleanPointDistrust(t *testing.T) {
	plain := newSample(t)
	for name, build := range indexBuilders {
		s := withIndex(t, plain, func(r *Reader, points []CleanPoint) Object { return build(r, moved(points)) })
		r := s.reader(t)
		if _, err := r.clues(sampleVideo); err != nil || sources(r) != 1 {
			t.Fatalf("%s: %d indexes to begin with, %v", name, sources(r), err)
		}
		sameCleanPoints(t, name, r, int64(len(s.packets)))
		if sources(r) != 0 {
			t.Errorf("%s is still believed", name)
		}
		list, err := s.reader(t).CleanPoints(sampleVideo)
		if err != nil || !slices.Equal(times(list), sampleKeys) {
			t.Errorf("%s: list %v, %v", name, times(list), err)
		}
	}
}

// TestCleanPointTwoIndexes has a wrong index before a right one.
func TestCleanPointTwoIndexes(t *testing.T) {
	plain := newSample(t)
	s := withIndex(t, plain, func(r *Reader, points []CleanPoint) Object { return timeIndex(r, moved(points)) })
	s.tail = append(s.tail, withIndex(t, plain, mediaObjectIndex).tail...)
	s.settle()
	r := s.reader(t)
	if _, err := r.clues(sampleVideo); err != nil || sources(r) != 2 {
		t.Fatalf("%d indexes to begin with, %v", sources(r), err)
	}
	sameCleanPoints(t, "two indexes", r, int64(len(s.packets)))
	if sources(r) != 1 {
		t.Errorf("%d indexes are believed", sources(r))
	}
}
