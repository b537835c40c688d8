package asf

import (
	"bytes"
	"errors"
	"slices"
	"testing"
)

// indexBuilder makes an index object for the video stream from its clean
// points, which a scan found.
type indexBuilder func(r *Reader, points []CleanPoint) Object

// withIndex gives a copy of the sample that has an index behind its packets.
func withIndex(t testing.TB, s *sample, build indexBuilder) *sample {
	t.Helper()
	r := s.reader(t)
	points, err := r.scan(sampleVideo)
	if err != nil {
		t.Fatal(err)
	}
	c := *s
	c.tail = build(r, points).Append(nil)
	c.settle()
	return &c
}

// last gives the last clean point until ms, and whether there is one.
func last(points []CleanPoint, ms uint32) (CleanPoint, bool) {
	var found CleanPoint
	ok := false
	for _, p := range points {
		if p.Time <= ms {
			found, ok = p, true
		}
	}
	return found, ok
}

func simpleIndex(r *Reader, points []CleanPoint) Object {
	o := &SimpleIndex{FileID: r.Header().File().FileID, Interval: 1e7, MaxPackets: 3}
	for ms := uint32(0); ms <= sampleLength+samplePreroll; ms += 1000 {
		p, _ := last(points, ms)
		o.Entries = append(o.Entries, SimpleIndexEntry{Packet: uint32(p.Packet), Packets: 3})
	}
	return o
}

// timeIndex has two blocks and a column for the audio stream.
func timeIndex(r *Reader, points []CleanPoint) Object {
	o := &Index{IndexTable{Interval: 500, Specifiers: []IndexSpecifier{{sampleAudio, IndexMediaObject}, {sampleVideo, IndexCleanPoint}}}}
	const rows = 30
	for start := uint32(0); start < sampleLength+samplePreroll; start += rows * o.Interval {
		base, _ := last(points, start)
		k := IndexBlock{Positions: []uint64{0, uint64(base.Packet) * uint64(r.PacketSize())}}
		for row := range uint32(rows) {
			offset := uint32(NoOffset)
			if p, ok := last(points, start+row*o.Interval); ok {
				offset = uint32(p.Packet-base.Packet) * uint32(r.PacketSize())
			}
			k.Offsets = append(k.Offsets, 0, offset)
		}
		o.Blocks = append(o.Blocks, k)
	}
	return o
}

func mediaObjectIndex(r *Reader, points []CleanPoint) Object {
	k := IndexBlock{Positions: []uint64{0}}
	for ms := uint32(samplePreroll); ms < sampleLength+samplePreroll; ms += 40 {
		offset := uint32(NoOffset)
		if p, ok := last(points, ms); ok {
			offset = uint32(p.Packet) * uint32(r.PacketSize())
		}
		k.Offsets = append(k.Offsets, offset)
	}
	return &MediaObjectIndex{IndexTable{Interval: 1, Specifiers: []IndexSpecifier{{sampleVideo, IndexCleanPoint}}, Blocks: []IndexBlock{k}}}
}

func timecodeIndex(r *Reader, points []CleanPoint) Object {
	o := &TimecodeIndex{Reserved: 1, Specifiers: []IndexSpecifier{{sampleVideo, IndexCleanPoint}}}
	for i, p := range points {
		o.Blocks = append(o.Blocks, TimecodeBlock{
			Range: uint16(i), Positions: []uint64{uint64(p.Packet * int64(r.PacketSize()))},
			Timecodes: []uint32{p.Time}, Offsets: []uint32{0},
		})
	}
	return o
}

// askedTimes covers the sample, and all key frames to the millisecond.
func askedTimes() []uint32 {
	var list []uint32
	for ms := uint32(0); ms < sampleLength+samplePreroll+3000; ms += 130 {
		list = append(list, ms)
	}
	for _, ms := range sampleKeys {
		ms += samplePreroll
		list = append(list, ms-1, ms, ms+1)
	}
	return list
}

// sameCleanPoints compares CleanPoint with the known key frames at all times.
func sameCleanPoints(t *testing.T, name string, r *Reader, packets int64) {
	t.Helper()
	points, err := openLike(r).scan(sampleVideo)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if n := len(points); packets == r.NumPackets() && n != 0 && !slices.Equal(times(points), sampleKeys[:n]) {
		t.Fatalf("%s: key frames at %v", name, times(points))
	}
	for _, ms := range askedTimes() {
		want, ok := last(points, ms)
		if !ok && len(points) > 0 {
			want = points[0]
		}
		got, err := r.CleanPoint(sampleVideo, ms)
		if len(points) == 0 {
			if !errors.Is(err, ErrNoCleanPoint) {
				t.Fatalf("%s: no clean points at %d ms, but %v %v", name, ms, got, err)
			}
		} else if err != nil || got != want {
			t.Fatalf("%s: at %d ms %v, %v, want %v", name, ms, got, err, want)
		}
	}
}

// openLike opens the same bytes again, without what r has learned.
func openLike(r *Reader) *Reader {
	again, err := NewReader(r.src, r.size)
	if err != nil {
		panic(err) // r was opened from the same bytes
	}
	return again
}

