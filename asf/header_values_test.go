package asf

import (
	"fmt"
	"testing"
	"time"
)

func TestBitRates(t *testing.T) {
	wave := WaveFormat{BytesPerSecond: 1000}.Append(nil)
	audio := &StreamProperties{Type: StreamTypeAudio, Flags: 1, TypeSpecific: wave}
	video := &StreamProperties{Type: StreamTypeVideo, Flags: 2}
	rates := &StreamBitrateProperties{Rates: []StreamRate{{1, 9000}, {0xFF82, 300000}}}
	extended := NewHeaderExtension(&ExtendedStreamProperties{StreamNumber: 2, DataBitRate: 200000})
	file := &FileProperties{MaxBitRate: 555}
	for _, tc := range []struct {
		name           string
		objects        []Object
		one, two, both uint32
	}{
		{"Stream Bitrate Properties", []Object{file, audio, video, rates, extended}, 9000, 300000, 309000},
		{"Extended Stream Properties", []Object{file, audio, video, extended}, 8000, 200000, 208000},
		{"wave format", []Object{file, audio, video}, 8000, 0, 8000},
		{"the same stream twice", []Object{audio, audio}, 8000, 0, 8000},
		{"file", []Object{file, video}, 0, 555, 555},
		{"rest of the file's", []Object{&FileProperties{MaxBitRate: 9000}, audio, video}, 8000, 1000, 9000},
		{"two streams unknown", []Object{file, &StreamProperties{Flags: 1}, video}, 0, 0, 555},
		{"nothing", []Object{video}, 0, 0, 0},
	} {
		h := &Header{Objects: tc.objects}
		if h.BitRate(1) != tc.one || h.BitRate(2) != tc.two || h.TotalBitRate() != tc.both {
			t.Errorf("%s: %d, %d, together %d", tc.name, h.BitRate(1), h.BitRate(2), h.TotalBitRate())
		}
	}
}

func TestHeaderTexts(t *testing.T) {
	empty := &Header{}
	if empty.Title() != "" || empty.Markers() != nil || empty.ScriptCommands() != nil || empty.Codecs() != nil ||
		empty.Languages() != nil || empty.Attributes() != nil || empty.MutualExclusions() != nil || empty.File() != nil {
		t.Error("an empty header says something")
	}
	h, _, err := ParseHeader(sampleHeader(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name string
		got  any
		want string
	}{
		{"title", h.Title(), "Títle"},
		{"author", h.Author(), "Me😀"},
		{"copyright", h.Copyright() + h.Description() + h.Rating(), ""},
		{"markers", h.Markers(), "[{3.1s Opener} {7.1s Close}]"},
		{"commands", h.ScriptCommands(), "[{1s URL /a!} {1m5.536s FILENAME next}]"},
		{"languages", h.Languages(), "[en-us de]"},
		{"codec", h.Codecs()[1].Name, "WMA2"},
		{"metadata", h.Attributes()[6], "{IsVBRxxxxxx true 2 0}"},
		{"library", h.Attributes()[7], "{g 00112233-4455-6677-8899-AABBCCDDEEFF 0 1}"},
		{"exclusion", h.MutualExclusions(), "[{" + ExclusionLanguage.String() + " [[9]]} {" + ExclusionBitrate.String() +
			" [[1] [3]]} {" + ExclusionUnknown.String() + " [[1 2] [3]]}]"},
	} {
		if got := fmt.Sprint(tc.got); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
}

func TestText(t *testing.T) {
	for _, tc := range []struct {
		wire Text
		want string
	}{
		{nil, ""},
		{Text{'a'}, ""},
		{Text{'a', 0, 'b'}, "a"},
		{Text{'a', 0, 0, 0, 'b', 0}, "a"},
		{Text{0x3D, 0xD8, 0x00, 0xDE}, "😀"},
		{Text{0x3D, 0xD8, 'x', 0}, "\uFFFDx"},
	} {
		if got := tc.wire.String(); got != tc.want {
			t.Errorf("%x: %q, want %q", []byte(tc.wire), got, tc.want)
		}
	}
	if got := NewText("né😀").String(); got != "né😀" {
		t.Errorf("there and back: %q", got)
	}
	if n := len(NewText("ab")) - len(NewBareText("ab")); n != 2 {
		t.Errorf("the terminator has %d bytes", n)
	}
}

// TestClippedFields writes more than length fields can say.
func TestClippedFields(t *testing.T) {
	long := make([]byte, 200_001)
	for i := range long {
		long[i] = 'x'
	}
	for _, o := range []Object{
		&ContentDescription{Title: long, Rating: NewText("r")},
		&CodecList{Codecs: []Codec{{Name: long, Information: long}}},
		&LanguageList{Languages: []Text{long}},
		&ExtendedContentDescription{Descriptors: []Descriptor{{Name: long, Value: Value{Data: long}}}},
		&Metadata{Records: []MetadataRecord{{Name: long, Value: Value{Data: long}}}},
		&ScriptCommand{Types: []Text{long}, Commands: []ScriptCommandEntry{{Name: long}}},
		&Marker{Name: long},
		&StreamProperties{TypeSpecific: WaveFormat{Extra: long}.Append(nil)},
		&StreamProperties{TypeSpecific: VideoFormat{Extra: long}.Append(nil)},
	} {
		b := o.Append(nil)
		if o.Size() != len(b) {
			t.Errorf("%T: size %d, wrote %d bytes", o, o.Size(), len(b))
		}
		if again, n, err := ParseObject(b); err != nil || n != len(b) || again.ID() != o.ID() {
			t.Errorf("%T: %v", o, err)
		} else if _, ok := again.(*RawObject); ok {
			t.Errorf("%T is not understood again", o)
		}
	}
}

func TestFilePropertiesTimes(t *testing.T) {
	for _, tc := range []struct {
		f    FileProperties
		want time.Duration
	}{
		{FileProperties{PlayDuration: 131000000, Preroll: 3100}, 10 * time.Second},
		{FileProperties{PlayDuration: 1, Preroll: 3100}, 0},
		{FileProperties{PlayDuration: 1 << 63, Preroll: 0}, 1<<63 - 1},
		{FileProperties{PlayDuration: 1e9, Preroll: 1 << 60}, 0},
	} {
		if got := tc.f.Duration(); got != tc.want {
			t.Errorf("%+v: %v, want %v", tc.f, got, tc.want)
		}
	}
}

func TestValue(t *testing.T) {
	for _, tc := range []struct {
		v    Value
		want string
	}{
		{Value{ValueBool, []byte{0, 0}}, "false"},
		{Value{ValueBool, nil}, "(0 bytes)"},
		{Value{ValueU64, []byte{1}}, "(1 bytes)"},
		{Value{ValueU16, []byte{1, 1}}, "257"},
		{Value{ValueGUID, []byte{1}}, "(1 bytes)"},
		{Value{99, []byte{1}}, "(1 bytes)"},
	} {
		if got := tc.v.String(); got != tc.want {
			t.Errorf("%+v shows as %s, want %s", tc.v, got, tc.want)
		}
	}
}
