package wmsp

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"caracal/internal/cdl"
)

// descriptions is a list of one description.
func descriptions(language, title string) cdl.List {
	var d cdl.Description
	d.AddText(cdl.ItemLanguage, language)
	d.AddText(cdl.ItemTitle, title)
	return cdl.List{d}
}

func TestMetadata(t *testing.T) {
	const parameters = "playlist-gen-id=7, broadcast-id=4294967295, features=\"broadcast,playlist\"\x00"
	m := Metadata{
		PlaylistGenID: 7, BroadcastID: 4294967295, Features: ContentBroadcast | ContentPlaylist,
		Descriptions: descriptions("", "a\x00b"),
	}
	b := m.Append(nil)
	if want := parameters + "8,language,31,0,,5,title,31,3,a\x00b\r\n"; string(b) != want {
		t.Errorf("got %q, want %q", b, want)
	}
	if got, err := ParseMetadata(b); err != nil || !reflect.DeepEqual(got, m) {
		t.Errorf("parsed: %+v, %v", got, err)
	}
	if got, err := ParseMetadata([]byte("broadcast-id=1,playlist-gen-id=2\x00")); err != nil || got.PlaylistGenID != 2 || got.BroadcastID != 1 {
		t.Errorf("no features: %+v, %v", got, err)
	}
}

func TestMetadataErrors(t *testing.T) {
	tests := []struct {
		name, in string
		want     error
		offset   int
	}{
		{"no zero byte", "playlist-gen-id=7", ErrNeedMore, 17},
		{"no id", "broadcast-id=7\x00", ErrInvalid, 0},
		{"too long", strings.Repeat("a", MaxMetadata+1), ErrLimit, 0},
		{"bad list", "playlist-gen-id=7\x00x", cdl.ErrInvalid, 18},
	}
	for _, test := range tests {
		m, err := ParseMetadata([]byte(test.in))
		var parse *ParseError
		if !errors.Is(err, test.want) || !errors.As(err, &parse) || parse.Offset != test.offset {
			t.Errorf("%s: %v, want %v at %d", test.name, err, test.want, test.offset)
		}
		if test.name == "bad list" && m.PlaylistGenID != 7 {
			t.Errorf("parameters are lost: %+v", m)
		}
	}
}

func FuzzMetadata(f *testing.F) {
	f.Add([]byte("playlist-gen-id=7, broadcast-id=1, features=\"last\"\x008,language,31,0,"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseMetadata(b)
		if err != nil {
			return
		}
		again, err := ParseMetadata(m.Append(nil))
		if err != nil || !reflect.DeepEqual(again, m) {
			t.Fatalf("%+v became %+v, %v", m, again, err)
		}
	})
}
