package cdl

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"caracal/internal/vector"
)

func listText(l List) string {
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

func TestList(t *testing.T) {
	for _, v := range vector.Read(t, "cdl.txt") {
		in := v.Unquoted(t, "in")
		l, err := Parse([]byte(in))
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
		got, _, _ := strings.Cut(listText(l), "\r\n")
		if got != v["expect"] {
			t.Errorf("%s: got  %s\nwant %s", v["name"], got, v["expect"])
		}
		if out := string(l.Append(nil)); out != in && v["append"] != "other" {
			t.Errorf("%s: appended %q, want %q", v["name"], out, in)
		}
	}
}

func TestLimits(t *testing.T) {
	item := "1,a,31,0,"
	tests := map[string]string{
		"too long":              strings.Repeat("a", MaxBytes+1),
		"too many descriptions": strings.Repeat(item+"\r\n", MaxDescriptions+1),
		"too many items":        strings.Repeat(item+",", MaxItems) + item,
	}
	for name, in := range tests {
		if _, err := Parse([]byte(in)); !errors.Is(err, ErrLimit) {
			t.Errorf("%s: %v, want ErrLimit", name, err)
		}
	}
	full := strings.Repeat(strings.Repeat(item+",", MaxItems-1)+item+"\r\n", 3)
	if l, err := Parse([]byte(full)); err != nil || len(l) != 3 || len(l[2]) != MaxItems {
		t.Errorf("at the limit: %d descriptions, %v", len(l), err)
	}
}

func TestDescription(t *testing.T) {
	var d Description
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

func FuzzParse(f *testing.F) {
	f.Add([]byte("7,language,31,5,en-us,5,title,31,4,Moon\r\n8,language,31,2,de\r\n\x00"))
	f.Add([]byte("playlist-gen-id=7, broadcast-id=1, features=\"last\"\x008,language,31,0,"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if l, err := Parse(b); err == nil {
			again, err := Parse(l.Append(nil))
			if err != nil || !reflect.DeepEqual(again, l) {
				t.Fatalf("%q became %q, %v", listText(l), listText(again), err)
			}
		}
	})
}
