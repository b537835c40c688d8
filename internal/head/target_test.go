package head

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"caracal/internal/vector"
)

func TestTargets(t *testing.T) {
	for _, v := range vector.Read(t, "targets.txt") {
		got, err := ParseTarget(v.Unquoted(t, "in"))
		if status, bad := v["error"]; bad {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || fmt.Sprint(syntax.Status) != status {
				t.Errorf("%s: %+v, %v, want status %s", v["name"], got, err, status)
			}
			continue
		}
		if text := fmt.Sprintf("\"%s\" \"%s\" \"%s\"", got.Host, got.Path, got.Query); err != nil || text != v["expect"] {
			t.Errorf("%s: %s, %v, want %s", v["name"], text, err, v["expect"])
		}
	}
}

func TestTargetParts(t *testing.T) {
	tests := []struct{ in, scheme, host, path, query, base string }{
		{"rtsp://h", "rtsp", "h", "/", "", "rtsp://h"},
		{"rtspu://h:554/a/", "rtspu", "h:554", "/a", "", "rtspu://h:554/a"},
		{"RtspT://u:p%40@[::1]/a%20b//./c?d?e", "rtspt", "[::1]", "/a b/c", "d?e", "RtspT://u:p%40@[::1]/a%20b//./c"},
		{"mms://h?x", "mms", "h", "/", "x", "mms://h"},
		{"/a%252e", "", "", "/a%2e", "", "/a%252e"},
		{"*", "", "", "/", "", "*"},
	}
	for _, test := range tests {
		got, err := ParseTarget(test.in)
		want := Target{test.in, test.scheme, test.host, test.path, test.query}
		if err != nil || got != want || got.Base() != test.base {
			t.Errorf("%+v, %s, %v; want %+v, %s", got, got.Base(), err, want, test.base)
		}
	}
}

func FuzzParseTarget(f *testing.F) {
	f.Add("rtsp://u:p%40@[::1]:554/a%20b//./c?d?e")
	f.Add("/m%fcsik\x80")
	f.Add("*")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseTarget(s)
		if err != nil {
			return
		}
		if p := got.Path; !strings.HasPrefix(p, "/") || p != "/" && strings.HasSuffix(p, "/") ||
			strings.ContainsAny(p, "\\\x00\r\n") || strings.Contains(p+"/", "/../") || strings.Contains(p, "//") || !utf8.ValidString(p) {
			t.Fatalf("path %q", p)
		}
	})
}
