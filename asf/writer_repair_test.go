package asf

import (
	"bytes"
	"slices"
	"testing"
)

// few is how many packets of the sample make a small file, with more than one key frame.
const few = 14

// small gives the header and the first packets of the sample.
func small(t testing.TB) (header []byte, packets [][]byte) {
	t.Helper()
	s := newSample(t)
	return s.header.Append(nil), s.packets[:few]
}

// wholePackets says how many packets a file has that holds its first n bytes.
func wholePackets(n, header int) int { return max(0, n-header-DataHeadSize) / sampleSize }

// judgeCut opens a file that ends early, repairs it and opens it again: all
// packets that were whole are there each time.
func judgeCut(t *testing.T, at int, f *memFile, header []byte, packets [][]byte, whole int) {
	t.Helper()
	if len(f.b) < len(header)+DataHeadSize {
		if _, err := Repair(f, int64(len(f.b))); err == nil {
			t.Errorf("at %d: repaired without a header", at)
		}
		return
	}
	judgePackets(t, at, f.b, packets, whole)
	*f = *newMemFile(f.b)
	if _, err := Repair(f, int64(len(f.b))); err != nil {
		t.Errorf("at %d: %v", at, err)
	}
	r := judgePackets(t, at, f.b, packets, whole)
	if whole == 0 {
		return
	}
	for _, i := range r.Check() {
		if !slices.Contains([]string{"key-frame-first", "object-broken", "no-key-frames", "stream-empty"}, i.Code) {
			t.Errorf("at %d, repaired: %v", at, i)
		}
	}
	if again, err := Repair(f, int64(len(f.b))); again || err != nil {
		t.Errorf("at %d: repaired twice, %v", at, err)
	}
}

func judgePackets(t *testing.T, at int, file []byte, packets [][]byte, whole int) *Reader {
	t.Helper()
	r := openBytes(t, file)
	got := make([]byte, whole*sampleSize)
	if n, _ := r.ReadPackets(got, 0); n != whole || r.NumPackets() != int64(whole) {
		t.Fatalf("at %d: %d packets, want %d", at, r.NumPackets(), whole)
	}
	if !bytes.Equal(got, bytes.Join(packets[:whole], nil)) {
		t.Fatalf("at %d: the packets differ", at)
	}
	return r
}

// Whoever is killed while a Writer works leaves a file that plays, at every byte
// that it writes: those of the growing file, and those that finish it.
func TestWriterKilled(t *testing.T) {
	header, packets := small(t)
	f := newMemFile(nil)
	w, err := writeAll(t, f, header, packets)
	if err != nil {
		t.Fatal(err)
	}
	grown := len(f.b)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	all := 1<<30 - f.room // bytes that were written
	for at := range all {
		f := &memFile{room: at}
		if w, err := writeAll(t, f, header, packets); err == nil {
			_ = w.Close()
		}
		judgeCut(t, at, f, header, packets, wholePackets(min(at, grown), len(header)))
	}
}

// A disk that fills up leaves a finished file of what fitted; the index is the
// next Repair's if it did not.
func TestWriterDiskFull(t *testing.T) {
	header, packets := small(t)
	for at := len(header) + DataHeadSize; at < len(header)+DataHeadSize+few*sampleSize; at += 77 {
		f := &cramped{memFile{room: 1 << 30}, at}
		w, err := writeAll(t, f, header, packets)
		if err == nil {
			t.Fatalf("at %d: no error", at)
		}
		if w.Add(packets[0]) == nil {
			t.Errorf("at %d: takes packets after an error", at)
		}
		if w.Close() == nil {
			t.Errorf("at %d: closed without an error", at)
		}
		whole := wholePackets(at, len(header))
		if w.Packets() != int64(whole) {
			t.Errorf("at %d: the Writer says %d packets, %d are there", at, w.Packets(), whole)
		}
		r := judgePackets(t, at, f.b, packets, whole)
		if whole > 0 && (r.Header().File().Broadcast() || r.data.Packets != uint64(whole)) {
			t.Errorf("at %d: not finished", at)
		}
		judgeCut(t, at, &f.memFile, header, packets, whole)
	}
}

// cramped is a file that cannot become longer than most.
type cramped struct {
	memFile
	most int
}

func (f *cramped) WriteAt(b []byte, at int64) (int, error) {
	n := max(0, min(len(b), f.most-int(at)))
	f.memFile.WriteAt(b[:n], at)
	if n < len(b) {
		return n, errFull
	}
	return n, nil
}

