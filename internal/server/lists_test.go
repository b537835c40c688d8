package server

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caracal/internal/config"
	"caracal/internal/point"
)

// write puts a file into a folder.
func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func wsxOf(media ...string) string {
	return `<?wsx version="1.0"?><smil>` + strings.Join(media, "") + `</smil>`
}

// count opens what is under a name and counts its items, at most 20.
func count(t *testing.T, s *Server, name string) (n int) {
	t.Helper()
	_, e, err := s.points.Open(name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for ; n < 20; n++ {
		l := e.(*point.Listed)
		next, err := l.Beside(context.Background(), 1, point.Position{})
		l.Close()
		if errors.Is(err, io.EOF) {
			return n + 1
		}
		if err != nil {
			t.Fatal(err)
		}
		e = next
	}
	e.Close()
	return n
}

// What names in lists lead to.
func TestListNames(t *testing.T) {
	dir := films(t, "a.wmv", "lists/b.wmv", "lists/more/c.wmv", "lists/more/d.wma", "secret/x.wmv")
	outside := films(t, "o.wmv")
	if err := os.Symlink(filepath.Join(outside, "o.wmv"), filepath.Join(dir, "lists", "link.wmv")); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "lists/inner.wsx", wsxOf(`<media src="b.wmv"/>`, `<media src="inner.wsx"/>`, `<media src="a.wsx"/>`))
	write(t, dir, "lists/two.m3u", "b.wmv\nmore/c.wmv\n")
	write(t, dir, "lists/.hidden.wmv", "")
	tests := []struct {
		src  string
		want int
	}{
		{"b.wmv", 1}, {"B.WMV", 1}, {`more\c.wmv`, 1}, {"../a.wmv", 1}, {"more", 2}, {"more/", 2}, {"more/*.wma", 1}, {`more\*.*`, 2}, {"*", 1},
		{`C:\WMPub\WMRoot\b.wmv`, 1}, {filepath.Join(dir, "a.wmv"), 1}, {"file://" + filepath.Join(dir, "a.wmv"), 1},
		{"inner.wsx", 1}, {"two.m3u", 2}, {"point:a.wmv", 1}, {"point:lists/b.wmv", 1}, {"point:lists/inner.wsx", 1},

		{"link.wmv", 0}, {"../../etc/passwd", 0}, {filepath.Join(outside, "o.wmv"), 0}, {`C:\films\a.wmv`, 0}, {`\\host\films\a.wmv`, 0}, {".hidden.wmv", 0},
		{"missing.wmv", 0}, {"none/", 0}, {"", 0}, {"point:missing", 0}, {"point:.caracal/status", 0}, {"point:lists/test.wsx", 0}, {"ffmpeg:test", 0},
		{"http://127.0.0.1:1/none", 0}, {"push:*", 0}, {"httpd://host/list.asp", 0}, {"ftp://host/a.wmv", 0}, {"%RequestedURL%", 0},
	}
	for _, test := range tests {
		write(t, dir, "lists/test.wsx", wsxOf(`<media src="`+test.src+`"/>`, `<media src="b.wmv"/>`))
		s, _ := start(t, testConfig(config.Point{Path: dir}))
		if got := count(t, s, "lists/test.wsx"); got != test.want+1 {
			t.Errorf("%s: %d items, want %d", test.src, got-1, test.want)
		}
		shutdown(t, s)
	}
}

