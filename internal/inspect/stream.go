package inspect

import (
	"encoding/binary"
	"fmt"

	"caracal/asf"
)

// Stream is what the header says of one.
type Stream struct {
	Number    uint8  `json:"number"`
	Kind      string `json:"kind"`
	Codec     string `json:"codec"`
	Format    string `json:"format"` // tag or FourCC
	BitRate   uint32 `json:"bit_rate"`
	Language  string `json:"language,omitempty"`
	Encrypted bool   `json:"encrypted"`

	Width      uint32 `json:"width,omitempty"`
	Height     uint32 `json:"height,omitempty"`
	Channels   uint16 `json:"channels,omitempty"`
	SampleRate uint32 `json:"sample_rate,omitempty"`
	Bits       uint16 `json:"bits_per_sample,omitempty"`
}

// StreamOf describes one stream.
func StreamOf(h *asf.Header, s *asf.StreamProperties) Stream {
	r := Stream{
		Number: s.Number(), Kind: s.Kind().String(), BitRate: h.BitRate(s.Number()), Encrypted: s.Encrypted(),
	}
	if x := h.ExtendedStream(s.Number()); x != nil {
		if l := h.Languages(); int(x.LanguageIndex) < len(l) {
			r.Language = l[x.LanguageIndex]
		}
	}
	if v, ok := s.VideoFormat(); ok {
		r.Format, r.Width, r.Height = v.Compression.String(), v.EncodedWidth, v.EncodedHeight
		r.Codec = codecName(h, asf.CodecVideo, v.Compression[:], r.Format)
	}
	if w, ok := s.WaveFormat(); ok {
		r.Format = fmt.Sprintf("%#04x", w.Tag)
		r.Channels, r.SampleRate, r.Bits = w.Channels, w.SampleRate, w.BitsPerSample
		r.Codec = codecName(h, asf.CodecAudio, binary.LittleEndian.AppendUint16(nil, w.Tag), audioNames[w.Tag])
	}
	return r
}

// audioNames are the formats that files without a codec list have.
var audioNames = map[uint16]string{
	asf.TagPCM: "PCM", asf.TagADPCM: "Microsoft ADPCM", asf.TagVoice: "Windows Media Audio Voice", asf.TagGSM610: "GSM 6.10",
	asf.TagMP3: "MP3", asf.TagAAC: "AAC", asf.TagACELP: "ACELP.net", asf.TagWMA1: "Windows Media Audio 1",
	asf.TagWMA2: "Windows Media Audio 2", asf.TagWMAPro: "Windows Media Audio Professional",
	asf.TagWMALossless: "Windows Media Audio Lossless",
}

// codecName finds the codec list's name for a format, else gives fallback.
func codecName(h *asf.Header, kind uint16, format []byte, fallback string) string {
	for _, c := range h.Codecs() {
		if name := c.Name.String(); c.Type == kind && name != "" && string(c.Information) == string(format) {
			return name
		}
	}
	return fallback
}

func metadata(h *asf.Header) []Text {
	list := []Text{}
	add := func(name, value string, stream uint8) {
		if value != "" {
			list = append(list, Text{name, value, stream})
		}
	}
	add("Title", h.Title(), 0)
	add("Author", h.Author(), 0)
	add("Copyright", h.Copyright(), 0)
	add("Description", h.Description(), 0)
	add("Rating", h.Rating(), 0)
	for _, a := range h.Attributes() {
		add(a.Name, a.Value.String(), a.Stream)
	}
	return list
}

func objectsOf(objects []asf.Object) []Object {
	list := make([]Object, 0, len(objects))
	for _, o := range objects {
		r := Object{Name: o.ID().Name(), GUID: o.ID().String(), Size: uint64(o.Size())}
		switch o := asf.Typed(o).(type) {
		case *asf.HeaderExtension:
			r.Objects = objectsOf(o.Objects)
		case *asf.ExtendedStreamProperties:
			if o.Stream != nil {
				r.Objects = objectsOf([]asf.Object{o.Stream})
			}
		}
		list = append(list, r)
	}
	return list
}

// objectSize reads the size from an object's head.
func objectSize(head [asf.ObjectHeadSize]byte) uint64 { return binary.LittleEndian.Uint64(head[16:]) }
