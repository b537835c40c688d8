package wmsp

import (
	"strings"
	"unicode/utf8"
)

// requestTarget is a request's target, taken apart.
type requestTarget struct {
	host, path, query string
}

// parseTarget reads "/path?query", "http://host/path?query" in any scheme and
// "*". path is decoded once and cleaned; it begins with "/" and does not end
// with one, and has no "..", backslash or control character.
func parseTarget(s string) (requestTarget, error) {
	if s == "*" {
		return requestTarget{path: "/"}, nil
	}
	var t requestTarget
	if !strings.HasPrefix(s, "/") {
		scheme, rest, ok := strings.Cut(s, "://")
		if !ok || !isToken(scheme) {
			return t, &SyntaxError{statusBadRequest, "unusable target"}
		}
		if at := strings.IndexAny(rest, "/?"); at >= 0 {
			t.host, s = rest[:at], rest[at:]
		} else {
			t.host, s = rest, "/"
		}
		t.host = t.host[strings.LastIndexByte(t.host, '@')+1:]
	}
	s, t.query, _ = strings.Cut(s, "?")
	decoded, ok := decodePath(s)
	if !ok {
		return t, &SyntaxError{statusBadRequest, "unusable path"}
	}
	t.path = cleanPath(decoded)
	return t, nil
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
			high, low := hexDigit(s[i+1]), hexDigit(s[i+2])
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

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// windows1252 holds the code points of 0x80 to 0x9F; the five bytes that mean
// nothing there become control characters, which decodePath refuses.
var windows1252 = [32]rune{
	0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
	0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
	0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
	0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
}

func fromWindows1252(b []byte) string {
	out := make([]byte, 0, 2*len(b))
	for _, c := range b {
		r := rune(c)
		if c >= 0x80 && c < 0xA0 {
			r = windows1252[c-0x80]
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}
