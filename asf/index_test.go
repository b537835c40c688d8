package asf

import (
	"slices"
	"testing"
)

func TestSimpleIndexLookup(t *testing.T) {
	o := &SimpleIndex{Interval: 10_000_000, Entries: []SimpleIndexEntry{{0, 1}, {0, 1}, {5, 2}}}
	for _, tc := range []struct {
		ms   uint32
		want uint32
	}{{0, 0}, {1999, 0}, {2000, 5}, {2999, 5}, {4_000_000_000, 5}} {
		if e, ok := o.Lookup(tc.ms); !ok || e.Packet != tc.want {
			t.Errorf("%d ms: %v %v", tc.ms, e, ok)
		}
	}
	for _, o := range []*SimpleIndex{{Interval: 1}, {Entries: o.Entries}} {
		if e, ok := o.Lookup(0); ok {
			t.Errorf("%+v leads to %v", o, e)
		}
	}
}

func sampleTable() IndexTable {
	return IndexTable{
		Interval:   1000,
		Specifiers: []IndexSpecifier{{1, IndexCleanPoint}, {2, IndexCleanPoint}},
		Blocks: []IndexBlock{
			{Positions: []uint64{0, 100}, Offsets: []uint32{0, 0, 10, NoOffset}},
			{Positions: []uint64{1 << 33, 1 << 63}, Offsets: []uint32{20, 0}},
		},
	}
}

func TestIndexLookup(t *testing.T) {
	o := &Index{sampleTable()}
	m := &MediaObjectIndex{sampleTable()}
	for _, tc := range []struct {
		stream uint8
		at     uint32
		want   int64
		ok     bool
	}{
		{1, 0, 0, true},
		{1, 1999, 10, true},
		{1, 2500, 1<<33 + 20, true},
		{1, 3000, 0, false},
		{2, 0, 100, true},
		{2, 1000, 0, false}, // no offset
		{2, 2000, 0, false}, // beyond any file
		{3, 0, 0, false},
	} {
		if got, ok := o.Lookup(tc.stream, IndexCleanPoint, tc.at); got != tc.want || ok != tc.ok {
			t.Errorf("Index, stream %d at %d ms: %d %v", tc.stream, tc.at, got, ok)
		}
		if got, ok := m.Lookup(tc.stream, IndexCleanPoint, uint64(tc.at)); got != tc.want || ok != tc.ok {
			t.Errorf("Media Object Index, stream %d, object %d: %d %v", tc.stream, tc.at, got, ok)
		}
	}
	if _, ok := o.Lookup(1, IndexPacket, 0); ok {
		t.Error("a column of another type is found")
	}
	if _, ok := (&Index{}).Lookup(1, IndexCleanPoint, 0); ok {
		t.Error("an empty index leads somewhere")
	}
	if got := slices.Collect(o.Offsets(1, IndexCleanPoint)); !slices.Equal(got, []int64{0, 10, 1<<33 + 20}) {
		t.Errorf("offsets of stream 1: %v", got)
	}
	if got := slices.Collect(o.Offsets(2, IndexCleanPoint)); !slices.Equal(got, []int64{100}) {
		t.Errorf("offsets of stream 2: %v", got)
	}
}

func TestTimecodeIndexLookup(t *testing.T) {
	o := &TimecodeIndex{Reserved: 1, Specifiers: []IndexSpecifier{{1, IndexCleanPoint}}, Blocks: []TimecodeBlock{
		{Range: 0, Positions: []uint64{0}, Timecodes: []uint32{10, 20}, Offsets: []uint32{1, 2}},
		{Range: 0, Positions: []uint64{1000}, Timecodes: []uint32{30}, Offsets: []uint32{3}},
		{Range: 1, Positions: []uint64{2000}, Timecodes: []uint32{5}, Offsets: []uint32{4}},
	}}
	for _, tc := range []struct {
		rng      uint16
		timecode uint32
		want     int64
		ok       bool
	}{{0, 9, 0, false}, {0, 10, 1, true}, {0, 29, 2, true}, {0, 31, 1003, true}, {1, 9, 2004, true}, {2, 9, 0, false}} {
		if got, ok := o.Lookup(1, IndexCleanPoint, tc.rng, tc.timecode); got != tc.want || ok != tc.ok {
			t.Errorf("range %d, timecode %d: %d %v", tc.rng, tc.timecode, got, ok)
		}
	}
	if _, ok := o.Lookup(2, IndexCleanPoint, 0, 10); ok {
		t.Error("a stream without a column is found")
	}
	if got := slices.Collect(o.Offsets(1, IndexCleanPoint)); !slices.Equal(got, []int64{1, 2, 1003, 2004}) {
		t.Errorf("offsets: %v", got)
	}
}

// TestIndexLimits gives counts that would make the parser take much memory.
func TestIndexLimits(t *testing.T) {
	empty := func(o Object) []byte { return o.Append(nil) }
	table := empty(&Index{IndexTable{Interval: 1}})
	for _, tc := range []struct {
		name string
		b    []byte
	}{
		{"entries of a Simple Index", put32(empty(&SimpleIndex{}), 52, 1<<31)},
		{"blocks without columns", put32(append(table, make([]byte, 4*(MaxIndexBlocks+1))...), 30, MaxIndexBlocks+1)},
		{"rows", put32(empty(&Index{sampleTable()}), 42, 1<<31)},
		{"timecodes", put32(empty(&TimecodeIndex{Blocks: []TimecodeBlock{{}}}), 34, 1<<31)},
	} {
		le.PutUint64(tc.b[16:], uint64(len(tc.b)))
		o, _, err := ParseObject(tc.b)
		if _, raw := o.(*RawObject); err != nil || !raw {
			t.Errorf("%s: %T, %v", tc.name, o, err)
		}
	}
}

func put32(b []byte, at int, v uint32) []byte {
	le.PutUint32(b[at:], v)
	return b
}

func TestDataHead(t *testing.T) {
	d := DataHead{Size: 1 << 40, FileID: IDMarker, Packets: 9, Reserved: DataReserved}
	b := d.Append(nil)
	got, n, err := ParseDataHead(append(b, 1))
	if err != nil || n != DataHeadSize || got != d || len(b) != DataHeadSize {
		t.Errorf("%+v, %d bytes, %v", got, n, err)
	}
	if _, _, err := ParseDataHead(b[:49]); err == nil {
		t.Error("49 bytes are enough")
	}
	if _, _, err := ParseDataHead(padding(50)); err == nil {
		t.Error("another object is taken for the Data Object")
	}
}

func FuzzParseDataHead(f *testing.F) {
	f.Add(DataHead{}.Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, n, err := ParseDataHead(b)
		if err == nil && string(d.Append(nil)) != string(b[:n]) {
			t.Fatalf("%x is not written again", b[:n])
		}
	})
}
