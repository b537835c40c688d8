package asf

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestReader(t *testing.T) {
	s := newSample(t)
	b := s.bytes()
	r := openBytes(t, b)
	head := s.header.Size() + DataHeadSize
	if r.PacketSize() != sampleSize || r.NumPackets() != int64(len(s.packets)) || r.DataOffset() != int64(head) || r.Size() != int64(len(b)) {
		t.Errorf("%d packets of %d bytes at %d in %d", r.NumPackets(), r.PacketSize(), r.DataOffset(), r.Size())
	}
	if !bytes.Equal(r.HeaderBytes(), b[:head]) {
		t.Error("header bytes differ from the file's")
	}
	if r.Header().Stream(sampleVideo).Kind() != Video || r.HasIndex() {
		t.Error("header is read wrongly")
	}
	if r.Duration() != 30*time.Second || r.TimeBase() != samplePreroll {
		t.Errorf("plays for %v from %d ms", r.Duration(), r.TimeBase())
	}
	for _, i := range r.Check() {
		if i.Code != "no-index" && i.Code != "key-frame-first" {
			t.Errorf("unexpected issue: %v", i)
		}
	}
}

func TestReadPackets(t *testing.T) {
	s := newSample(t)
	r := s.reader(t)
	n := r.NumPackets()
	all := bytes.Join(s.packets, nil)
	for _, tc := range []struct {
		room  int
		first int64
		want  int
		err   error
	}{
		{0, 0, 0, nil},
		{sampleSize - 1, 0, 0, nil},
		{sampleSize, 0, 1, nil},
		{7*sampleSize + 5, 3, 7, nil},
		{9 * sampleSize, n - 2, 2, nil},
		{sampleSize, n, 0, io.EOF},
		{sampleSize, -1, 0, io.EOF},
		{sampleSize, 1 << 62, 0, io.EOF},
	} {
		b := make([]byte, tc.room)
		got, err := r.ReadPackets(b, tc.first)
		if got != tc.want || err != tc.err {
			t.Errorf("%d bytes from %d: %d packets, %v", tc.room, tc.first, got, err)
			continue
		}
		if got > 0 && !bytes.Equal(b[:got*sampleSize], all[tc.first*sampleSize:][:got*sampleSize]) {
			t.Errorf("%d bytes from %d: wrong packets", tc.room, tc.first)
		}
	}
}

func TestPacketBySendTime(t *testing.T) {
	s := newSample(t)
	// Damaged packets have no send time; the search must find its way.
	damaged := int64(len(s.packets) / 2)
	for i := range int64(5) {
		s.packets[damaged+i] = bytes.Repeat([]byte{0xFF}, sampleSize)
	}
	r := s.reader(t)
	var sent []uint32 // of each packet, that of the one before for the damaged
	for n := range r.NumPackets() {
		ms, err := r.SendTime(n)
		if broken := n >= damaged && n < damaged+5; (err != nil) != broken {
			t.Fatalf("packet %d: %v", n, err)
		} else if broken {
			ms = sent[n-1]
		}
		sent = append(sent, ms)
	}
	for ms := uint32(0); ms < sampleLength+5000; ms += 17 {
		got, err := r.PacketBySendTime(ms)
		if err != nil {
			t.Fatal(err)
		}
		want := int64(len(sent) - 1)
		for want > 0 && sent[want] > ms {
			want--
		}
		if got != want && (got < damaged-1 || got >= damaged+5 || sent[got] != sent[want]) {
			t.Fatalf("%d ms: packet %d, want %d", ms, got, want)
		}
	}
	if _, err := r.SendTime(r.NumPackets()); err != io.EOF {
		t.Errorf("behind the end: %v", err)
	}
}

