package server

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"caracal/internal/config"
	"caracal/internal/sample"
)

const explorer = "User-Agent: Mozilla/4.0 (compatible; MSIE 5.0; Windows 98)"

func TestHandler(t *testing.T) {
	root := films(t, "film.wmv", "song.wma", "sub/a b.asf", ".caracal/secret.wmv", "twice.wma", "twice.wmv")
	if err := os.WriteFile(filepath.Join(root, "fake.wmv"), []byte("no film"), 0o644); err != nil {
		t.Fatal(err)
	}
	talks := films(t, "one.wmv")
	s, _ := start(t, testConfig(
		config.Point{Path: root}, config.Point{Name: "talks", Path: talks},
		config.Point{Name: "news", Path: filepath.Join(talks, "one.wmv")},
	))
	size := strconv.Itoa(len(sample.Welcome))
	host := s.Addr().String()
	tests := []struct {
		method, target string
		header         []string
		status         int
		expect         map[string]string // headers
		body           []string          // parts
	}{
		{target: "/film.wmv", status: 200, expect: map[string]string{
			"Content-Type": "video/x-ms-wmv", "Content-Length": size, "Accept-Ranges": "bytes", "Vary": "User-Agent, Range"}},
		{target: "/FILM.WMV", status: 200},
		{target: "/song.wma", status: 200, expect: map[string]string{"Content-Type": "audio/x-ms-wma"}},
		{target: "/sub/a%20b.asf", status: 200, expect: map[string]string{"Content-Type": "video/x-ms-asf"}},
		{target: "/talks/one.wmv", status: 200},
		{target: "/news", status: 200, expect: map[string]string{"Content-Type": "video/x-ms-wmv"}},
		{target: "//film.wmv/", status: 200},
		{method: "HEAD", target: "/film.wmv", status: 200, expect: map[string]string{"Content-Length": size}},
		{target: "/film.wmv", header: []string{"Range: bytes=10-19"}, status: 206,
			expect: map[string]string{"Content-Range": "bytes 10-19/" + size}, body: []string{string(sample.Welcome[10:20])}},
		{target: "/film.wmv", header: []string{explorer, "Range: bytes=0-0"}, status: 206},
		{target: "/film.wmv", header: []string{"If-None-Match: *"}, status: 304},
		{target: "/film.wmv", header: []string{explorer}, status: 200, expect: map[string]string{
			"Content-Type": "video/x-ms-asf", "Cache-Control": "no-cache", "Vary": "User-Agent, Range"},
			body: []string{"[Reference]\r\nRef1=http://" + host + "/film.wmv?MSWMExt=.asf\r\n"}},
		{target: "/film.wmv", header: []string{"User-Agent: Opera/9.80"}, status: 200,
			expect: map[string]string{"Content-Type": "video/x-ms-asf"}},
		{target: "/sub/a%20b.asf?download", header: []string{explorer}, status: 200, expect: map[string]string{
			"Content-Length": size, "Content-Disposition": `attachment; filename="a b.asf"`}},

		{target: "/film.wmv.asx", status: 200, expect: map[string]string{"Content-Type": "video/x-ms-asf", "Cache-Control": "no-cache"},
			body: []string{"<TITLE>Welcome to Caracal</TITLE>", `http://` + host + `/film.wmv"`}},
		{target: "/film.asx", status: 200, body: []string{host + "/film.wmv"}},
		{target: "/film.ASX", header: []string{"User-Agent: NSPlayer/4.1.0.3856"}, status: 200, body: []string{host + "/film.wmv"}},
		{target: "/twice.wax", status: 200, body: []string{host + "/twice.wma"}},
		{target: "/twice.wvx", status: 200, body: []string{host + "/twice.wmv"}},
		{target: "/sub/a%20b.asx", status: 200, body: []string{host + "/sub/a%20b.asf"}},
		{target: "/news.asx", status: 200, body: []string{"http://" + host + "/news\""}},
		{target: "/film.asx", header: []string{"Host: media.example.org"}, status: 200, body: []string{"http://media.example.org/film.wmv"}},
		{target: "/film.asx", header: []string{`Host: "><x`}, status: 400},
		{target: "/nothing.asx", status: 404},
		{target: "/fake.wmv.asx", status: 404, body: []string{"caracal check"}},

		{target: "/", status: 200, expect: map[string]string{"Content-Type": "video/x-ms-wmv"}},
		{target: "/film.wmv?MSWMExt=.asf", status: 200, expect: map[string]string{"Content-Type": "video/x-ms-wmv"}},
		{target: "/", header: []string{"Accept: text/html,*/*"}, status: 200, expect: map[string]string{"Content-Type": "text/html; charset=utf-8"},
			body: []string{`"mms://` + host + `/sub/a%20b.asf"`, ">sub/a b.asf<", "/talks/one.wmv.asx", "/news?download"}},
		{target: "/nothing.wmv", status: 404, body: []string{"list of what is there"}},
		{target: "/sub", status: 404},
		{target: "/.caracal/health", status: 200, body: []string{"ok\n"}},
		{target: "/.caracal/secret.wmv", status: 404},
		{target: "/.CARACAL/secret.wmv", status: 404},
		{target: "/.caracal/secret.wmv.asx", status: 404},

		{target: "/../film.wmv", status: 400},
		{target: "/sub/..%2f..%2fetc/passwd", status: 400},
		{target: "/a%5cb.wmv", status: 400},
		{target: "/a%00.wmv", status: 400},
		{target: "/a%0d%0ab.wmv", status: 400},
		{target: "/%ff.wmv", status: 400},
		{target: "/%252e%252e/film.wmv", status: 404},
		{method: "DELETE", target: "/film.wmv", status: 405, expect: map[string]string{"Allow": "GET, HEAD, OPTIONS"}},
		{method: "POST", target: "/film.wmv", header: []string{"Content-Length: 0"}, status: 405},
		{method: "OPTIONS", target: "/film.wmv", status: 204, expect: map[string]string{"Allow": "GET, HEAD, OPTIONS"}},
	}
	for _, tt := range tests {
		if tt.method == "" {
			tt.method = http.MethodGet
		}
		a := ask(t, s, tt.method, tt.target, tt.header...)
		what := strings.Join(append([]string{tt.method, tt.target}, tt.header...), " ")
		if a.StatusCode != tt.status {
			t.Errorf("%s: status %d, want %d: %.200q", what, a.StatusCode, tt.status, a.body)
			continue
		}
		for name, want := range tt.expect {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s: %s: %q, want %q", what, name, got, want)
			}
		}
		for _, part := range tt.body {
			if !strings.Contains(a.body, part) {
				t.Errorf("%s: no %q in %.600q", what, part, a.body)
			}
		}
	}
}

