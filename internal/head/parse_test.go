package head

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

var (
	errMore  = errors.New("more")
	protocol = Protocol{Name: "RTSP", MaxHead: 4096, TooLarge: 413, NeedMore: errMore}
)

func TestParse(t *testing.T) {
	const in = "\r\n\nPLAY * RTSP/1.0\r\nA: b \nC:d\r\n \t e\r\na:\r\n\r\n"
	h, err := protocol.Parse([]byte(in + "body"))
	want := Head{"PLAY * RTSP/1.0", Fields{{"A", "b"}, {"C", "d e"}, {"a", ""}}, len(in)}
	if err != nil || !reflect.DeepEqual(h, want) {
		t.Errorf("%+v, %v, want %+v", h, err, want)
	}
	for cut := range in {
		if _, err := protocol.Parse([]byte(in[:cut])); err != errMore {
			t.Errorf("%d bytes: %v", cut, err)
		}
	}
}

func TestParseErrors(t *testing.T) {
	const line = "PLAY * RTSP/1.0\r\n"
	tests := []struct {
		name, in string
		status   int
		text     string
	}{
		{"another protocol", "\x16\x03\x01", 400, "not RTSP"},
		{"control character", "PLAY \x01\r\n\r\n", 400, "control character in the first line"},
		{"carriage return in a field", line + "A: b\rC: d\r\n\r\n", 400, "control character in a header field"},
		{"nothing to fold onto", line + " a\r\n\r\n", 400, "folded line before the first header field"},
		{"no colon", line + "A\r\n\r\n", 400, "header field without a name"},
		{"empty name", line + ": a\r\n\r\n", 400, "header field without a name"},
		{"fields", line + strings.Repeat("A:\n", MaxFields+1) + "\n", 413, "too many header fields"},
		{"endless first line", strings.Repeat("a", protocol.MaxHead+1), 414, "request line too long"},
		{"endless fields", line + strings.Repeat("A: b\r\n", protocol.MaxHead/6), 413, "head too large"},
		{"long field", line + "A: " + strings.Repeat("b", protocol.MaxHead) + "\r\n\r\n", 413, "head too large"},
		{"endless blank lines", strings.Repeat("\r\n", protocol.MaxHead/2+1), 414, "request line too long"},
	}
	for _, test := range tests {
		_, err := protocol.Parse([]byte(test.in))
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || syntax.Status != test.status || syntax.Text != test.text {
			t.Errorf("%s: %v, want %d %s", test.name, err, test.status, test.text)
		}
	}
	full := line + strings.Repeat("A:\n", MaxFields) + "\n"
	if h, err := protocol.Parse([]byte(full)); err != nil || len(h.Fields) != MaxFields {
		t.Errorf("at the limit: %d fields, %v", len(h.Fields), err)
	}
}

func TestFields(t *testing.T) {
	f := Fields{{"Connection", "TE, Close"}, {"content-length", "3"}, {"Content-Length", "3"}, {"Content-Type", " text/plain ; a=b"}}
	f.AddInt("N", -1)
	f.Add("X", "a\r\nY: b\x00")
	n, err := f.ContentLength()
	if err != nil || n != 3 || f.Get("connection") != "TE, Close" || len(f.Values("Content-Length")) != 2 ||
		!f.HasToken("Connection", "close") || f.HasToken("Connection", "e") || f.Has("Y") || f.MediaType() != "text/plain" {
		t.Errorf("%+v: length %d, %v", f, n, err)
	}
	if got := string(f[4:].Append(nil)); got != "N: -1\r\nX: a  Y: b \r\n" {
		t.Errorf("appended %q", got)
	}
	if n, err := (Fields{}).ContentLength(); n != -1 || err != nil {
		t.Errorf("no length: %d, %v", n, err)
	}
	for _, bad := range []Fields{{{"Content-Length", "+1"}}, {{"Content-Length", "1"}, {"Content-Length", "2"}}} {
		if n, err := bad.ContentLength(); err == nil {
			t.Errorf("%v: length %d", bad, n)
		}
	}
}

func TestFirstLine(t *testing.T) {
	method, target, version, err := CutRequestLine(" GET  /a b\t HTTP/1.1 ")
	if err != nil || method != "GET" || target != "/a b" || version != "HTTP/1.1" {
		t.Errorf("%q %q %q, %v", method, target, version, err)
	}
	for _, bad := range []string{"", "GET", "GET /", "G@T / HTTP/1.0"} {
		if _, _, _, err := CutRequestLine(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	if major, minor, ok := protocol.ParseVersion("RTSP/12.03"); !ok || major != 12 || minor != 3 {
		t.Errorf("%d.%d, %t", major, minor, ok)
	}
	for _, bad := range []string{"", "RTSP", "RTSP/1", "RTSP/1.", "RTSP/1.100", "RTSP/-1.0", "rtsp/1.0", "HTTP/1.0", "RTSP/1.0.0"} {
		if _, _, ok := protocol.ParseVersion(bad); ok {
			t.Errorf("%q is a version", bad)
		}
	}
	for in, want := range map[string]bool{"200": true, "099": false, "20": false, "2000": false, "2x0": false} {
		if _, ok := ParseStatus(in); ok != want {
			t.Errorf("status %q: %t", in, ok)
		}
	}
}

func TestDate(t *testing.T) {
	at := time.Date(2010, 3, 8, 19, 39, 44, 999, time.FixedZone("", 3600))
	if got := Date(at); got != "Mon, 08 Mar 2010 18:39:44 GMT" {
		t.Error(got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("\r\nPLAY * RTSP/1.0\r\nA: b\r\n c\r\nContent-Length: 7\n\n"))
	f.Add([]byte("GET /%fc HTTP/1.1\nPragma: a, b\nPragma:\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := protocol.Parse(b)
		if err != nil {
			return
		}
		if h.Size <= 0 || h.Size > len(b) || h.Size > protocol.MaxHead || len(h.Fields) > MaxFields {
			t.Fatalf("took %d of %d bytes, %d fields", h.Size, len(b), len(h.Fields))
		}
		out := append(h.Fields.Append([]byte(h.First+"\n")), '\n')
		large := Protocol{Name: protocol.Name, MaxHead: len(out), NeedMore: errMore}
		again, err := large.Parse(out)
		if err != nil || again.First != h.First || again.Size != len(out) || len(again.Fields) != len(h.Fields) {
			t.Fatalf("%+v became %+v, %v", h, again, err)
		}
	})
}
