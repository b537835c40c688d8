package wmsp

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"caracal/internal/vector"
)

func cdlText(l CDL) string {
	var descriptions []string
	for _, d := range l {
		var items []string
		for _, item := range d {
			items = append(items, fmt.Sprintf("%s/%d/%s", item.Name, item.Type, item.Value))
		}
		descriptions = append(descriptions, strings.Join(items, " "))
	}
	return strings.Join(descriptions, "|")
}

func TestCDL(t *testing.T) {
	for _, v := range vector.Read(t, "cdl.txt") {
		in := v.Unquoted(t, "in")
		l, err := ParseCDL([]byte(in))
		if want, bad := v["error"]; bad {
			if err == nil || err.Error() != want {
				t.Errorf("%s: %v, want %s", v["name"], err, want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", v["name"], err)
			continue
		}
		got, _, _ := strings.Cut(cdlText(l), "\r\n")
		if got != v["expect"] {
			t.Errorf("%s: got  %s\nwant %s", v["name"], got, v["expect"])
		}
		if out := string(l.Append(nil)); out != in && v["append"] != "other" {
			t.Errorf("%s: appended %q, want %q", v["name"], out, in)
		}
	}
}

func TestCDLLimits(t *testing.T) {
	item := "1,a,31,0,"
	tests := map[string]string{
		"too long":              strings.Repeat("a", MaxDescriptionBytes+1),
		"too many descriptions": strings.Repeat(item+"\r\n", MaxDescriptions+1),
		"too many items":        strings.Repeat(item+",", MaxDescriptionItems) + item,
	}
	for name, in := range tests {
		if _, err := ParseCDL([]byte(in)); !errors.Is(err, ErrLimit) {
			t.Errorf("%s: %v, want ErrLimit", name, err)
		}
	}
	full := strings.Repeat(strings.Repeat(item+",", MaxDescriptionItems-1)+item+"\r\n", 3)
	if l, err := ParseCDL([]byte(full)); err != nil || len(l) != 3 || len(l[2]) != MaxDescriptionItems {
		t.Errorf("at the limit: %d descriptions, %v", len(l), err)
	}
}

func TestContentDescription(t *testing.T) {
	var d ContentDescription
	d.AddText(ItemLanguage, "")
	d.AddText(ItemTitle, "Größe")
	d.AddInt(ItemDuration, -5)
	want := "8,language,31,0,,5,title,31,7,Größe,47," + ItemDuration + ",3,2,-5\r\n"
	if got := string(d.Append(nil)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if d.Get(ItemTitle) != "Größe" || d.Get(ItemAuthor) != "" {
		t.Errorf("Get: %q, %q", d.Get(ItemTitle), d.Get(ItemAuthor))
	}
}

func TestMetadata(t *testing.T) {
	const parameters = "playlist-gen-id=7, broadcast-id=4294967295, features=\"broadcast,playlist\"\x00"
	m := Metadata{
		PlaylistGenID: 7, BroadcastID: 4294967295, Features: ContentBroadcast | ContentPlaylist,
		Descriptions: CDL{{{ItemLanguage, TypeLPWSTR, ""}, {ItemTitle, TypeLPWSTR, "a\x00b"}}},
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
		{"bad list", "playlist-gen-id=7\x00x", ErrInvalid, 18},
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

func FuzzCDL(f *testing.F) {
	f.Add([]byte("7,language,31,5,en-us,5,title,31,4,Moon\r\n8,language,31,2,de\r\n\x00"))
	f.Add([]byte("playlist-gen-id=7, broadcast-id=1, features=\"last\"\x008,language,31,0,"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if l, err := ParseCDL(b); err == nil {
			again, err := ParseCDL(l.Append(nil))
			if err != nil || !reflect.DeepEqual(again, l) {
				t.Fatalf("%q became %q, %v", cdlText(l), cdlText(again), err)
			}
		}
		if m, err := ParseMetadata(b); err == nil {
			again, err := ParseMetadata(m.Append(nil))
			if err != nil || !reflect.DeepEqual(again, m) {
				t.Fatalf("%+v became %+v, %v", m, again, err)
			}
		}
	})
}
