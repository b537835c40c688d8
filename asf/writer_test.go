package asf

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"
)

var errFull = errors.New("the disk is full")

// memFile is a file in memory whose disk takes so many bytes more; then all
// writing fails, as it ends for who is killed.
type memFile struct {
	b    []byte
	room int
	full bool
}

func newMemFile(b []byte) *memFile { return &memFile{b: bytes.Clone(b), room: 1 << 30} }

func (f *memFile) ReadAt(b []byte, at int64) (int, error) {
	if at >= int64(len(f.b)) {
		return 0, io.EOF
	}
	n := copy(b, f.b[at:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func (f *memFile) WriteAt(b []byte, at int64) (int, error) {
	n := min(len(b), f.room)
	f.room -= n
	if end := int(at) + n; n > 0 && end > len(f.b) {
		f.b = append(f.b, make([]byte, end-len(f.b))...)
	}
	copy(f.b[min(int(at), len(f.b)):], b[:n])
	if n < len(b) {
		f.full = true
		return n, errFull
	}
	return n, nil
}

func (f *memFile) Truncate(size int64) error {
	if f.full && f.room == 0 {
		return errFull
	}
	f.b = f.b[:size]
	return nil
}

// writeAll writes packets, each at once, up to the first failure.
func writeAll(t testing.TB, f WriterFile, header []byte, packets [][]byte) (*Writer, error) {
	t.Helper()
	w, err := NewWriter(f, header)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packets {
		if err := w.Add(p); err != nil {
			return w, err
		}
		if err := w.Flush(); err != nil {
			return w, err
		}
	}
	return w, nil
}

// What the Writer makes of packets is the file that they were in, with an index.
func TestWriter(t *testing.T) {
	s := newSample(t)
	f := newMemFile(nil)
	w, err := writeAll(t, f, s.header.Append(nil), s.packets)
	if err != nil {
		t.Fatal(err)
	}
	grown := openBytes(t, f.b)
	if g := grown.Header().File(); !g.Broadcast() || g.Seekable() || g.FileSize != 0 || grown.NumPackets() != int64(len(s.packets)) {
		t.Errorf("while it grows: %+v, %d packets", g, grown.NumPackets())
	}
	if w.Packets() != int64(len(s.packets)) || w.Size() != int64(len(f.b)) || w.Span() < 29_000 || w.Span() > 30_000 {
		t.Errorf("%d packets, %d bytes, %d ms", w.Packets(), w.Size(), w.Span())
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := openBytes(t, f.b)
	for _, i := range r.Check() {
		if i.Code != "key-frame-first" {
			t.Errorf("unexpected issue: %v", i)
		}
	}
	want := *s.file
	want.FileSize = uint64(len(f.b))
	want.SendDuration = r.Header().File().SendDuration
	if got := *r.Header().File(); got != want {
		t.Errorf("file properties\n%+v, want\n%+v", got, want)
	}
	if d := want.SendDuration / 1e4; d < sampleLength-100 || d > sampleLength+samplePreroll {
		t.Errorf("sent in %d ms", d)
	}
	if r.data != s.data {
		t.Errorf("data object %+v, want %+v", r.data, s.data)
	}
	if !bytes.Equal(f.b[r.DataOffset():][:len(s.packets)*sampleSize], bytes.Join(s.packets, nil)) {
		t.Error("packets differ")
	}
}

// The index has the last key frame before or at each second, the first one where
// there is none; the seconds count the preroll.
func TestWriterIndex(t *testing.T) {
	s := newSample(t)
	f := newMemFile(nil)
	w, err := writeAll(t, f, s.header.Append(nil), s.packets)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := openBytes(t, f.b)
	objects, err := r.indexes()
	if err != nil || len(objects) != 1 {
		t.Fatalf("%d indexes, %v", len(objects), err)
	}
	all, err := s.reader(t).scan(sampleVideo)
	if err != nil {
		t.Fatal(err)
	}
	at := map[uint32]uint32{}
	for _, c := range all {
		at[uint32(c.Packet)] = c.Time - samplePreroll
	}
	x := objects[0].(*SimpleIndex)
	var got []uint32
	for _, e := range x.Entries {
		got = append(got, at[e.Packet])
		if e.Packets < 3 || e.Packets > 4 { // a key frame has 1000 bytes, a packet 400
			t.Errorf("a key frame of %d packets", e.Packets)
		}
	}
	want := slices.Concat([]uint32{200, 200, 200, 200, 1600, 1600, 4000}, slices.Repeat([]uint32{4040}, 4),
		slices.Repeat([]uint32{9000}, 6), []uint32{15000}, slices.Repeat([]uint32{16000}, 6), slices.Repeat([]uint32{22000}, 8), []uint32{29960})
	if !slices.Equal(got, want) || x.Interval != 1e7 || x.FileID != s.file.FileID {
		t.Errorf("entries lead to\n%v, want\n%v", got, want)
	}
	for ms := uint32(0); ms < 35_000; ms += 20 {
		got, err := r.CleanPoint(sampleVideo, ms)
		if want, _ := notAfter(all, ms); err != nil || got != want {
			t.Fatalf("at %d ms %+v, %v, want %+v", ms, got, err, want)
		}
	}
	if clues, _ := r.clues(sampleVideo); len(clues) == 0 {
		t.Error("the index was held to be wrong")
	}
}

// Pieces of a key frame whose beginning is not there belong to no other, and a
// key frame that goes back in time is left out.
func TestLedgerKeyFrames(t *testing.T) {
	s := streamLedger{video: true}
	for i, p := range []Payload{
		{Key: true, Object: 9, Offset: 500, Time: 900},
		{Key: true, Object: 10, Time: 1000},
		{Key: true, Object: 10, Offset: 300, Time: 1000},
		{Key: true, Object: 12, Offset: 300, Time: 1400},
		{Object: 13, Time: 1500},
		{Key: true, Object: 14, Time: 700},
		{Key: true, Object: 14, Offset: 300, Time: 700},
		{Key: true, Object: 15, Time: 2500},
	} {
		s.add(&p, uint32(i))
	}
	want := []keyFrame{{1000, 1, 2}, {2500, 7, 1}}
	if !slices.Equal(s.keys, want) || s.last != 2500 || s.step != 1000 {
		t.Errorf("%+v, want %+v; the last at %d, %d behind the one before", s.keys, want, s.last, s.step)
	}
}

// A stream that began long ago gets the times of one that begins.
func TestWriterSetsTimesBack(t *testing.T) {
	s := newSample(t)
	plain, late := newMemFile(nil), newMemFile(nil)
	for _, began := range []uint32{3_600_000, 1<<31 - 1, 0xFFFF_F000} { // the last one wraps around
		*plain, *late = *newMemFile(nil), *newMemFile(nil)
		packets := make([][]byte, len(s.packets))
		for i, p := range s.packets {
			packets[i] = bytes.Clone(p)
			shiftBy(t, packets[i], began)
		}
		for f, list := range map[*memFile][][]byte{plain: s.packets, late: packets} {
			w, err := writeAll(t, f, s.header.Append(nil), list)
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(plain.b, late.b) {
			t.Errorf("begun at %d: the files differ", began)
		}
	}
}

// shiftBy sets the times of a packet forward, without shiftPacket's care.
func shiftBy(t *testing.T, b []byte, ms uint32) {
	t.Helper()
	_, send, err := parsingInformation(b)
	if err != nil {
		t.Fatal(err)
	}
	le.PutUint32(b[send:], le.Uint32(b[send:])+ms)
	var p Packet
	if err := ParsePacket(b, &p); err != nil {
		t.Fatal(err)
	}
	for it := p.Payloads(); it.Next(); {
		at := it.Payload.Replicated[4:]
		le.PutUint32(at, le.Uint32(at)+ms)
	}
}

// What is presented first is presented at the preroll, if it is much later.
func TestShiftOf(t *testing.T) {
	for _, tc := range []struct{ send, time, preroll, want uint32 }{
		{0, 3000, 3000, 0},
		{900, 3900, 3000, 0},
		{60_000, 63_000, 3000, 60_000},
		{60_000, 70_000, 3000, 60_000},         // nothing is sent before 0
		{60_000, 62_500, 3000, 59_500},         // presented earlier than most
		{3000, 3000, 3000, 0},                  // send times that count the preroll
		{60_000, 1000, 3000, 0},                // presented before the preroll
		{0xFFFF_FF00, 2744, 3000, 0xFFFF_FF00}, // wraps around
	} {
		b := []byte{0x00, 0x5D, 0, 0, 0, 0, 5, 0, 0x81, 7, 0, 0, 0, 0, 8, 1, 0, 0, 0, 0, 0, 0, 0, 0xAA}
		le.PutUint32(b[2:], tc.send)
		le.PutUint32(b[19:], tc.time)
		var p Packet
		if err := ParsePacket(b, &p); err != nil {
			t.Fatal(err)
		}
		if got := shiftOf(&p, uint64(tc.preroll)); got != tc.want {
			t.Errorf("%+v: %d", tc, got)
		}
	}
}

// A packet of compressed payload data has its time in the place of the offset.
func TestShiftCompressed(t *testing.T) {
	b := []byte{0x00, 0x5D, 0x10, 0x27, 0, 0, 5, 0, 0x81, 7, 0x20, 0x4E, 0, 0, 1, 10, 2, 0xAA, 0xBB, 1, 0xCC}
	want := bytes.Clone(b)
	want[2], want[3] = 0, 0         // 10000 ms
	want[10], want[11] = 0x10, 0x27 // 20000 ms
	shiftPacket(b, 10_000)
	if !bytes.Equal(b, want) {
		t.Errorf("% x, want % x", b, want)
	}
	shiftPacket(b, 20_000)
	want[10], want[11] = 0, 0 // not before 0
	if !bytes.Equal(b, want) {
		t.Errorf("% x, want % x", b, want)
	}
}

func TestWriterRefuses(t *testing.T) {
	s := newSample(t)
	for name, header := range map[string][]byte{"nothing": nil, "no streams": (&Header{Objects: []Object{s.file}}).Append(nil)} {
		if _, err := NewWriter(newMemFile(nil), header); err == nil {
			t.Error(name)
		}
	}
	w, err := NewWriter(newMemFile(nil), s.header.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string][]byte{"nothing": nil, "short": s.packets[0][1:], "damaged": bytes.Repeat([]byte{0xE1}, sampleSize)} {
		if err := w.Add(p); !isParseError(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if w.Packets() != 0 || w.Add(s.packets[0]) != nil || w.Packets() != 1 {
		t.Errorf("%d packets after what was refused", w.Packets())
	}
}

// Whoever archives everything must not keep the collector busy.
func TestWriterAllocatesNothing(t *testing.T) {
	s := newSample(t)
	f := newMemFile(make([]byte, 8<<20))
	w, err := NewWriter(f, s.header.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	next := 0
	if n := testing.AllocsPerRun(5000, func() {
		if err := w.Add(s.packets[next%len(s.packets)]); err != nil {
			t.Fatal(err)
		}
		next++
	}); n > 0 {
		t.Errorf("%v allocations for a packet", n)
	}
}
