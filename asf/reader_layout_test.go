package asf

import (
	"bytes"
	"errors"
	"testing"
	"time"
)

// layouts change where a file says that its packets are. The packets that are
// served must stay the same, less cut ones.
var layouts = []struct {
	name   string
	change func(s *sample)
	cut    int    // packets that are gone; -1: all
	code   string // an issue that tells
}{
	{name: "data size 0", change: func(s *sample) { s.data.Size = 0 }, code: "data-size-wrong"},
	{name: "data size 50", change: func(s *sample) { s.data.Size = DataHeadSize }, code: "data-size-wrong"},
	{name: "data size of four packets", change: func(s *sample) { s.data.Size = DataHeadSize + 4*sampleSize }, code: "data-size-wrong"},
	{name: "data size in the middle of a packet", change: func(s *sample) { s.data.Size -= 4*sampleSize - 100 }, code: "data-size-wrong"},
	{name: "data size beyond the file", change: func(s *sample) { s.data.Size += 1 << 30 }, code: "data-size-wrong"},
	{name: "data size negative", change: func(s *sample) { s.data.Size = 1<<64 - 1 }, code: "data-size-wrong"},
	{name: "count 0", change: func(s *sample) { s.data.Packets, s.file.DataPackets = 0, 0 }, code: "packet-count-zero"},
	{name: "count too high", change: func(s *sample) { s.data.Packets = 1 << 63 }, code: "cut-off"},
	{name: "count too low", change: func(s *sample) { s.data.Packets = 5 }, code: "packet-count-wrong"},
	{name: "size and count 0", change: func(s *sample) { s.data.Size, s.data.Packets = 0, 0 }, code: "packet-count-wrong"},
	{name: "size and count wrong", change: func(s *sample) { s.data.Size, s.data.Packets = 51, 1<<63 }, code: "cut-off"},
	{name: "size 0, index behind", change: func(s *sample) {
		s.tail = (&SimpleIndex{Interval: 1e7, Entries: make([]SimpleIndexEntry, 30)}).Append(nil)
		s.data.Size = 0
	}, code: "data-size-wrong"},
	{name: "broadcast", change: func(s *sample) {
		s.file.Flags = FileBroadcast
		s.file.DataPackets, s.file.PlayDuration, s.data.Packets, s.data.Size = 0, 0, 0, 0
	}, code: "not-finished"},
	{name: "bytes at the end", change: func(s *sample) { s.tail = []byte("some text at the end") }, code: "trailing-bytes"},
	{name: "noise at the end", change: func(s *sample) { s.tail = bytes.Repeat([]byte{0xEE}, 5*sampleSize) }, code: "trailing-bytes"},
	{name: "noise at the end, size unknown", change: func(s *sample) {
		s.tail = bytes.Repeat([]byte{0xEE}, 500*sampleSize)
		s.data.Size, s.data.Packets = 0, 0
	}, code: "data-size-wrong"},
	{name: "room reserved at the end", change: func(s *sample) {
		s.tail = make([]byte, 1000*sampleSize+7)
		s.data.Size, s.data.Packets, s.file.DataPackets = 0, 0, 0
	}, code: "packet-count-zero"},
	{name: "packets missing", change: func(s *sample) { s.packets = s.packets[:len(s.packets)-7] }, cut: 7, code: "cut-off"},
	{name: "last packet cut", change: func(s *sample) {
		n := len(s.packets) - 1
		s.packets[n] = s.packets[n][:sampleSize-1]
	}, cut: 1, code: "cut-off"},
	{name: "no packets", change: func(s *sample) { s.packets = nil; s.settle() }, cut: -1, code: "no-packets"},
	{name: "smallest size wrong", change: func(s *sample) { s.file.MinPacketSize = 1 }, code: "packet-size-varies"},
	{name: "largest size wrong", change: func(s *sample) { s.file.MaxPacketSize = 2 * sampleSize }, code: "packet-size-wrong"},
	{name: "both sizes wrong", change: func(s *sample) { s.file.MinPacketSize, s.file.MaxPacketSize = 999, 999 }, code: "packet-size-wrong"},
	{name: "both sizes 0", change: func(s *sample) { s.file.MinPacketSize, s.file.MaxPacketSize = 0, 0 }, code: "packet-size-wrong"},
	{name: "first packets damaged", change: func(s *sample) {
		s.packets[0], s.packets[1] = bytes.Repeat([]byte{0xFF}, sampleSize), bytes.Repeat([]byte{0xFF}, sampleSize)
	}, code: "no-index"},
	{name: "file size wrong", change: func(s *sample) { s.file.FileSize = 3 }, code: "file-size-wrong"},
	{name: "unknown object before the packets", change: func(s *sample) {
		s.header.Objects = append(s.header.Objects, &Padding{Data: make([]byte, 10)})
	}, code: "file-size-wrong"},
}

