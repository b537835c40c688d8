package server

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"caracal/asf"
	"caracal/internal/announce"
	"caracal/internal/config"
	"caracal/internal/playlist/metafile"
	"caracal/internal/point"
	"caracal/internal/sample"
	"caracal/internal/source"
)

// gif is a picture of one dot.
const gif = "GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

// marked gives the sample another title, and markers at times that count from the
// first packet; behind the preroll as the times of the packets are, or not.
func marked(t *testing.T, title string, preroll bool, seconds ...uint64) []byte {
	t.Helper()
	h, size, err := asf.ParseHeader(sample.Welcome)
	if err != nil {
		t.Fatal(err)
	}
	m := &asf.Marker{Reserved1: asf.ReservedMarker}
	for i, at := range seconds {
		at *= 1e7
		if preroll {
			at += h.File().Preroll * 1e4
		}
		m.Markers = append(m.Markers, asf.MarkerEntry{
			PresentationTime: at, Description: asf.NewText(fmt.Sprintf("No. %d <&>", i+1)),
		})
	}
	var objects []asf.Object
	for _, o := range h.Objects {
		if _, ok := o.(*asf.ContentDescription); !ok {
			objects = append(objects, o)
		}
	}
	h.Objects = append(objects, m, &asf.ContentDescription{Title: asf.NewText(title)})
	return append(h.Append(nil), sample.Welcome[size:]...)
}

