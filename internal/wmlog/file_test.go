package wmlog

import (
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func testFile(t *testing.T, opt Options) *file {
	t.Helper()
	opt.Log = slog.New(slog.DiscardHandler)
	opt.Software, opt.Version, opt.Server = "Windows Media Services", "9.6", "media.example"
	return &file{opt: &opt, dir: filepath.Join(t.TempDir(), "log"), point: global}
}

// row is a line of 52 fields.
func row(word string) string { return word + strings.Repeat(" -", int(fieldCount)-1) + "\n" }

func (f *file) put(now time.Time, words ...string) {
	for _, w := range words {
		f.add([]byte(row(w)), now)
	}
	f.flush(now)
}

// names are the files in the folder with the first words of their lines.
func (f *file) names(t *testing.T) string {
	t.Helper()
	list, err := os.ReadDir(f.dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, d := range list {
		text := d.Name() + ":"
		for line := range strings.Lines(readText(t, filepath.Join(f.dir, d.Name()))) {
			if line[0] != '#' {
				text += " " + strings.Fields(line)[0]
			}
		}
		all = append(all, text)
	}
	return strings.Join(all, "\n")
}

func readText(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestHeaderIsThatOfWindowsMediaServices(t *testing.T) {
	f := testFile(t, Options{Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("::1")}})
	f.put(began, "a")
	f.close(began.Add(time.Hour))
	head, rest, _ := strings.Cut(readText(t, f.path), fieldsLine)
	want := "#StartDate: 2026-03-14 15:09:26\n#EndDate: 2026-03-14 16:09:26\n#TimeFormat: UTC\n#EncodingFormat: UTF-8\n" +
		"#ServerName: media.example\n#ServerIP: 192.0.2.1, ::1\n#Software: Windows Media Services\n#Version: 9.6\n" +
		"#PublishingPoint: [Global]\n#Date: 2026-03-14 15:09:26\n"
	if head != want {
		t.Errorf("the header is\n%s\nwant\n%s", head, want)
	}
	fields, lines, _ := strings.Cut(rest, "\n")
	if n := len(strings.Fields(fields)); n != 52 || lines != row("a") {
		t.Errorf("%d fields, and then\n%s", n, lines)
	}
}

func TestRotation(t *testing.T) {
	day := 24 * time.Hour
	tests := []struct {
		name  string
		opt   Options
		after []time.Duration
		want  string
	}{
		{"by the day", Options{}, []time.Duration{0, 8 * time.Hour, 9 * time.Hour, day},
			"WMS_20260314.log: a b\nWMS_20260315.log: c d"},
		{"by the hour", Options{Rotate: Hourly}, []time.Duration{0, 50 * time.Minute, 51 * time.Minute},
			"WMS_2026031415.log: a b\nWMS_2026031416.log: c"},
		{"by the week", Options{Rotate: Weekly}, []time.Duration{0, day, 2 * day},
			"WMS_20260309.log: a b\nWMS_20260316.log: c"},
		{"by the month", Options{Rotate: Monthly}, []time.Duration{0, 17 * day, 18 * day},
			"WMS_202603.log: a b\nWMS_202604.log: c"},
		{"by the size", Options{Rotate: Forever, MaxSize: 1100}, []time.Duration{0, 0, 0, 0, 40 * day, 40 * day},
			"WMS_20260314.log: a b\nWMS_20260314_001.log: c d\nWMS_20260423.log: e f"},
		{"by both", Options{MaxSize: 1100}, []time.Duration{0, 0, 0, day}, "WMS_20260314.log: a b\nWMS_20260314_001.log: c\nWMS_20260315.log: d"},
		{"lines longer than a file", Options{MaxSize: 10}, []time.Duration{0, 0}, "WMS_20260314.log: a\nWMS_20260314_001.log: b"},
		{"the newest three stay", Options{MaxSize: 10, Keep: 3}, make([]time.Duration, 5),
			"WMS_20260314_002.log: c\nWMS_20260314_003.log: d\nWMS_20260314_004.log: e"},
		{"so many bytes stay", Options{MaxSize: 10, KeepSize: 2500}, make([]time.Duration, 4),
			"WMS_20260314_002.log: c\nWMS_20260314_003.log: d"},
	}
	for _, tt := range tests {
		f := testFile(t, tt.opt)
		for i, d := range tt.after {
			f.put(began.Add(d), string(rune('a'+i)))
		}
		if got := f.names(t); got != tt.want {
			t.Errorf("%s: there are\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}

// A file that was cut off anywhere is whole after the next start, and no line that
// was complete is lost.
func TestCutOffAnywhere(t *testing.T) {
	f := testFile(t, Options{})
	f.put(began, "a", "b")
	f.shut(began)
	whole := readText(t, f.path)
	for n := range len(whole) + 1 {
		if err := os.WriteFile(f.path, []byte(whole[:n]), 0o600); err != nil {
			t.Fatal(err)
		}
		g := &file{opt: f.opt, dir: f.dir, point: global}
		g.put(began, "z")
		g.shut(began)
		var first []string
		for line := range strings.Lines(readText(t, f.path)) {
			if line[0] == '#' && strings.HasSuffix(line, "\n") {
				continue
			}
			if len(strings.Fields(line)) != int(fieldCount) || !strings.HasSuffix(line, "-\n") {
				t.Fatalf("cut off at %d: the line %q", n, line)
			}
			first = append(first, strings.Fields(line)[0])
		}
		want := "z"
		if body := strings.Index(whole, "a -"); n > body {
			want = "a z"
			if n > body+len(row("a")) {
				want = "a b z"
			}
		}
		if got := strings.Join(first, " "); got != want {
			t.Fatalf("cut off at %d: the lines %s, want %s", n, got, want)
		}
	}
}

func TestHalfAnObjectIsTakenAway(t *testing.T) {
	f := testFile(t, Options{Format: JSON})
	f.add([]byte("{\"a\":1}\n"), began)
	f.close(began)
	h, err := os.OpenFile(f.path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	h.WriteString(`{"b":`)
	h.Close()
	f.add([]byte("{\"c\":1}\n"), began)
	f.close(began)
	if got := readText(t, f.path); got != "{\"a\":1}\n{\"c\":1}\n" || f.mended != 1 {
		t.Errorf("%d mended, and there is %q", f.mended, got)
	}
}

// Who renames the file, removes it, empties it or writes to it finds another one.
func TestOthersTouchTheFile(t *testing.T) {
	later := began.Add(2 * lookEvery)
	tests := []struct {
		name  string
		touch func(path string) error
		want  string
	}{
		{"renamed", func(p string) error { return os.Rename(p, p+".old") }, "WMS_20260314.log: b\nWMS_20260314.log.old: a"},
		{"removed", os.Remove, "WMS_20260314.log: b"},
		{"emptied", func(p string) error { return os.Truncate(p, 0) }, "WMS_20260314.log: b"},
		{"written to", func(p string) error {
			h, err := os.OpenFile(p, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			_, err = h.WriteString(row("x"))
			return err
		}, "WMS_20260314.log: a x\nWMS_20260314_001.log: b"},
	}
	for _, tt := range tests {
		f := testFile(t, Options{})
		f.put(began, "a")
		if err := tt.touch(f.path); err != nil {
			t.Fatal(err)
		}
		f.put(later, "b")
		f.close(later)
		if got := f.names(t); got != tt.want {
			t.Errorf("%s: there are\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}

// A disk that takes nothing costs lines, which are counted, and nothing else.
func TestDiskTakesNothing(t *testing.T) {
	f := testFile(t, Options{})
	if err := os.WriteFile(f.dir, nil, 0o600); err != nil { // a file where the folder should be
		t.Fatal(err)
	}
	f.put(began, "a", "b")
	if f.dropped != 2 || f.written != 0 || f.last == nil {
		t.Errorf("%d lost, %d written: %v", f.dropped, f.written, f.last)
	}
	if err := os.Remove(f.dir); err != nil {
		t.Fatal(err)
	}
	f.put(began.Add(retryAfter-1), "c")
	f.put(began.Add(retryAfter), "d")
	if f.dropped != 3 || f.written != 1 || f.last != nil {
		t.Errorf("later %d lost, %d written: %v", f.dropped, f.written, f.last)
	}
	f.f.Close() // whatever is wrong with it now
	f.put(began.Add(2*retryAfter), "e")
	f.put(began.Add(4*retryAfter), "f")
	if got := f.names(t); got != "WMS_20260314.log: d f" || f.dropped != 4 {
		t.Errorf("%d lost, and there is %s", f.dropped, got)
	}
}

func TestFolderNames(t *testing.T) {
	seen := map[string]string{}
	for _, point := range []string{"", "live", "[Global]", "_Global_", "a/b", "a_b", "..", ".", "a\x00b", strings.Repeat("x", 200), "live.", "ä", "con|"} {
		name := folderName(point)
		if seen[name] != "" || name != filepath.Base(name) || strings.Trim(name, ".") == "" || len(name) > 80 {
			t.Errorf("%q is in %q", point, name)
		}
		seen[name] = "is there"
	}
	if folderName("live") != "live" {
		t.Errorf("a plain name is %q", folderName("live"))
	}
}