// A repair that is cut off can be begun again.
func TestRepairKilled(t *testing.T) {
	header, packets := small(t)
	f := newMemFile(nil)
	if _, err := writeAll(t, f, header, packets); err != nil {
		t.Fatal(err)
	}
	cut := f.b[:len(f.b)-sampleSize/2]
	f = newMemFile(cut)
	if _, err := Repair(f, int64(len(cut))); err != nil {
		t.Fatal(err)
	}
	for at := range 1<<30 - f.room {
		f := newMemFile(cut)
		f.room = at
		if _, err := Repair(f, int64(len(f.b))); err == nil {
			t.Fatalf("at %d: no error", at)
		}
		judgeCut(t, at, f, header, packets, few-1)
	}
}

// Every beginning of a finished file opens, and is repaired.
func TestRepairCut(t *testing.T) {
	header, packets := small(t)
	f := newMemFile(nil)
	w, err := writeAll(t, f, header, packets)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for at := range len(f.b) {
		judgeCut(t, at, newMemFile(f.b[:at]), header, packets, min(few, wholePackets(at, len(header))))
	}
}

// What is finished is left alone, and what follows the packets that is no Simple
// Index stays.
func TestRepairKeepsOthers(t *testing.T) {
	s := newSample(t)
	other := (&Index{IndexTable{Interval: 1000}}).Append(nil)
	s.tail = other
	s.settle()
	whole := s.bytes()
	f := newMemFile(whole)
	if repaired, err := Repair(f, int64(len(f.b))); repaired || err != nil || !bytes.Equal(f.b, whole) {
		t.Errorf("a finished file: %v, %v", repaired, err)
	}
	s.file.Flags, s.file.FileSize = FileBroadcast, 0
	f = newMemFile(s.bytes())
	if repaired, err := Repair(f, int64(len(f.b))); !repaired || err != nil || !bytes.Equal(f.b[len(f.b)-len(other):], other) {
		t.Errorf("with another index: %v, %v", repaired, err)
	}
	if got := openBytes(t, f.b).Header().File(); got.Broadcast() || got.FileSize != uint64(len(f.b)) {
		t.Errorf("%+v", got)
	}
}

// A file that grows has the header of a finished one for those who play it now.
func TestGrowingHeader(t *testing.T) {
	header, packets := small(t)
	f := newMemFile(nil)
	if _, err := writeAll(t, f, header, packets); err != nil {
		t.Fatal(err)
	}
	h, b, err := openBytes(t, f.b).GrowingHeader()
	if err != nil {
		t.Fatal(err)
	}
	if len(b) != len(header)+DataHeadSize {
		t.Errorf("%d bytes", len(b))
	}
	r := openBytes(t, append(b, f.b[len(b):]...))
	if codes := codes(r.Issues()); codes["not-finished"] || codes["file-size-wrong"] || codes["duration-wrong"] {
		t.Errorf("%v", r.Issues())
	}
	if g := h.File(); g.Broadcast() || !g.Seekable() || g.DataPackets != few || r.data.Packets != 0 || r.data.Size != DataHeadSize {
		t.Errorf("%+v, %+v", g, r.data)
	}
}

func FuzzRepair(f *testing.F) {
	header, packets := small(f)
	file := newMemFile(nil)
	w, err := writeAll(f, file, header, packets[:8])
	if err != nil {
		f.Fatal(err)
	}
	grown := bytes.Clone(file.b)
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	for _, b := range [][]byte{grown, file.b} {
		for at := 0; at < len(b); at += 97 {
			f.Add(b[:at])
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		file := newMemFile(b)
		repaired, err := Repair(file, int64(len(b)))
		if err != nil || !repaired {
			return
		}
		before, after := openBytes(t, b), openBytes(t, file.b)
		n := int(before.packets) * before.packetSize
		if !bytes.Equal(file.b[before.DataOffset():][:n], b[before.DataOffset():][:n]) {
			t.Error("packets have changed")
		}
		if after.NumPackets() < before.NumPackets() {
			t.Errorf("%d packets, then %d", before.NumPackets(), after.NumPackets())
		}
	})
}

// Whatever an encoder sends, the file can be read and repaired.
func FuzzWriter(f *testing.F) {
	header, packets := small(f)
	f.Add(bytes.Join(packets[:6], nil))
	late := bytes.Clone(packets[0])
	shiftPacket(late, 1<<31+5)
	f.Add(append(late, packets[3]...))
	f.Fuzz(func(t *testing.T, b []byte) {
		file := newMemFile(nil)
		w, err := NewWriter(file, header)
		if err != nil {
			t.Fatal(err)
		}
		for ; len(b) >= sampleSize; b = b[sampleSize:] {
			_ = w.Add(b[:sampleSize])
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		grown := newMemFile(file.b)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if w.Packets() == 0 {
			return
		}
		if n := openBytes(t, file.b).NumPackets(); n != w.Packets() {
			t.Errorf("%d packets of %d", n, w.Packets())
		}
		if _, err := Repair(grown, int64(len(grown.b))); err != nil {
			t.Error(err)
		}
	})
}