// announcing is a server that has every protocol, a film with markers and a
// picture, and a folder.
func announcing(t *testing.T) *Server {
	t.Helper()
	root := films(t, "songs/1.wma", "songs/b c.wma")
	for name, b := range map[string][]byte{"film.wmv": marked(t, "A film", true, 0, 1, 2), "film.gif": []byte(gif)} {
		if err := os.WriteFile(filepath.Join(root, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cfg := testConfig(config.Point{Path: root}, config.Point{Name: "news", Path: filepath.Join(root, "film.wmv")})
	cfg.MMS = config.MMS{Address: "127.0.0.1:0"}
	s, _ := start(t, cfg)
	return s
}

// usual puts the ports of the default configuration in the place of a server's.
func usual(s *Server, text string) string {
	for a, port := range map[net.Addr]string{s.RTSPAddr(): ":8554", s.MMSAddr(): ""} {
		_, own, _ := net.SplitHostPort(a.String())
		text = strings.ReplaceAll(text, "media.example.org:"+own, "media.example.org"+port)
	}
	return strings.ReplaceAll(text, "\r\n", "\n")
}

// What each player gets, word by word, is in testdata/announcements.txt: a line with
// the target and the User-Agent, a line with the type, and the text.
func TestAnnouncements(t *testing.T) {
	s := announcing(t)
	golden, err := os.ReadFile("testdata/announcements.txt")
	if err != nil {
		t.Fatal(err)
	}
	sections := strings.Split(string(golden), "==== ")[1:]
	if len(sections) < 25 {
		t.Errorf("%d announcements, there were more", len(sections))
	}
	for _, section := range sections {
		request, want, _ := strings.Cut(section, "\n")
		target, agent, _ := strings.Cut(request, " ")
		a := ask(t, s, "GET", target, "Host: media.example.org", "User-Agent: "+agent)
		what := a.Header.Get("Content-Type")
		if to := a.Header.Get("Location"); to != "" {
			what = fmt.Sprintf("%d %s", a.StatusCode, to)
			a.body = ""
		}
		if got := what + "\n" + usual(s, a.body); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", request, got, want)
		}
		if h := a.Header; h.Get("Cache-Control") != "no-cache" || h.Get("Pragma") != "no-cache" ||
			h.Get("Expires") != "Thu, 01 Jan 1970 00:00:00 GMT" || !strings.Contains(h.Get("Vary"), "User-Agent") {
			t.Errorf("%s: headers %v", request, h)
		}
	}
}

// What is asked for that is not there is refused, and says why.
func TestAnnouncementsRefuse(t *testing.T) {
	s := announcing(t)
	for target, want := range map[string]string{
		"/film.asx?player=wmp99": "player=netshow, wmp6, wmp9", "/songs.m3u?player=x": "player=netshow",
		"/film.asx?marker=0": "no such marker", "/film.asx?marker=4": "no such marker", "/film.asx?marker=-1": "no such marker",
		"/film.asx?marker=x": "no such marker", "/songs/1.asx?marker=1": "no such marker",
		"/nothing.pls": "list of what is there", "/nothing.htm": "list of what is there", "/song.asx": "list of what is there",
	} {
		a := ask(t, s, "GET", target)
		if a.StatusCode < 400 || a.StatusCode > 404 || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d %s", target, a.StatusCode, a.body)
		}
	}
}

// The times of markers count from the beginning of the film, whatever those who
// wrote them counted from.
func TestMarkersOf(t *testing.T) {
	for _, preroll := range []bool{true, false} {
		root := t.TempDir()
		if err := os.WriteFile(filepath.Join(root, "a.wmv"), marked(t, "", preroll, 0, 2), 0o644); err != nil {
			t.Fatal(err)
		}
		s, _ := start(t, testConfig(config.Point{Path: root}))
		d, err := s.describe("a.wmv")
		if err != nil {
			t.Fatal(err)
		}
		if len(d.markers) != 2 || d.markers[0].Time != 0 || d.markers[1].Time.Seconds() != 2 || d.about.Title != "a" {
			t.Errorf("preroll %v: %+v", preroll, d)
		}
	}
}

// A title and names that would end what they stand in do not; every form can be
// read back by those who read such files.
func TestHostileNames(t *testing.T) {
	root := t.TempDir()
	const name = `<A>"><b> & %41'.wmv`
	title := "\x01</TITLE>\r\n[playlist]\nFile1=http://evil/\n<SCRIPT>\"'&" + strings.Repeat("é", 3000)
	if err := os.WriteFile(filepath.Join(root, name), marked(t, title, true, 1), 0o644); err != nil {
		t.Fatal(err)
	}
	s, _ := start(t, testConfig(config.Point{Path: root}))
	path := "/" + announce.EscapePath(name)
	for _, ext := range []string{".asx", ".wpl", ".m3u", ".pls", ".asx?form=reference"} {
		a := ask(t, s, "GET", path+ext, "User-Agent: VLC/3")
		l, _, err := metafile.Parse("x"+ext, []byte(a.body))
		if err != nil || len(l.Entries) != 1 || len(l.Entries[0].Refs) != 1 || l.Entries[0].Refs[0].URL[len("mmsh://"):] != s.Addr().String()+path && ext != ".asx?form=reference" {
			t.Fatalf("%s: %v %+v in %s", ext, err, l, a.body)
		}
		if got := l.Entries[0].Title; utf8.RuneCountInString(got) > announce.MaxText {
			t.Errorf("%s: a title of %d", ext, len(got))
		}
	}
	for _, page := range []string{path + ".htm", "/.htm"} {
		body := ask(t, s, "GET", page).body
		if strings.Contains(body, "<SCRIPT>") || strings.Contains(body, "<b>") || strings.Contains(body, `"><`+"b") || !utf8.ValidString(body) {
			t.Errorf("%s: %s", page, body)
		}
	}
}

// The addresses that redirectors lead to stream to Windows Media Player as those
// without a query do.
func TestStreamedAddress(t *testing.T) {
	s := announcing(t)
	for _, target := range []string{"/news", "/news?MSWMExt=.asf", "/film.wmv?MSWMExt=.asf"} {
		a := ask(t, s, "GET", target, "User-Agent: NSPlayer/9.0.0.2980", "Pragma: no-cache,rate=1.000,request-context=1")
		if got := a.Header.Get("Content-Type"); got != "application/vnd.ms.wms-hdr.asfv1" || !strings.HasPrefix(a.body, "$") {
			t.Errorf("%s: %d %s", target, a.StatusCode, got)
		}
	}
}

// unfiled is what plays and is no file, as a playlist is.
type unfiled struct{ content }

func (unfiled) OpenPlain(string) (io.ReadSeekCloser, fs.FileInfo, error) {
	return nil, nil, point.ErrNotFound
}

// What is no file has no web address that programs could open, and is announced to
// them by one that streams.
func TestAnnouncementOfNoFile(t *testing.T) {
	s := announcing(t)
	list := source.NewBytes(sample.Name, sample.Welcome, s.cache)
	t.Cleanup(func() { list.Close() })
	s.points.Add(&point.Point{Name: "list", Opener: unfiled{list}, Options: point.DefaultOptions()})
	host := s.Addr().String()
	for _, tt := range []struct{ target, agent, want string }{
		{"/list.asx", "Lavf/59", "\r\nmmsh://" + host + "/list\r\n"},
		{"/list.asx", "Kodi/20.2", `<REF HREF="mmsh://` + host + `/list" />`},
		{"/list.asx", "Winamp/5", `<REF HREF="` + s.LinksOf(host, "list").MMS + `" />`},
		{"/list", "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)", "[Reference]\r\nRef1=http://" + host + "/list?MSWMExt=.asf\r\n"},
		{"/list.htm", "", "<TITLE>Welcome to Caracal</TITLE>"},
	} {
		if a := ask(t, s, "GET", tt.target, "User-Agent: "+tt.agent); a.StatusCode != http.StatusOK || !strings.Contains(a.body, tt.want) {
			t.Errorf("%s %s: %d %s", tt.target, tt.agent, a.StatusCode, a.body)
		}
	}
}

// Large folders are told of in part, and page by page.
func TestLargeFolders(t *testing.T) {
	var names []string
	for i := range maxListed + 50 {
		names = append(names, fmt.Sprintf("big/%04d.wmv", i))
	}
	root := films(t, names[0])
	for _, n := range names[1:] {
		if err := os.Link(filepath.Join(root, names[0]), filepath.Join(root, n)); err != nil {
			t.Fatal(err)
		}
	}
	s, _ := start(t, testConfig(config.Point{Path: root}))
	if l, _, err := metafile.Parse("big.asx", []byte(ask(t, s, "GET", "/big.asx").body)); err != nil || len(l.Entries) != maxListed ||
		l.Abstract != "The first 1000; there are 50 more." || l.Entries[999].Refs[0].URL != "http://"+s.Addr().String()+"/big/0999.wmv" {
		t.Errorf("%v, %d entries, %q", err, len(l.Entries), l.Abstract)
	}
	for page, want := range map[string]string{
		"/big.htm": "0000-0099 first=", "/big.htm?page=2": "0100-0199 first=1", "/big.htm?page=11": "1000-1049 first=1",
		"/big.htm?page=12": "0000-0099 first=", "/big.htm?page=-1": "0000-0099 first=", "/big.htm?page=x": "0000-0099 first=",
	} {
		body := ask(t, s, "GET", page).body
		last, _ := strconv.Atoi(want[5:9])
		has := func(n int) bool { return strings.Contains(body, fmt.Sprintf("big/%04d.wmv.htm", n)) }
		first, _ := strconv.Atoi(want[:4])
		if !has(first) || !has(last) || has(first-1) || has(last+1) || strings.Contains(body, "?page=1\">first") != strings.HasSuffix(want, "=1") {
			t.Errorf("%s: not %s", page, want)
		}
	}
}

// Pictures are those of films and folders, and pictures in fact.
func TestPictures(t *testing.T) {
	root := films(t, "a.wmv", "sub/b.wma", "c.WMV", ".hidden/d.wmv")
	for name, text := range map[string]string{
		"a.png": gif, "sub/Folder.jpg": gif, "c.jpg": "<HTML><SCRIPT>", "private.jpg": gif, ".hidden/d.jpg": gif,
		"sub/b.gif": gif + strings.Repeat("x", 1<<20), "a.jpg.txt": "x",
	} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s, _ := start(t, testConfig(config.Point{Path: root}, config.Point{Name: "p", Path: root}))
	for target, want := range map[string]int{
		"/a.png": 200, "/sub/Folder.jpg": 200, "/p/a.png": 200, "/p/sub/Folder.jpg": 200, "/c.jpg": 404, "/private.jpg": 404,
		"/.hidden/d.jpg": 404, "/sub/b.gif": 404, "/a.jpg.txt": 404, "/a.gif": 404, "/folder.jpg": 404, "/sub/folder.jpg/": 404,
	} {
		a := ask(t, s, "GET", target, "User-Agent: Mozilla/4.7 [en] (Win98; I)")
		if a.StatusCode != want {
			t.Errorf("%s: %d", target, a.StatusCode)
		}
		if want == http.StatusOK && (a.Header.Get("Content-Type") != "image/gif" || a.body != gif || a.Header.Get("X-Content-Type-Options") != "nosniff") {
			t.Errorf("%s: %v", target, a.Header)
		}
	}
	for target, want := range map[string]string{"/a.asx": "/a.png", "/p/a.asx": "/p/a.png", "/sub/b.wax": "/sub/Folder.jpg"} {
		if body := ask(t, s, "GET", target).body; !strings.Contains(body, `<BANNER HREF="http://`+s.Addr().String()+want+`">`) {
			t.Errorf("%s: %s", target, body)
		}
	}
}

// The page of a film has all there is to know, without anything newer than HTML 3.2.
func TestItemPage(t *testing.T) {
	s := announcing(t)
	body := ask(t, s, "GET", "/film.htm", explorer).body
	for _, part := range []string{
		"<TITLE>A film</TITLE>", `<IMG SRC="/film.gif" ALT="">`, "<TD>Duration</TD>", "<TD>Bit rate</TD>", "<TD>video</TD>",
		`<A HREF="/film.wmv.asx?marker=3">No. 3 &lt;&amp;&gt;</A>`, "<TD>0:00:02</TD>", `<A HREF="/film.wmv.asx?player=wmp6">open</A>`,
		`<A HREF="/film.wmv.wpl">WPL</A>`, s.LinksOf(s.Addr().String(), "film.wmv").RTSP,
	} {
		if !strings.Contains(body, part) {
			t.Errorf("no %s in\n%s", part, body)
		}
	}
	if bytes.Contains([]byte(strings.ToLower(body)), []byte("<script")) || strings.Contains(strings.ToLower(body), "style") {
		t.Error("scripts or styles")
	}
}

// Whatever is asked for by whomever, the answer is a whole one that holds nothing of
// the question.
func FuzzAnnouncement(f *testing.F) {
	root := f.TempDir()
	if err := os.WriteFile(filepath.Join(root, "a.wmv"), sample.Welcome, 0o644); err != nil {
		f.Fatal(err)
	}
	s, err := New(testConfig(config.Point{Path: root}), slog.New(slog.DiscardHandler))
	if err != nil {
		f.Fatal(err)
	}
	if err := s.Start(f.Context()); err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { s.Shutdown(context.Background()) })
	f.Add("/a.asx", "player=wmp6&marker=1", "NSPlayer/9.0.0.2980")
	f.Add("/.wpl", "form=reference", "Mozilla/4.0 (compatible; MSIE 5.0; Windows NT 5.1)")
	f.Add("/a.wmv.htm", "page=99999999999999999999", "<SCRIPT>")
	f.Fuzz(func(t *testing.T, path, query, agent string) {
		if !strings.HasPrefix(path, "/") {
			path = "/" + path
		}
		r := &http.Request{Method: http.MethodGet, Host: "h", URL: &url.URL{Path: path, RawQuery: query}, Header: http.Header{"User-Agent": {agent}}}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code >= 500 || isAnnouncement(path) && w.Code == http.StatusOK && strings.Contains(w.Body.String(), "<SCRIPT") {
			t.Fatalf("%s?%s %q: %d %s", path, query, agent, w.Code, w.Body)
		}
	})
}
