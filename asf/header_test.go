package asf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
)

// sampleHeader holds the objects of all header vectors.
func sampleHeader(t testing.TB) []byte {
	t.Helper()
	var objects []byte
	count := uint32(0)
	for _, v := range readVectors(t) {
		if !strings.HasSuffix(v.name, "index") {
			objects = append(objects, v.bytes...)
			count++
		}
	}
	return headerOf(count, objects)
}

func headerOf(count uint32, objects []byte) []byte {
	b := bytes.Clone(IDHeader[:])
	b = binary.LittleEndian.AppendUint64(b, uint64(30+len(objects)))
	b = binary.LittleEndian.AppendUint32(b, count)
	return append(append(b, 1, 2), objects...)
}

func padding(n int) []byte { return (&Padding{Data: make([]byte, n)}).Append(nil) }

// TestHeaderVerbatim parses headers, right and wrong, that must be written as
// they were read.
func TestHeaderVerbatim(t *testing.T) {
	nested := padding(0)
	for range 6 {
		e := headerExtension(nested)
		nested = e
	}
	for _, tc := range []struct {
		name      string
		b         []byte
		objects   int
		malformed int
	}{
		{"no objects", headerOf(0, nil), 0, 0},
		{"count too high", headerOf(9, padding(3)), 1, 0},
		{"count too low", headerOf(0, append(padding(3), padding(0)...)), 2, 0},
		{"bytes after the last object", headerOf(1, append(padding(0), 1, 2, 3)), 1, 1},
		{"object longer than the header", headerOf(1, append(padding(0)[:16], 99, 0, 0, 0, 0, 0, 0, 0)), 0, 1},
		{"object shorter than its head", headerOf(1, append(padding(0)[:16], 23, 0, 0, 0, 0, 0, 0, 0)), 0, 1},
		{"too many objects", headerOf(MaxObjects+1, bytes.Repeat(padding(0), MaxObjects+1)), MaxObjects, 1},
		{"nested too deep", headerOf(1, nested), 1, 1},
		{"malformed object", headerOf(1, append(IDMetadata[:16:16], 26, 0, 0, 0, 0, 0, 0, 0, 1, 0)), 1, 1},
		{"all vectors", sampleHeader(t), len(readVectors(t)) - 4, 1},
	} {
		b := append(bytes.Clone(tc.b), "rest"...)
		h, n, err := ParseHeader(b)
		if err != nil || n != len(tc.b) {
			t.Errorf("%s: %d bytes, %v", tc.name, n, err)
			continue
		}
		if len(h.Objects) != tc.objects || len(h.Malformed()) != tc.malformed {
			t.Errorf("%s: %d objects, malformed %v", tc.name, len(h.Objects), h.Malformed())
		}
		if got := h.Append([]byte{7}); !bytes.Equal(got[1:], tc.b) || h.Size() != len(tc.b) {
			t.Errorf("%s: wrote %d bytes, want %d", tc.name, len(got)-1, len(tc.b))
		}
	}
}

func headerExtension(objects []byte) []byte {
	b := bytes.Clone(IDHeaderExtension[:])
	b = binary.LittleEndian.AppendUint64(b, uint64(46+len(objects)))
	b = append(append(b, ReservedHeaderExtension[:]...), 6, 0)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(objects)))
	return append(b, objects...)
}

func TestParseHeaderErrors(t *testing.T) {
	whole := headerOf(1, padding(10))
	huge := bytes.Clone(whole)
	binary.LittleEndian.PutUint64(huge[16:], MaxHeaderSize+1)
	tiny := bytes.Clone(whole)
	binary.LittleEndian.PutUint64(tiny[16:], 29)
	for _, tc := range []struct {
		name string
		b    []byte
		want error
	}{
		{"too large", huge, ErrLimit},
		{"too small", tiny, ErrInvalid},
		{"other file", []byte("RIFF....AVI "), ErrNotASF},
		{"data object", padding(10), ErrNotASF},
	} {
		if _, _, err := ParseHeader(tc.b); !errors.Is(err, tc.want) || !strings.HasPrefix(err.Error(), "asf: ") {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
	for n := range whole {
		if _, _, err := ParseHeader(whole[:n]); !errors.Is(err, ErrNeedMore) {
			t.Errorf("cut to %d bytes: %v", n, err)
		}
	}
}

// TestHeaderEdit changes an object that was kept verbatim, in a header that
// was: the change must be written.
func TestHeaderEdit(t *testing.T) {
	inner := (&FileProperties{Preroll: 1}).Append(nil)
	inner = append(inner, 0xEE)
	binary.LittleEndian.PutUint64(inner[16:], uint64(len(inner)))
	h, _, err := ParseHeader(headerOf(77, headerExtension(inner)))
	if err != nil || h.File() == nil {
		t.Fatalf("no File Properties: %v", err)
	}
	h.File().Preroll = 5000
	b := h.Append(nil)
	if h.Size() != len(b) {
		t.Errorf("size %d, wrote %d bytes", h.Size(), len(b))
	}
	again, n, err := ParseHeader(b)
	if err != nil || n != len(b) || again.File().Preroll != 5000 {
		t.Fatalf("after the change: %v", err)
	}
	if b[24] != 1 || len(again.Malformed()) != 0 {
		t.Errorf("the changed header is not canonical: %d objects, %v", b[24], again.Malformed())
	}
}

func TestHeaderNested(t *testing.T) {
	hidden := &StreamProperties{Type: StreamTypeVideo, Flags: 3}
	h := &Header{Reserved1: 1, Reserved2: 2, Objects: []Object{
		&StreamProperties{Type: StreamTypeAudio, Flags: 1},
		NewHeaderExtension(&ExtendedStreamProperties{StreamNumber: 3, Stream: hidden}, &Compatibility{Profile: 2, Mode: 1}),
		&StreamProperties{Type: StreamTypeVideo, Flags: 2},
	}}
	parsed, _, err := ParseHeader(h.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range []*Header{h, parsed} {
		var order []uint8
		for _, s := range h.Streams() {
			order = append(order, s.Number())
		}
		if string(order) != "\x01\x03\x02" {
			t.Errorf("streams in the order %v", order)
		}
		if s := h.Stream(3); s == nil || s.Kind() != Video {
			t.Errorf("hidden stream: %v", s)
		}
		if h.Stream(9) != nil || h.ExtendedStream(3) == nil || h.ExtendedStream(1) != nil {
			t.Error("streams are found wrongly")
		}
		if c, ok := Find[*Compatibility](h); !ok || c.Profile != 2 {
			t.Error("Compatibility is not found")
		}
		if _, ok := Find[*Marker](h); ok {
			t.Error("a Marker is found")
		}
		for range h.All() {
			break // stopping must be safe at any depth
		}
	}
}

func FuzzParseHeader(f *testing.F) {
	f.Add(sampleHeader(f))
	f.Add(headerOf(9, headerExtension(padding(3))))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, n, err := ParseHeader(b)
		if err != nil {
			return
		}
		if got := h.Append(nil); !bytes.Equal(got, b[:n]) || h.Size() != n {
			t.Fatalf("wrote %x, want %x", got, b[:n])
		}
		for _, s := range h.Streams() {
			h.BitRate(s.Number())
		}
		h.TotalBitRate()
		h.Attributes()
		h.Markers()
		h.ScriptCommands()
		h.MutualExclusions()
		canonical := h.appendCanonical(nil)
		again, m, err := ParseHeader(canonical)
		if err != nil || m != len(canonical) || !bytes.Equal(again.Append(nil), canonical) {
			t.Fatalf("canonical form is not stable: %v", err)
		}
	})
}
