package head

import (
	"strings"
	"unicode/utf8"
)

// Target is a request's target, taken apart.
type Target struct {
	Raw    string // as sent; "*" for the server as a whole
	Scheme string // in lower case: "rtsp", "rtspt", "rtspu", "mms"; "" for none
	Host   string // host, or host:port
	Path   string // decoded and cleaned, begins with "/"; "/" for "*"
	Query  string // as sent, without the "?"
}

// ParseTarget reads "rtsp://host/path?query" in any scheme, "/path?query" and
// "*". Path is decoded once and does not end in "/"; it has no "..", backslash
// or control character. Blanks in the target are tolerated. Errors are
// *SyntaxError.
func ParseTarget(s string) (Target, error) {
	t := Target{Raw: s, Path: "/"}
	if s == "*" {
		return t, nil
	}
	if len(s) > MaxTarget {
		return t, NewSyntaxError(statusTargetTooLong, "target too long")
	}
	if !strings.HasPrefix(s, "/") {
		scheme, rest, ok := strings.Cut(s, "://")
		if !ok || !IsToken(scheme) {
			return t, NewSyntaxError(statusBadRequest, "unusable target")
		}
		t.Scheme = strings.ToLower(scheme)
		if at := strings.IndexAny(rest, "/?"); at >= 0 {
			t.Host, s = rest[:at], rest[at:]
		} else {
			t.Host, s = rest, "/"
		}
		t.Host = t.Host[strings.LastIndexByte(t.Host, '@')+1:]
	}
	s, t.Query, _ = strings.Cut(s, "?")
	decoded, ok := decodePath(s)
	if !ok {
		return t, NewSyntaxError(statusBadRequest, "unusable path")
	}
	t.Path = cleanPath(decoded)
	return t, nil
}

// Base returns the target without its query and without a slash at the end:
// what a=control and Content-Base of the content begin with.
func (t Target) Base() string {
	base, _, _ := strings.Cut(t.Raw, "?")
	return strings.TrimRight(base, "/")
}

// decodePath turns %XX into bytes once and the bytes into UTF-8. Players up
// to version 6.4 send the code page of their Windows: what is not UTF-8 is
// taken for Windows-1252.
func decodePath(s string) (string, bool) {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' {
			if i+2 >= len(s) {
				return "", false
			}
			high, low := HexDigit(s[i+1]), HexDigit(s[i+2])
			if high < 0 || low < 0 {
				return "", false
			}
			c = byte(high<<4 | low)
			i += 2
		}
		b = append(b, c)
	}
	path := string(b)
	if !utf8.ValidString(path) {
		path = fromWindows1252(b)
	}
	for _, r := range path {
		if r < ' ' || r >= 0x7F && r < 0xA0 || r == '\\' || r == utf8.RuneError {
			return "", false
		}
	}
	for segment := range strings.SplitSeq(path, "/") {
		if segment == ".." {
			return "", false
		}
	}
	return path, true
}

// cleanPath leaves out empty and "." segments.
func cleanPath(path string) string {
	b := make([]byte, 0, len(path)+1)
	for segment := range strings.SplitSeq(path, "/") {
		if segment != "" && segment != "." {
			b = append(b, '/')
			b = append(b, segment...)
		}
	}
	if len(b) == 0 {
		return "/"
	}
	return string(b)
}
