package asf

import (
	"bytes"
	"testing"
)

const (
	samplePreroll = 2000 // ms
	sampleSize    = 400  // bytes a packet
	sampleLength  = 30_000
	sampleVideo   = 3
	sampleAudio   = 5
)

// sampleKeys gives the times of the sample's key frames, ms without preroll:
// close together, far apart, and two within one index interval.
var sampleKeys = []uint32{200, 1200, 1400, 1600, 4000, 4040, 9000, 15000, 15960, 16000, 22000, 29960}

// sample is a file made by hand, in parts that tests can change.
type sample struct {
	file    *FileProperties
	header  *Header
	data    DataHead
	packets [][]byte
	tail    []byte
}

// newSample makes 30 s of video, 25 frames a second, and audio.
func newSample(t testing.TB) *sample {
	t.Helper()
	return newSampleWith(t, sampleKeys)
}

func newSampleWith(t testing.TB, keys []uint32) *sample {
	t.Helper()
	s := &sample{
		file: &FileProperties{
			FileID: newGUID(1, 2, 3, 4, 5), Preroll: samplePreroll, Flags: FileSeekable,
			MinPacketSize: sampleSize, MaxPacketSize: sampleSize, MaxBitRate: 64000,
			PlayDuration: (sampleLength + samplePreroll) * 1e4, SendDuration: sampleLength * 1e4,
		},
		data: DataHead{Reserved: DataReserved},
	}
	wave := WaveFormat{Tag: TagWMA2, Channels: 1, SampleRate: 8000, BytesPerSecond: 500, BlockAlign: 50}
	video := VideoFormat{EncodedWidth: 16, EncodedHeight: 16, ReservedFlags: 2, Width: 16, Height: 16, Compression: FourCC{'W', 'M', 'V', '2'}}
	s.header = &Header{Reserved1: 1, Reserved2: 2, Objects: []Object{
		s.file,
		NewHeaderExtension(&Compatibility{Profile: 2, Mode: 1}),
		&StreamProperties{Type: StreamTypeVideo, ErrorCorrectionType: NoErrorCorrection, Flags: sampleVideo, TypeSpecific: video.Append(nil)},
		&StreamProperties{Type: StreamTypeAudio, ErrorCorrectionType: NoErrorCorrection, Flags: sampleAudio, TypeSpecific: wave.Append(nil)},
		&StreamBitrateProperties{Rates: []StreamRate{{sampleVideo, 60000}, {sampleAudio, 4000}}},
	}}
	s.pack(t, keys)
	return s
}

// pack fills the packets.
func (s *sample) pack(t testing.TB, keys []uint32) {
	t.Helper()
	p, err := NewPacketizer(PacketizerOptions{PacketSize: sampleSize, Preroll: samplePreroll})
	if err != nil {
		t.Fatal(err)
	}
	emit := func(b []byte) error {
		s.packets = append(s.packets, bytes.Clone(b))
		return nil
	}
	add := func(o MediaObject) {
		if err := p.Add(o, emit); err != nil {
			t.Fatal(err)
		}
	}
	video, audio := uint32(0), uint32(0)
	for ms := uint32(0); ms < sampleLength; ms += 40 {
		frame := MediaObject{Stream: sampleVideo, Number: video, Time: ms + samplePreroll, Data: make([]byte, 150)}
		if len(keys) > 0 && keys[0] == ms {
			keys = keys[1:]
			frame.Key, frame.Data = true, make([]byte, 1000)
		}
		add(frame)
		video++
		if ms%200 == 0 {
			add(MediaObject{Stream: sampleAudio, Number: audio, Time: ms + samplePreroll, Key: ms%400 == 0, Data: make([]byte, 50)})
			audio++
		}
	}
	if err := p.Flush(emit); err != nil {
		t.Fatal(err)
	}
	s.settle()
}

// settle puts counts and sizes right.
func (s *sample) settle() {
	s.data.FileID = s.file.FileID
	s.data.Packets = uint64(len(s.packets))
	s.data.Size = uint64(DataHeadSize + len(s.packets)*sampleSize)
	s.file.DataPackets = s.data.Packets
	s.file.FileSize = uint64(s.header.Size()) + s.data.Size + uint64(len(s.tail))
}

func (s *sample) bytes() []byte {
	b := s.data.Append(s.header.Append(nil))
	for _, p := range s.packets {
		b = append(b, p...)
	}
	return append(b, s.tail...)
}

func (s *sample) reader(t testing.TB) *Reader {
	t.Helper()
	return openBytes(t, s.bytes())
}

func openBytes(t testing.TB, b []byte) *Reader {
	t.Helper()
	r, err := NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// times gives the presentation times of clean points, without preroll.
func times(list []CleanPoint) []uint32 {
	var out []uint32
	for _, c := range list {
		out = append(out, c.Time-samplePreroll)
	}
	return out
}

// codes gives the codes of issues.
func codes(list []Issue) map[string]bool {
	m := map[string]bool{}
	for _, i := range list {
		m[i.Code] = true
	}
	return m
}