func TestReaderLayouts(t *testing.T) {
	for _, tc := range layouts {
		s := newSample(t)
		whole := s.packets
		tc.change(s)
		want := len(whole) - tc.cut
		if tc.cut < 0 {
			want = 0
		}
		r := s.reader(t)
		if r.NumPackets() != int64(want) || r.PacketSize() != sampleSize {
			t.Errorf("%s: %d packets of %d bytes, want %d", tc.name, r.NumPackets(), r.PacketSize(), want)
			continue
		}
		b := make([]byte, want*sampleSize)
		if n, err := r.ReadPackets(b, 0); want > 0 && (n != want || err != nil || !bytes.Equal(b[2*sampleSize:], bytes.Join(whole[2:want], nil))) {
			t.Errorf("%s: read %d packets, %v", tc.name, n, err)
		}
		if !codes(r.Issues())[tc.code] {
			t.Errorf("%s: no issue %s in %v", tc.name, tc.code, r.Issues())
		}
		if d := r.Duration(); want > 0 && (d < 29*time.Second || d > 31*time.Second) {
			t.Errorf("%s: plays for %v", tc.name, d)
		}
		sameCleanPoints(t, tc.name, r, -1)
	}
}

// TestReaderTopLevel puts objects between Header and Data Object.
func TestReaderTopLevel(t *testing.T) {
	s := newSample(t)
	head := s.header.Append(nil)
	b := append(bytes.Clone(head), padding(77)...)
	b = append(b, s.bytes()[len(head):]...)
	r := openBytes(t, b)
	if r.NumPackets() != int64(len(s.packets)) {
		t.Errorf("%d packets", r.NumPackets())
	}
	if want := s.bytes()[:len(head)+DataHeadSize]; !bytes.Equal(r.HeaderBytes(), want) {
		t.Error("header bytes are not Header Object and Data Object head")
	}
}

// TestReaderCut cuts the file at every sixteenth, and opens it as it grows.
func TestReaderCut(t *testing.T) {
	s := withIndex(t, newSample(t), simpleIndex)
	for _, unfinished := range []bool{false, true} {
		if unfinished {
			s.data.Size, s.data.Packets, s.file.DataPackets, s.file.PlayDuration = DataHeadSize, 0, 0, 0
		}
		b := s.bytes()
		head := s.header.Size() + DataHeadSize
		for i := 1; i < 16; i++ {
			cut := b[:len(b)*i/16]
			r := openBytes(t, cut)
			if want := int64((len(cut) - head) / sampleSize); r.NumPackets() != want {
				t.Errorf("cut at %d/16: %d packets, want %d", i, r.NumPackets(), want)
			}
			if c := codes(r.Issues()); !c["cut-off"] && !c["packet-count-zero"] {
				t.Errorf("cut at %d/16: %v", i, r.Issues())
			}
			got, want := r.Duration(), 30*time.Second*time.Duration(i)/16
			if (got - want).Abs() > 3*time.Second {
				t.Errorf("cut at %d/16: plays for %v, want about %v", i, got, want)
			}
			sameCleanPoints(t, "cut", r, -1)
		}
	}
	b := s.bytes()
	for n := range s.header.Size() + DataHeadSize {
		if _, err := NewReader(bytes.NewReader(b[:n]), int64(n)); !errors.Is(err, ErrNeedMore) {
			t.Errorf("cut to %d bytes: %v", n, err)
		}
	}
}

// TestReaderTimes gives files whose header or times do not fit together.
func TestReaderTimes(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(t *testing.T, s *sample)
		base   uint32
		length time.Duration
		code   string
	}{
		{"no duration", func(_ *testing.T, s *sample) { s.file.PlayDuration = 0 }, 2000, 30 * time.Second, "duration-wrong"},
		{"duration too long", func(_ *testing.T, s *sample) { s.file.PlayDuration *= 100 }, 2000, 30 * time.Second, "duration-wrong"},
		{"duration too short", func(_ *testing.T, s *sample) { s.file.PlayDuration /= 3 }, 2000, 30 * time.Second, "duration-wrong"},
		{"duration nearly right", func(_ *testing.T, s *sample) { s.file.PlayDuration += 5e7 }, 2000, 35 * time.Second, ""},
		{"no preroll in the header", func(_ *testing.T, s *sample) { s.file.Preroll = 0 }, 0, 32 * time.Second, "preroll-zero"},
		{"no preroll in the packets", func(_ *testing.T, s *sample) { s.file.Preroll = 9000 }, 2000, 30 * time.Second, "time-base"},
		{"absurd preroll", func(_ *testing.T, s *sample) { s.file.Preroll = 1 << 50 }, 0, 32 * time.Second, "preroll-long"},
		{"second half", func(_ *testing.T, s *sample) { s.packets = s.packets[len(s.packets)/2:] }, 16000, 16 * time.Second, "time-base"},
	} {
		s := newSample(t)
		tc.change(t, s)
		s.settle()
		r := s.reader(t)
		if base := r.TimeBase(); base < tc.base-min(tc.base, 2000) || base > tc.base+2000 {
			t.Errorf("%s: begins at %d ms, want %d", tc.name, base, tc.base)
		}
		if d := r.Duration(); (d - tc.length).Abs() > 2*time.Second {
			t.Errorf("%s: plays for %v, want %v", tc.name, d, tc.length)
		}
		if c := codes(r.Issues()); tc.code != "" && !c[tc.code] || tc.code == "" && c["duration-wrong"] {
			t.Errorf("%s: %v", tc.name, r.Issues())
		}
	}
}