func TestPageHidesTheServersOwnNames(t *testing.T) {
	s, _ := start(t, testConfig(config.Point{Path: films(t, ".caracal/secret.wmv", "<b>&.wmv")}))
	body := ask(t, s, "GET", "/", "User-Agent: Mozilla/4.0").body
	if strings.Contains(body, "secret") {
		t.Errorf("the page shows what is not published:\n%s", body)
	}
	if strings.Contains(body, "<b>") || !strings.Contains(body, "&lt;b&gt;&amp;.wmv") {
		t.Errorf("the page does not escape names:\n%s", body)
	}
	player := ask(t, s, "GET", "/.caracal/secret.wmv", "User-Agent: NSPlayer/9.0.0.2980", "Pragma: xPlayStrm=1")
	if player.StatusCode != http.StatusNotFound {
		t.Errorf("a player gets %d for one of the server's own names", player.StatusCode)
	}
}

func TestPageWithoutABroadcast(t *testing.T) {
	s, _ := liveServer(t, nil)
	if body := ask(t, s, "GET", "/", "User-Agent: Mozilla/5.0").body; !strings.Contains(body, "Nothing is broadcast now") {
		t.Errorf("the page says\n%s", body)
	}
}

func TestPageOfAnEmptyFolder(t *testing.T) {
	s, _ := start(t, testConfig(config.Point{Path: t.TempDir()}))
	if body := ask(t, s, "GET", "/").body; !strings.Contains(body, "Nothing is published yet") {
		t.Errorf("the page says\n%s", body)
	}
}
