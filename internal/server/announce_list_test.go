package server

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caracal/internal/config"
	"caracal/internal/playlist/metafile"
)

// titled makes a folder with a film that has a title, and lists.
func titled(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "film.wmv"), marked(t, "A film", true, 0, 1), 0o644); err != nil {
		t.Fatal(err)
	}
	const film = `<media src="film.wmv"/>`
	write(t, dir, "silent.wsx", wsxOf(film))
	write(t, dir, "told.wsx", wsxOf(`<clientData title="An evening" author="Attic" copyright="2001" abstract="Songs"/>`, film))
	write(t, dir, "part.wsx", wsxOf(`<clientData author="Attic &amp; &lt;sons&gt;"/>`, film))
	write(t, dir, "told.asx", `<ASX VERSION="3.0"><TITLE>Radio</TITLE><AUTHOR>DJ</AUTHOR><ABSTRACT>All day</ABSTRACT>`+
		`<ENTRY><TITLE>Song</TITLE><REF HREF="film.wmv"/></ENTRY></ASX>`)
	return dir
}

// A list that tells of itself is announced with that, whether it is played on demand
// or broadcast, and one that does not with its first entry's title.
func TestListsAreAnnouncedAsThemselves(t *testing.T) {
	dir := titled(t)
	at := func(name string) string { return filepath.Join(dir, name) }
	s, _ := start(t, testConfig(
		config.Point{Path: dir}, config.Point{Name: "radio", Path: at("told.asx")}, sourcePoint("live", "playlist:"+at("told.wsx")),
		sourcePoint("quiet", "playlist:"+at("silent.wsx")),
	))
	plays(t, s, "live", "film.wmv")
	plays(t, s, "quiet", "film.wmv")
	for name, want := range map[string]metafile.About{
		"told.wsx": {Title: "An evening", Author: "Attic", Copyright: "2001", Abstract: "Songs"},
		"part.wsx": {Title: "part", Author: "Attic & <sons>"}, "silent.wsx": {Title: "A film"},
		"radio": {Title: "Radio", Author: "DJ", Abstract: "All day"},
		"live":  {Title: "An evening", Author: "Attic", Copyright: "2001", Abstract: "Songs"}, "quiet": {Title: "A film"},
	} {
		for _, ext := range []string{".asx", ".wvx", ".wax", ".wmx"} {
			a := ask(t, s, "GET", "/"+name+ext, "User-Agent: NSPlayer/9.0.0.2980")
			l, _, err := metafile.Parse("x.asx", []byte(a.body))
			if err != nil || len(l.Entries) != 1 {
				t.Fatalf("%s%s: %d %v\n%s", name, ext, a.StatusCode, err, a.body)
			}
			e := l.Entries[0]
			if e.Title != want.Title || e.Author != want.Author || e.Copyright != want.Copyright || e.Abstract != want.Abstract || l.Title != want.Title {
				t.Errorf("%s%s: %+v, want %+v", name, ext, e.About, want)
			}
		}
		for _, ext := range []string{".wpl", ".m3u", ".pls"} {
			if a := ask(t, s, "GET", "/"+name+ext, "User-Agent: NSPlayer/9.0.0.2980"); a.StatusCode != http.StatusOK || ext != ".wpl" && !strings.Contains(a.body, want.Title) {
				t.Errorf("%s%s: %d\n%s", name, ext, a.StatusCode, a.body)
			}
		}
		if a := ask(t, s, "GET", "/"+name+".asx?form=reference"); !strings.HasPrefix(a.body, "[Reference]\r\nRef1=") {
			t.Errorf("%s: %s", name, a.body)
		}
		if a := ask(t, s, "GET", "/"+name+".htm"); !strings.Contains(a.body, "<TITLE>"+strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(want.Title)+"</TITLE>") {
			t.Errorf("%s: %s", name, a.body)
		}
	}
	if a := ask(t, s, "GET", "/.asx", "User-Agent: NSPlayer/9.0.0.2980"); strings.Count(a.body, "<TITLE>An evening</TITLE>") != 2 {
		t.Errorf("among all: %s", a.body)
	}
}
