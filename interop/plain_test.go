package interop

import (
	"bufio"
	"net/http"
	"net/textproto"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const browser = "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0"

// A fetched is an answer that curl stored.
type fetched struct {
	status int
	header textproto.MIMEHeader
	body   []byte
}

func curl(t *testing.T, args ...string) fetched {
	t.Helper()
	dir := scratch(t)
	head, body := filepath.Join(dir, "head"), filepath.Join(dir, "body")
	writeFile(t, body, nil) // an answer without a body leaves it so
	play(t, "curl", append([]string{"-sS", "--noproxy", "*", "-D", head, "-o", body}, args...)...)
	in := textproto.NewReader(bufio.NewReader(strings.NewReader(string(readFile(t, head)))))
	line, err := in.ReadLine()
	if err != nil {
		t.Fatal(err)
	}
	_, code, _ := strings.Cut(line, " ")
	status, err := strconv.Atoi(code[:min(3, len(code))])
	if err != nil {
		t.Fatalf("status line %q: %v", line, err)
	}
	header, err := in.ReadMIMEHeader()
	if err != nil {
		t.Fatal(err)
	}
	return fetched{status: status, header: header, body: readFile(t, body)}
}

func (f fetched) expect(t *testing.T, status int, header map[string]string) {
	t.Helper()
	if f.status != status {
		t.Errorf("status %d, want %d", f.status, status)
	}
	for name, want := range header {
		if got := f.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestCurlGetsPlainFiles(t *testing.T) {
	s := serveClips(t)
	url := s.url("http", plain)
	file := readFile(t, clip(t, plain))
	size := strconv.Itoa(len(file))

	t.Run("whole", func(t *testing.T) {
		f := curl(t, url)
		f.expect(t, http.StatusOK, map[string]string{"Content-Length": size, "Content-Type": "video/x-ms-wmv"})
		sameBytes(t, f.body, file)
	})
	t.Run("range", func(t *testing.T) {
		f := curl(t, "-r", "1000-200999", url)
		f.expect(t, http.StatusPartialContent, map[string]string{
			"Content-Length": "200000", "Content-Range": "bytes 1000-200999/" + size,
		})
		sameBytes(t, f.body, file[1000:201000])
	})
	t.Run("last bytes", func(t *testing.T) {
		f := curl(t, "-r", "-146", url)
		f.expect(t, http.StatusPartialContent, nil)
		sameBytes(t, f.body, file[len(file)-146:])
	})
	t.Run("range beyond", func(t *testing.T) {
		curl(t, "-r", "99999999-", url).expect(t, http.StatusRequestedRangeNotSatisfiable,
			map[string]string{"Content-Range": "bytes */" + size})
	})
	t.Run("head", func(t *testing.T) {
		f := curl(t, "-I", url)
		f.expect(t, http.StatusOK, map[string]string{"Content-Length": size, "Accept-Ranges": "bytes"})
	})
	t.Run("not modified", func(t *testing.T) {
		modified := curl(t, "-I", url).header.Get("Last-Modified")
		if _, err := http.ParseTime(modified); err != nil {
			t.Fatal(err)
		}
		f := curl(t, "-H", "If-Modified-Since: "+modified, url)
		f.expect(t, http.StatusNotModified, nil)
		sameBytes(t, f.body, nil)
	})
	t.Run("nothing there", func(t *testing.T) {
		curl(t, s.url("http", "nothing.wmv")).expect(t, http.StatusNotFound, nil)
	})
	t.Run("outside", func(t *testing.T) {
		f := curl(t, "--path-as-is", s.url("http", "../../../../etc/hostname"))
		if f.status < 400 || f.status > 499 {
			t.Errorf("status %d for a path that leaves the folder", f.status)
		}
	})
}

// Players that open the clip by http and do not say that they are Windows Media
// players want the file, not the framing.
func TestPlayersGetPlainFiles(t *testing.T) {
	s := serveClips(t)
	t.Run("vlc", func(t *testing.T) {
		sameBytes(t, vlcDump(t, s.url("http", plain)), readFile(t, clip(t, plain)))
	})
	t.Run("ffmpeg", func(t *testing.T) {
		sameFrames(t, frames(t, "-i", s.url("http", plain)), frames(t, "-i", clip(t, plain)))
	})
}

func TestCurlAsBrowserGetsRedirector(t *testing.T) {
	s := serveClips(t)
	f := curl(t, "-A", browser, s.url("http", plain+".asx"))
	f.expect(t, http.StatusOK, map[string]string{"Content-Type": "video/x-ms-asf"})
	text := strings.ToLower(string(f.body))
	if !strings.Contains(text, "<asx") || !strings.Contains(text, "://"+s.address+"/"+plain) {
		t.Errorf("not a redirector to the clip:\n%s", f.body)
	}
}
