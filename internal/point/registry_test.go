package point

import (
	"errors"
	"testing"
)

func TestLookup(t *testing.T) {
	r := NewRegistry()
	for _, name := range []string{"", "films", "films/old", "news.wmv"} {
		r.Add(&Point{Name: name})
	}
	r.SetDefault("/films/first.wmv")
	cases := []struct{ path, point, rest string }{
		{"/a.wmv", "", "a.wmv"},
		{"/sub/a.wmv", "", "sub/a.wmv"},
		{"/films/a.wmv", "films", "a.wmv"},
		{"/filmset/a.wmv", "", "filmset/a.wmv"},
		{"/films/old/x/a.wmv", "films/old", "x/a.wmv"},
		{"/news.wmv", "news.wmv", ""},
		{"/", "films", "first.wmv"},
		{"", "films", "first.wmv"},
	}
	for _, c := range cases {
		p, rest, err := r.Lookup(c.path)
		if err != nil || p.Name != c.point || rest != c.rest {
			t.Errorf("%s leads to %+v, %q, %v", c.path, p, rest, err)
		}
	}
	if got := len(r.All()); got != 4 || r.All()[1].Name != "films" {
		t.Errorf("%d points", got)
	}
	empty := NewRegistry()
	empty.Add(&Point{Name: "films"})
	for _, path := range []string{"/", "/film", "/films2", "//"} {
		if _, _, err := empty.Lookup(path); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