// A list that is a point, or in a folder, is found, listed and announced, and is what a
// changed file says.
func TestListIsPublished(t *testing.T) {
	dir := films(t, "a.wmv", "b.wmv")
	file := write(t, dir, "evening.wsx", wsxOf(`<media src="a.wmv"/>`))
	write(t, dir, "radio.asx", `<asx version="3.0"><entry><ref href="a.wmv"/></entry><entry><ref href="b.wmv"/></entry></asx>`)
	s, _ := start(t, testConfig(config.Point{Name: "films", Path: dir}, config.Point{Name: "tonight", Path: file},
		config.Point{Name: "radio", Path: filepath.Join(dir, "radio.asx")}))
	for name, want := range map[string]int{"tonight": 1, "films/evening.wsx": 1, "radio": 2} {
		if got := count(t, s, name); got != want {
			t.Errorf("%s has %d items", name, got)
		}
		if a := ask(t, s, "GET", "/"+name, "User-Agent: Mozilla/4.0"); a.StatusCode != 200 || !strings.Contains(a.body, "/"+name) {
			t.Errorf("%s is announced as %d %s", name, a.StatusCode, a.body)
		}
	}
	if a := ask(t, s, "GET", "/tonight.asx"); a.StatusCode != 200 || !strings.Contains(strings.ToLower(a.body), "<asx") {
		t.Errorf("tonight.asx is %d %s", a.StatusCode, a.body)
	}
	var names []string
	for _, it := range s.Items() {
		names = append(names, it.Name)
	}
	if got := strings.Join(names, " "); got != "films/a.wmv films/b.wmv films/evening.wsx radio tonight" {
		t.Error("published are", got)
	}
	write(t, dir, "evening.wsx", wsxOf(`<media src="a.wmv"/>`, `<media src="b.wmv"/>`, `<media src="a.wmv"/>`))
	for _, name := range []string{"tonight", "films/evening.wsx"} {
		if got := count(t, s, name); got != 3 {
			t.Errorf("the changed %s has %d items", name, got)
		}
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.points.Open("tonight"); !errors.Is(err, point.ErrNotFound) {
		t.Error("the removed list:", err)
	}
}

// A wrapper is around what is asked for, files and lists, and nothing else.
func TestWrapper(t *testing.T) {
	dir := films(t, "a.wmv", "b.wmv", "x/ad.wmv")
	write(t, dir, "two.wsx", wsxOf(`<media src="a.wmv"/>`, `<media src="b.wmv"/>`))
	w := write(t, dir, "x/wrapper.wsx", wsxOf(`<media src="ad.wmv" role="Advertisement"/>`, `<media src="%RequestedURL%"/>`, `<media src="ad.wmv"/>`))
	s, _ := start(t, testConfig(config.Point{Path: dir, Wrapper: w}))
	for name, want := range map[string]int{"a.wmv": 3, "two.wsx": 4} {
		if got := count(t, s, name); got != want {
			t.Errorf("%s has %d items", name, got)
		}
		if a := ask(t, s, "GET", "/"+name); a.StatusCode != 200 || !strings.Contains(strings.ToLower(a.body), "<asx") {
			t.Errorf("%s without its wrapper: %d", name, a.StatusCode)
		}
	}
	if _, _, err := s.points.Open("missing.wmv"); !errors.Is(err, point.ErrNotFound) {
		t.Error(err)
	}
	if a := ask(t, s, "GET", "/missing.wmv"); a.StatusCode != 404 {
		t.Error(a.StatusCode)
	}
}

// What a point's list names and no one may open is told at the start, with the line.
func TestListIsRefused(t *testing.T) {
	dir := films(t, "a.wmv")
	for list, want := range map[string]string{
		wsxOf("\n", `<media src="a.wmv"/>`, "\n", `<media src="/etc/passwd"/>`): "line 3",
		wsxOf(`<media src="C:\films\a.wmv"/>`):                                  "Windows",
	} {
		file := write(t, dir, "list.wsx", list)
		s, err := New(testConfig(config.Point{Name: "list", Path: file}), slog.New(slog.DiscardHandler))
		if err == nil {
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", list, err)
		}
	}
}

// A stream from another server is brought while somebody plays it, once for all.
func TestListPulls(t *testing.T) {
	origin, _ := start(t, testConfig(config.Point{Path: films(t, "film.wmv")}))
	dir := t.TempDir()
	url := "http://" + origin.Addr().String() + "/film.wmv"
	file := write(t, dir, "list.wsx", wsxOf(`<media src="`+url+`"/>`))
	s, _ := start(t, testConfig(config.Point{Name: "list", Path: file}))
	var open []point.Entry
	for range 3 {
		_, e, err := s.points.Open("list")
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, e)
	}
	s.lists.pulls.mu.Lock()
	p := s.lists.pulls.running[url]
	if len(s.lists.pulls.running) != 1 || p == nil || p.users != 3 {
		t.Errorf("%d streams are brought", len(s.lists.pulls.running))
	}
	s.lists.pulls.mu.Unlock()
	for _, e := range open {
		e.Close()
	}
	if p != nil && (p.users != 0 || p.idle == nil) {
		t.Errorf("%d use the stream that nobody plays", p.users)
	}
}
