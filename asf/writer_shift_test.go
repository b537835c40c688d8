package asf

import (
	"bytes"
	"testing"
)

// What a Writer has set back gets the times of the stream again.
func TestRestoreTimes(t *testing.T) {
	s := newSample(t)
	for _, began := range []uint32{3_600_000, 1<<31 - 1, 0xFFFF_F000} {
		f := newMemFile(nil)
		w, err := NewWriter(f, s.header.Append(nil))
		if err != nil {
			t.Fatal(err)
		}
		var want []byte
		for _, p := range s.packets {
			p = bytes.Clone(p)
			shiftBy(t, p, began)
			if err := w.Add(p); err != nil {
				t.Fatal(err)
			}
			want = append(want, p...)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		got := f.b[w.Offset(0):w.Offset(int64(len(s.packets)))]
		if w.Shift() == 0 || bytes.Equal(got, want) {
			t.Fatalf("set back by %d", w.Shift())
		}
		for n := range s.packets {
			RestoreTimes(got[n*sampleSize:][:sampleSize], w.Shift())
		}
		if !bytes.Equal(got, want) {
			t.Errorf("begun at %d: the packets differ", began)
		}
	}
}

// Only times change, and those that did not become 0 change back.
func FuzzRestoreTimes(f *testing.F) {
	_, packets := small(f)
	for _, p := range packets[:4] {
		f.Add(p, uint32(70_000))
	}
	f.Add([]byte{0x00, 0x5D, 0x10, 0x27, 0, 0, 5, 0, 0x81, 7, 0x20, 0x4E, 0, 0, 1, 10, 2, 0xAA, 0xBB, 1, 0xCC}, uint32(5000))
	f.Fuzz(func(t *testing.T, b []byte, ms uint32) {
		forward := bytes.Clone(b)
		RestoreTimes(forward, ms)
		if ParsePacket(b, &Packet{}) == nil && ParsePacket(forward, &Packet{}) != nil {
			t.Fatal("no packet any more")
		}
		back := bytes.Clone(forward)
		RestoreTimes(back, -ms)
		if !bytes.Equal(back, b) {
			t.Errorf("% x, then % x", b, back)
		}
	})
}
