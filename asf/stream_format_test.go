package asf

import (
	"bytes"
	"errors"
	"testing"
)

// format is what all type-specific data have in common.
type format interface {
	Size() int
	Append([]byte) []byte
}

// formats gives a parser for every type-specific and error correction data.
var formats = map[string]func([]byte) (format, int, error){
	"wave":       func(b []byte) (format, int, error) { return pick(ParseWaveFormat(b)) },
	"video":      func(b []byte) (format, int, error) { return pick(ParseVideoFormat(b)) },
	"image":      func(b []byte) (format, int, error) { return pick(ParseImageFormat(b, false)) },
	"degradable": func(b []byte) (format, int, error) { return pick(ParseImageFormat(b, true)) },
	"media":      func(b []byte) (format, int, error) { return pick(ParseMediaFormat(b)) },
	"web":        func(b []byte) (format, int, error) { return pick(ParseWebFormat(b)) },
	"spread":     func(b []byte) (format, int, error) { return pick(ParseAudioSpread(b)) },
}

func pick[T format](f T, n int, err error) (format, int, error) { return f, n, err }

func sampleFormats() map[string]format {
	return map[string]format{
		"wave":       WaveFormat{Tag: TagWMA2, Channels: 2, SampleRate: 48000, BytesPerSecond: 20000, BlockAlign: 9, BitsPerSample: 16, Extra: []byte{1, 2}},
		"video":      VideoFormat{EncodedWidth: 4, EncodedHeight: 3, ReservedFlags: 2, Width: 4, Height: -3, Planes: 1, BitCount: 24, Compression: FourCC{'W', 'M', 'V', '1'}, ImageSize: 36, PixelsPerMeterX: -1, PixelsPerMeterY: 1, ColorsUsed: 5, ColorsImportant: 6, Extra: []byte{7}},
		"image":      ImageFormat{Width: 1, Height: 2, Reserved: 3},
		"degradable": ImageFormat{Width: 1, Height: 2, Degradable: true, Reserved16: [3]uint16{3, 4, 5}, Interchange: []byte{6, 7, 8}},
		"media":      MediaFormat{MajorType: IDData, Subtype: WebStreamSubtype, FixedSizeSamples: 1, TemporalCompression: 2, SampleSize: 3, FormatType: WebStreamFormat, FormatData: []byte{4}},
		"web":        WebFormat{SampleHeaderSize: 1, Version: 2, Reserved: 3},
		"spread":     AudioSpread{Span: 3, VirtualPacketLength: 4, VirtualChunkLength: 5, Silence: []byte{6, 7}},
	}
}

func TestFormats(t *testing.T) {
	for name, f := range sampleFormats() {
		b := f.Append([]byte{0xFF})[1:]
		if len(b) != f.Size() {
			t.Errorf("%s: size %d, but wrote %d bytes", name, f.Size(), len(b))
		}
		got, n, err := formats[name](append(bytes.Clone(b), 9))
		if err != nil || n != len(b) || !bytes.Equal(got.Append(nil), b) {
			t.Errorf("%s: parsed %d of %d bytes: %+v, %v", name, n, len(b), got, err)
		}
		for cut := range b {
			_, n, err := formats[name](b[:cut])
			if name == "wave" && cut >= 16 && cut < 18 {
				if err != nil || n != 16 {
					t.Errorf("wave format without extra size: %d, %v", n, err)
				}
			} else if !errors.Is(err, ErrNeedMore) {
				t.Errorf("%s cut to %d bytes: %v", name, cut, err)
			}
		}
	}
}

func TestFormatsInvalid(t *testing.T) {
	video := sampleFormats()["video"].Append(nil)
	video[9], video[10] = 39, 0
	if _, _, err := ParseVideoFormat(video); !errors.Is(err, ErrInvalid) {
		t.Errorf("format data shorter than a bitmap header: %v", err)
	}
	web := WebFormat{}.Append(nil)
	web[0] = 9
	if _, _, err := ParseWebFormat(web); !errors.Is(err, ErrInvalid) {
		t.Errorf("web format of another size: %v", err)
	}
	if s := (FourCC{'A', 0, 200, 'z'}).String(); s != "A..z" {
		t.Errorf("FourCC shows as %q", s)
	}
}

func TestFormatOfOtherKind(t *testing.T) {
	s := &StreamProperties{Type: newGUID(1, 2, 3, 4, 5), TypeSpecific: make([]byte, 200)}
	_, wave := s.WaveFormat()
	_, video := s.VideoFormat()
	_, image := s.ImageFormat()
	_, media := s.MediaFormat()
	_, spread := s.AudioSpread()
	if s.Kind() != Other || wave || video || image || media || spread {
		t.Errorf("a stream of kind %s has a format: %v %v %v %v %v", s.Kind(), wave, video, image, media, spread)
	}
}

func FuzzFormats(f *testing.F) {
	for _, s := range sampleFormats() {
		f.Add(s.Append(nil))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for name, parse := range formats {
			v, n, err := parse(b)
			if err != nil {
				continue
			}
			if n > len(b) {
				t.Fatalf("%s: consumed %d of %d bytes", name, n, len(b))
			}
			once := v.Append(nil)
			again, m, err := parse(once)
			if err != nil || m != len(once) || m != v.Size() || !bytes.Equal(again.Append(nil), once) {
				t.Fatalf("%s: %x became %x, then %v", name, b[:n], once, err)
			}
		}
	})
}
