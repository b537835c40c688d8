package asf

import (
	"bytes"
	"testing"
)

// largeHeader is a header with what is needed, and with what is not.
func largeHeader() []byte {
	h := &Header{Reserved1: 1, Reserved2: 2, Objects: []Object{
		&FileProperties{},
		&Padding{Data: make([]byte, 1000)},
		&StreamProperties{Type: StreamTypeVideo, Flags: 1},
		NewHeaderExtension(
			&Padding{Data: make([]byte, 2000)},
			&ExtendedStreamProperties{},
			&RawObject{IDMetadataLibrary, make([]byte, 3000)},
		),
		&RawObject{IDExtendedContentDescription, make([]byte, 500)},
		&RawObject{IDCodecList, make([]byte, 400)},
		&RawObject{IDContentDescription, make([]byte, 300)},
		&RawObject{IDContentEncryption, make([]byte, 200)},
		&RawObject{GUID{1, 2, 3}, make([]byte, 100)},
	}}
	return DataHead{Size: DataHeadSize, Reserved: DataReserved}.Append(h.Append(nil))
}

func TestTrimHeader(t *testing.T) {
	whole := largeHeader()
	before := bytes.Clone(whole)
	n := len(whole)
	for _, k := range []struct {
		limit, size int
	}{
		{n, n},
		{n - 1, n - 3048},
		{n - 3049, n - 3048 - 3024},
		{n - 6500, n - 3048 - 3024 - 524},
		{n - 7000, n - 3048 - 3024 - 524 - 424},
		{0, n - 3048 - 3024 - 524 - 424 - 324},
	} {
		out := TrimHeader(whole, k.limit)
		if len(out) != k.size {
			t.Errorf("limit %d: %d bytes, want %d", k.limit, len(out), k.size)
		}
		h, used, err := ParseHeader(out)
		if err != nil || len(h.Malformed()) > 0 || len(out)-used != DataHeadSize {
			t.Fatalf("limit %d: %v %v", k.limit, err, h.Malformed())
		}
		if !bytes.Equal(h.Append(nil), out[:used]) || !bytes.Equal(out[used:], whole[len(whole)-DataHeadSize:]) {
			t.Errorf("limit %d: the sizes do not fit", k.limit)
		}
		_, file := Find[*FileProperties](h)
		_, extended := Find[*ExtendedStreamProperties](h)
		if !file || !extended || len(h.Streams()) != 1 {
			t.Errorf("limit %d: what describes the streams is gone", k.limit)
		}
	}
	if !bytes.Equal(whole, before) {
		t.Error("the header was changed")
	}
}

// A header that cannot be taken apart stays as it is.
func TestTrimHeaderRefuses(t *testing.T) {
	for name, spoil := range map[string]func(b []byte) []byte{
		"no header": func(b []byte) []byte { b[0]++; return b },
		"cut":       func(b []byte) []byte { return b[:200] },
		"too large": func(b []byte) []byte { b[HeaderHeadSize+16] = 0xFF; b[HeaderHeadSize+20] = 1; return b },
		"too small": func(b []byte) []byte { b[HeaderHeadSize+16] = 23; return b },
	} {
		b := spoil(largeHeader())
		if out := TrimHeader(b, 100); !bytes.Equal(out, b) {
			t.Errorf("%s: changed", name)
		}
	}
}

func FuzzTrimHeader(f *testing.F) {
	f.Add(largeHeader(), 100)
	f.Fuzz(func(t *testing.T, b []byte, limit int) {
		if out := TrimHeader(b, limit); len(out) > len(b) {
			t.Errorf("%d bytes became %d", len(b), len(out))
		}
	})
}