var indexBuilders = map[string]indexBuilder{
	"Simple Index":       simpleIndex,
	"Index":              timeIndex,
	"Media Object Index": mediaObjectIndex,
	"Timecode Index":     timecodeIndex,
}

// TestCleanPointIndexes asks through each type of index, and without one.
func TestCleanPointIndexes(t *testing.T) {
	plain := newSample(t)
	n := int64(len(plain.packets))
	sameCleanPoints(t, "no index", plain.reader(t), n)
	for name, build := range indexBuilders {
		r := withIndex(t, plain, build).reader(t)
		if !r.HasIndex() {
			t.Fatalf("%s is not found", name)
		}
		clues, err := r.clues(sampleVideo)
		if err != nil || len(clues) == 0 {
			t.Fatalf("%s is not used: %v", name, err)
		}
		sameCleanPoints(t, name, r, n)
		if again, _ := r.clues(sampleVideo); len(again) == 0 {
			t.Errorf("%s was held to be wrong", name)
		}
		for _, i := range r.Check() {
			if i.Code != "key-frame-first" {
				t.Errorf("%s: %v", name, i)
			}
		}
	}
}

// TestCleanPointsList takes the list from a scan and from every index.
func TestCleanPointsList(t *testing.T) {
	plain := newSample(t)
	list, err := plain.reader(t).CleanPoints(sampleVideo)
	if err != nil || !slices.Equal(times(list), sampleKeys) {
		t.Errorf("scanned %v, %v", times(list), err)
	}
	for name, build := range indexBuilders {
		r := withIndex(t, plain, build).reader(t)
		got, err := r.CleanPoints(sampleVideo)
		if err != nil || len(got) < 8 {
			t.Errorf("%s: %v, %v", name, times(got), err)
		}
		for _, c := range got {
			if !slices.Contains(list, c) {
				t.Errorf("%s gives %v, which is no clean point", name, c)
			}
		}
		again, _ := r.CleanPoints(sampleVideo)
		if &again[0] != &got[0] {
			t.Errorf("%s: the list is not kept", name)
		}
	}
	audio, err := plain.reader(t).CleanPoints(sampleAudio)
	if err != nil || len(audio) != sampleLength/200 {
		t.Errorf("%d audio clean points, %v", len(audio), err)
	}
	if _, err := plain.reader(t).CleanPoints(9); !errors.Is(err, ErrNoCleanPoint) {
		t.Errorf("unknown stream: %v", err)
	}
	if _, err := plain.reader(t).CleanPoint(9, 0); !errors.Is(err, ErrNoCleanPoint) {
		t.Errorf("unknown stream: %v", err)
	}
}

// TestCleanPointAudio asks for times in a stream whose key bits mean nothing.
func TestCleanPointAudio(t *testing.T) {
	s := newSample(t)
	for name, r := range map[string]*Reader{"plain": s.reader(t), "indexed": withIndex(t, s, timeIndex).reader(t)} {
		for ms := uint32(0); ms < sampleLength; ms += 130 {
			got, err := r.CleanPoint(sampleAudio, ms+samplePreroll)
			if want := ms/200*200 + samplePreroll; err != nil || got.Time != want || got.Object != ms/200&0xFF {
				t.Fatalf("%s: at %d ms %+v, %v, want %d", name, ms, got, err, want)
			}
		}
	}
}

// TestCleanPointNoKeys has a video stream without any key frame.
func TestCleanPointNoKeys(t *testing.T) {
	r := newSampleWith(t, nil).reader(t)
	if _, err := r.CleanPoint(sampleVideo, 5000); !errors.Is(err, ErrNoCleanPoint) {
		t.Errorf("%v", err)
	}
	if list, err := r.CleanPoints(sampleVideo); len(list) > 0 || err != nil {
		t.Errorf("%v, %v", list, err)
	}
	if !codes(r.Check())["no-key-frames"] {
		t.Error("Check is silent")
	}
}

// TestCleanPointFar has so much between key frames that searching gives up and
// scans once.
func TestCleanPointFar(t *testing.T) {
	s := newSample(t)
	first := int64(len(s.packets))
	silence := s.packets[1] // no key frame starts in it
	extra := searchLimit/sampleSize + 1000
	filled := append(slices.Clone(s.packets), slices.Repeat([][]byte{silence}, extra)...)
	sent, _ := SendTime(s.packets[first-1])
	late := bytes.Clone(silence)
	setSendTime(t, late, sent+1)
	for i := range extra {
		filled[first+int64(i)] = late
	}
	s.packets = filled
	s.settle()
	r := s.reader(t)
	got, err := r.CleanPoint(sampleVideo, 1<<31)
	if want := sampleKeys[len(sampleKeys)-1] + samplePreroll; err != nil || got.Time != want {
		t.Errorf("%+v, %v, want %d", got, err, want)
	}
	if _, ok := r.seek.scanned(sampleVideo); !ok {
		t.Error("the file was not scanned")
	}
}

func setSendTime(t *testing.T, b []byte, ms uint32) {
	t.Helper()
	_, at, err := parsingInformation(b)
	if err != nil {
		t.Fatal(err)
	}
	le.PutUint32(b[at:], ms)
}
