package proxy

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// What is complete is there after a restart, and nothing else; files of others
// stay as they are.
func TestRestart(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := &fakeOrigin{}
		r := newRig(t, o, nil)
		for _, name := range []string{"a", "b", "c", "d"} {
			c := o.add(name, 1)
			e := r.open(name)
			r.plays(e, c)
			e.Close()
			synctest.Wait()
		}
		base := func(name string) string { return filepath.Join(r.dir, r.shelf.find(urlOf(r.base, name)).base) }
		a, b, c, d := base("a"), base("b"), base("c"), base("d")
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		put := func(name, text string) {
			t.Helper()
			if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		text, err := os.ReadFile(a + ".json")
		if err != nil {
			t.Fatal(err)
		}
		at := func(name string) string { return filepath.Join(r.dir, name) }
		hidden := func(name string) string { return filepath.Join(r.dir, "."+filepath.Base(name)+partSuffix) }
		put(hidden(a+".asf"), "half a file")
		put(hidden(a+".json"), "half a record")
		_ = os.Remove(b + ".json")
		put(c+".asf", "shorter")
		put(d+".json", strings.Replace(string(text), "films/a", "films/x", 1)) // another URL's record
		put(at("film.asf"), "somebody's")
		put(at("notes.json"), "somebody's")
		r.start(nil)
		var left []string
		list, _ := os.ReadDir(r.dir)
		for _, f := range list {
			left = append(left, f.Name())
		}
		if want := []string{filepath.Base(a) + ".asf", filepath.Base(a) + ".json", "film.asf", "notes.json"}; !slices.Equal(left, want) {
			t.Errorf("%q, want %q", left, want)
		}
		o.set(errDown)
		e := r.open("a")
		r.plays(e, o.clips["http://origin/films/a"])
		e.Close()
		if _, err := r.Open(t.Context(), "b"); err == nil {
			t.Error("b plays")
		}
	})
}

// Of two versions of the same content the newer one counts.
func TestTwoVersions(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := &fakeOrigin{}
		c := o.add("a", 1)
		r := newRig(t, o, nil)
		e := r.open("a")
		r.plays(e, c)
		e.Close()
		synctest.Wait()
		k := r.shelf.find(urlOf(r.base, "a"))
		newer := *k.record
		newer.Stored, newer.Tag = newer.Stored.Add(time.Hour), "newer"
		other := keyOf(newer.URL) + "-ffffffff"
		file, err := os.ReadFile(filepath.Join(r.dir, k.base+".asf"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(r.dir, other+".asf"), file, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(r.dir, other+".json"), newer.append(), 0o644); err != nil {
			t.Fatal(err)
		}
		r.Close()
		r.start(nil)
		e = r.open("a")
		if e.Info().Tag != "newer" || len(r.files()) != 2 || r.Status().Bytes != newer.Bytes {
			t.Errorf("%s, %q, %+v", e.Info().Tag, r.files(), r.Status())
		}
		e.Close()
	})
}

// A cache whose file is gone or damaged fetches it anew.
func TestFileGone(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		o := &fakeOrigin{}
		c := o.add("a", 1)
		r := newRig(t, o, nil)
		for range 2 {
			e := r.open("a")
			r.plays(e, c)
			e.Close()
			synctest.Wait()
			_ = os.Remove(filepath.Join(r.dir, r.shelf.find(urlOf(r.base, "a")).base+".asf"))
		}
		if _, _, plays := o.counts(); plays != 2 {
			t.Errorf("played %d times", plays)
		}
	})
}

func FuzzRecord(f *testing.F) {
	good := record{
		Version: recordVersion, URL: "http://origin/films/a.wmv", Name: "a.wmv", Tag: "1", Control: "public, max-age=60", Bytes: 1, Packets: 1,
		Stored: time.Unix(1, 0).UTC(), Validated: time.Unix(2, 0).UTC(),
	}
	f.Add(string(good.append()))
	f.Add("{}")
	f.Add(`{"version":1,"url":"x","name":"../x","bytes":1,"packets":1}`)
	f.Add(`{"version":1,"url":"x","name":"x","bytes":-1,"packets":1,"validated":"9999-12-31T23:59:59Z"}`)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := parseRecord([]byte(text))
		if err != nil {
			return
		}
		if !canBeAsked(r.Name) || r.Bytes <= 0 || r.Packets <= 0 || len(r.URL) == 0 {
			t.Fatalf("%+v", r)
		}
		again, err := parseRecord(r.append())
		if len(r.append()) <= maxRecord && (err != nil || again.URL != r.URL && strings.ToValidUTF8(r.URL, "") == r.URL) {
			t.Fatalf("%+v, %v, want %+v", again, err, r)
		}
		r.facts()
	})
}

func TestSpans(t *testing.T) {
	var s spans
	for _, r := range []span{{5, 7}, {1, 2}, {9, 9}, {2, 4}, {10, 12}, {6, 11}} {
		s.add(r)
	}
	if want := (spans{{1, 4}, {5, 12}}); !slices.Equal(s, want) || s.gap() != 0 || s.has(4) || !s.has(11) || s.around(6) != (span{5, 12}) {
		t.Errorf("%v", s)
	}
	s.cut(span{2, 6})
	s.cut(span{8, 9})
	if want := (spans{{1, 2}, {6, 8}, {9, 12}}); !slices.Equal(s, want) {
		t.Errorf("%v", s)
	}
	s.add(span{0, 20})
	if !slices.Equal(s, spans{{0, 20}}) || s.gap() != 20 {
		t.Errorf("%v", s)
	}
}
