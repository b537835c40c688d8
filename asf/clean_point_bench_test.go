package asf

import (
	"slices"
	"testing"
)

func BenchmarkCleanPoints(b *testing.B) {
	s := newSample(b)
	s.packets = slices.Repeat(s.packets, 50)
	s.settle()
	data := s.bytes()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		r := openBytes(b, data)
		if _, err := r.CleanPoints(sampleVideo); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCleanPoint(b *testing.B) {
	plain := newSample(b)
	readers := map[string]*Reader{"no index": plain.reader(b)}
	for name, build := range indexBuilders {
		readers[name] = withIndex(b, plain, build).reader(b)
	}
	for name, r := range readers {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			ms := uint32(0)
			for b.Loop() {
				if _, err := r.CleanPoint(sampleVideo, ms%sampleLength); err != nil {
					b.Fatal(err)
				}
				ms += 997
			}
		})
	}
}

func BenchmarkReadPackets(b *testing.B) {
	r := newSample(b).reader(b)
	buf := make([]byte, 64*sampleSize)
	b.SetBytes(int64(len(buf)))
	b.ReportAllocs()
	n := int64(0)
	for b.Loop() {
		if _, err := r.ReadPackets(buf, n%100); err != nil {
			b.Fatal(err)
		}
		n++
	}
}

func BenchmarkNewReader(b *testing.B) {
	data := newSample(b).bytes()
	b.ReportAllocs()
	for b.Loop() {
		openBytes(b, data)
	}
}
