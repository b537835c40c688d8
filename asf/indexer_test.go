package asf

import (
	"bytes"
	"testing"
)

// The index of packets that are there already is the one that a Writer makes of
// them.
func TestIndexer(t *testing.T) {
	s := newSample(t)
	header := s.header.Append(nil)
	f := newMemFile(nil)
	w, err := writeAll(t, f, header, s.packets)
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	end := w.dataAt + DataHeadSize + int64(len(s.packets)*sampleSize)
	written := f.b[end:]
	h, _, err := ParseHeader(header)
	if err != nil {
		t.Fatal(err)
	}
	x := NewIndexer(h)
	x.Add([]byte("no packet"))
	if got := x.Append(nil); len(got) == 0 || bytes.Equal(got, written) {
		t.Errorf("an index of nothing has %d bytes", len(got))
	}
	x = NewIndexer(h)
	for _, p := range s.packets {
		x.Add(p)
	}
	if got := x.Append(nil); !bytes.Equal(got, written) || len(got) == 0 {
		t.Errorf("%d bytes of index, want %d", len(got), len(written))
	}
}