func TestReaderErrors(t *testing.T) {
	whole := newSample(t)
	change := func(f func(*sample)) []byte {
		s := newSample(t)
		f(s)
		return s.bytes()
	}
	for _, tc := range []struct {
		name string
		b    []byte
		want error
	}{
		{"empty", nil, ErrNeedMore},
		{"text", []byte("#EXTM3U\nhttp://example.org/stream\n"), ErrNotASF},
		{"header only", whole.header.Append(nil), ErrNeedMore},
		{"half a Data Object head", whole.bytes()[:whole.header.Size()+30], ErrNeedMore},
		{"no File Properties", change(func(s *sample) { s.header.Objects = s.header.Objects[1:] }), ErrInvalid},
		{"no streams", change(func(s *sample) { s.header.Objects = s.header.Objects[:1] }), ErrInvalid},
		{"no packet size", change(func(s *sample) { *s.file = FileProperties{}; s.data.Packets = 0 }), ErrInvalid},
		{"packets too large", change(func(s *sample) { s.file.MinPacketSize, s.file.MaxPacketSize = 1<<31, 1<<31; s.data.Packets = 0 }), ErrLimit},
		{"packets are noise", change(func(s *sample) {
			for i := range s.packets {
				s.packets[i] = bytes.Repeat([]byte{0xFF}, sampleSize)
			}
		}), ErrInvalid},
		{"no Data Object", append(whole.header.Append(nil), bytes.Repeat(padding(100), 30)...), ErrInvalid},
	} {
		if _, err := NewReader(bytes.NewReader(tc.b), int64(len(tc.b))); !errors.Is(err, tc.want) || !strings.HasPrefix(err.Error(), "asf: ") {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
}

// brokenDisk fails from an offset on.
type brokenDisk struct {
	io.ReaderAt
	from int64
}

var errDisk = errors.New("disk on fire")

func (d brokenDisk) ReadAt(b []byte, at int64) (int, error) {
	if at+int64(len(b)) > d.from {
		return 0, errDisk
	}
	return d.ReaderAt.ReadAt(b, at)
}

// TestReaderDisk fails every read from some place on: errors of the source must
// come out, never a wrong answer.
func TestReaderDisk(t *testing.T) {
	b := withIndex(t, newSample(t), simpleIndex).bytes()
	good := openBytes(t, b)
	for from := int64(0); from < int64(len(b)); from += 997 {
		r, err := NewReader(brokenDisk{bytes.NewReader(b), from}, int64(len(b)))
		if err != nil {
			if !errors.Is(err, errDisk) {
				t.Fatalf("broken from %d: %v", from, err)
			}
			continue
		}
		for ms := uint32(0); ms < sampleLength; ms += 1000 {
			got, err := r.CleanPoint(sampleVideo, ms)
			want, _ := good.CleanPoint(sampleVideo, ms)
			if err == nil && got != want || err != nil && !errors.Is(err, errDisk) {
				t.Fatalf("broken from %d, at %d ms: %v, %v", from, ms, got, err)
			}
		}
	}
	// A file that shrinks while it is read ends in an error too.
	r, err := NewReader(bytes.NewReader(b), int64(len(b))+5000)
	if err == nil || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("size beyond the file: %v, %v", r, err)
	}
}

func TestReaderConcurrent(t *testing.T) {
	s := withIndex(t, newSample(t), simpleIndex)
	r, alone := s.reader(t), s.reader(t)
	var wg sync.WaitGroup
	for g := range uint32(8) {
		wg.Go(func() {
			b := make([]byte, 3*sampleSize)
			for ms := g * 100; ms < sampleLength; ms += 1100 {
				for _, stream := range []uint8{sampleVideo, sampleAudio} {
					got, err := r.CleanPoint(stream, ms)
					want, _ := alone.CleanPoint(stream, ms)
					if err != nil || got != want {
						t.Errorf("stream %d at %d ms: %v, %v", stream, ms, got, err)
					}
				}
				first := int64(ms / 1000)
				if n, err := r.ReadPackets(b, first); err != nil || !bytes.Equal(b[:n*sampleSize], bytes.Join(s.packets[first:][:n], nil)) {
					t.Errorf("packets at %d: %v", first, err)
				}
			}
			if list, err := r.CleanPoints(sampleAudio); err != nil || len(list) != sampleLength/200 {
				t.Errorf("%d audio objects, %v", len(list), err)
			}
		})
	}
	wg.Wait()
}

func FuzzReader(f *testing.F) {
	s := newSample(f)
	s.packets = s.packets[:12]
	s.settle()
	f.Add(s.bytes())
	for _, build := range []indexBuilder{simpleIndex, timeIndex, mediaObjectIndex, timecodeIndex} {
		f.Add(withIndex(f, s, build).bytes())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		end := r.DataOffset() + r.NumPackets()*int64(r.PacketSize())
		if end > r.Size() || r.NumPackets() < 0 || r.Duration() < 0 {
			t.Fatalf("%d packets of %d bytes end at %d of %d", r.NumPackets(), r.PacketSize(), end, r.Size())
		}
		if h := r.HeaderBytes(); r.dataAt == int64(r.Header().Size()) && !bytes.HasPrefix(b, h) {
			t.Fatal("header bytes differ from the file's")
		}
		for _, p := range r.Header().Streams() {
			for _, ms := range []uint32{0, 2500, 4000, 1 << 31} {
				at, err := r.CleanPoint(p.Number(), ms)
				if err == nil && at.Packet >= r.NumPackets() {
					t.Fatalf("clean point in packet %d of %d", at.Packet, r.NumPackets())
				}
			}
			list, _ := r.CleanPoints(p.Number())
			if !slices.IsSortedFunc(list, func(a, b CleanPoint) int { return int(a.Packet - b.Packet) }) {
				t.Fatalf("clean points out of order: %v", list)
			}
		}
		r.Check()
	})
}
