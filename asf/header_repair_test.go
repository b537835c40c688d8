package asf

import (
	"bytes"
	"testing"
)

// What encoders get wrong, and what players are sent instead.
func TestLiveHeaderRepairs(t *testing.T) {
	mp3 := WaveFormat{Tag: TagMP3, Channels: 2, SampleRate: 44100, BlockAlign: 1}
	spread := AudioSpread{Span: 1, VirtualPacketLength: 400, VirtualChunkLength: 400, Silence: []byte{0}}
	padding := &Padding{Data: make([]byte, 5000)}
	extension := NewHeaderExtension()
	extension.Objects = []Object{&Padding{Data: make([]byte, 100)}}
	malformed := &RawObject{GUID: IDCodecList, Data: []byte{1, 2, 3}}
	foreign := &RawObject{GUID: GUID{0xEE}, Data: []byte("somebody's")}
	header := (&Header{Reserved1: 1, Reserved2: 2, Objects: []Object{
		&FileProperties{Preroll: 3000, MinPacketSize: 1400, MaxPacketSize: 1400, MaxBitRate: 500_000},
		&StreamProperties{
			Type: StreamTypeAudio, Flags: 1, TypeSpecific: mp3.Append(nil),
			ErrorCorrectionType: AudioSpreadCorrection, ErrorCorrection: spread.Append(nil),
		},
		&StreamProperties{Type: StreamTypeVideo, ErrorCorrectionType: NoErrorCorrection, Flags: 2},
		&StreamBitrateProperties{Rates: []StreamRate{{Flags: 1, BitRate: 128_000}, {Flags: 2}}},
		padding, extension, malformed, foreign, &DigitalSignature{},
	}}).Append(nil)

	h, b, err := LiveHeader(header)
	if err != nil {
		t.Fatal(err)
	}
	audio := h.Stream(1)
	if audio.ErrorCorrectionType != NoErrorCorrection || len(audio.ErrorCorrection) > 0 {
		t.Error("MP3 has an error correction still")
	}
	if w, ok := audio.WaveFormat(); !ok || w.BytesPerSecond != 16_000 || w.Tag != TagMP3 || w.SampleRate != 44100 {
		t.Errorf("%+v", w)
	}
	if h.BitRate(2) != 372_000 || h.statedBitRate(2) != 372_000 {
		t.Errorf("the picture has %d bits a second", h.statedBitRate(2))
	}
	if len(h.Malformed()) > 0 || len(FindAll[*Padding](h)) > 0 || len(FindAll[*DigitalSignature](h)) > 0 {
		t.Error("what is of no use is there still")
	}
	if !bytes.Contains(b, foreign.Data) {
		t.Error("an object of a kind that is not known was taken out")
	}
	if h.raw != nil {
		t.Error("what players get is not canonical")
	}
}

// WMA needs its spreading; and bit rates that nothing tells are not made up.
func TestLiveHeaderLeaves(t *testing.T) {
	wma := WaveFormat{Tag: TagWMA2, Channels: 2, SampleRate: 44100, BytesPerSecond: 8000, BlockAlign: 743}
	spread := AudioSpread{Span: 1, VirtualPacketLength: 743, VirtualChunkLength: 743, Silence: []byte{0}}
	header := (&Header{Reserved1: 1, Reserved2: 2, Objects: []Object{
		&FileProperties{Preroll: 3000, MinPacketSize: 1400, MaxPacketSize: 1400},
		&StreamProperties{
			Type: StreamTypeAudio, Flags: 1, TypeSpecific: wma.Append(nil),
			ErrorCorrectionType: AudioSpreadCorrection, ErrorCorrection: spread.Append(nil),
		},
		&StreamProperties{Type: StreamTypeVideo, ErrorCorrectionType: NoErrorCorrection, Flags: 2},
	}}).Append(nil)
	h, _, err := LiveHeader(header)
	if err != nil {
		t.Fatal(err)
	}
	if s, ok := h.Stream(1).AudioSpread(); !ok || s.VirtualPacketLength != 743 {
		t.Errorf("%+v", s)
	}
	p, _ := Find[*StreamBitrateProperties](h)
	if p == nil || len(p.Rates) != 1 || p.Rates[0] != (StreamRate{1, 64_000}) || h.File().MaxBitRate != 64_000 {
		t.Errorf("%+v, %d in all", p, h.File().MaxBitRate)
	}
}

func FuzzLiveHeader(f *testing.F) {
	f.Add((&Header{Reserved1: 1, Reserved2: 2, Objects: []Object{
		&FileProperties{MinPacketSize: 1400, MaxPacketSize: 1400}, NewHeaderExtension(),
		&StreamProperties{Type: StreamTypeAudio, Flags: 1, TypeSpecific: make([]byte, 18), ErrorCorrectionType: AudioSpreadCorrection},
		&StreamBitrateProperties{Rates: []StreamRate{{Flags: 1}}},
	}}).Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, live, err := LiveHeader(b)
		if err != nil {
			return
		}
		if h.File() == nil || len(h.Streams()) == 0 || len(h.Malformed()) > 0 {
			t.Fatalf("%d malformed objects", len(h.Malformed()))
		}
		if _, again, err := LiveHeader(live); err != nil || !bytes.Equal(again, live) {
			t.Fatalf("a second time it is another one: %v", err)
		}
	})
}
