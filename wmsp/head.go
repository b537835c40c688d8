package wmsp

import (
	"bytes"
	"strings"
)

// Limits of an HTTP head.
const (
	MaxHead         = 16 << 10 // bytes, including the blank line
	MaxHeaderFields = 128
	MaxTarget       = 2048 // bytes of the request's target
)

const (
	statusBadRequest     = 400
	statusTargetTooLong  = 414
	statusHeadTooLarge   = 431
	statusVersionUnknown = 505
)

// httpHead is what a request and a response have in common.
type httpHead struct {
	first  string // the request line or status line
	fields Fields
}

// parseHead parses the first line and the fields, and returns how many bytes
// they take with the blank line. Lines may end in a bare LF, blank lines may
// come before the first one (a POST's surplus CRLF), fields may be folded.
func parseHead(b []byte) (httpHead, int, error) {
	start := 0
	for start < len(b) && (b[start] == '\r' || b[start] == '\n') {
		start++
	}
	if start < len(b) && !isToken(string(b[start:start+1])) {
		// No use in waiting for a blank line: this is another protocol.
		return httpHead{}, 0, &SyntaxError{statusBadRequest, "not HTTP"}
	}
	end := headEnd(b[start:])
	if end < 0 {
		if len(b) > MaxHead {
			return httpHead{}, 0, tooLarge(b[start:])
		}
		return httpHead{}, 0, ErrNeedMore
	}
	if start+end > MaxHead {
		return httpHead{}, 0, tooLarge(b[start:])
	}
	// One copy: all the strings of the head are parts of it.
	h, err := parseLines(string(b[start : start+end]))
	return h, start + end, err
}

func tooLarge(b []byte) error {
	if n := bytes.IndexByte(b, '\n'); n < 0 || n > MaxHead {
		return &SyntaxError{statusTargetTooLong, "request line too long"}
	}
	return &SyntaxError{statusHeadTooLarge, "head too large"}
}

// headEnd returns the offset after the first blank line, -1 if there is none.
func headEnd(b []byte) int {
	for at := 0; ; {
		n := bytes.IndexByte(b[at:], '\n')
		if n < 0 {
			return -1
		}
		at += n + 1
		rest := b[at:]
		if len(rest) > 0 && rest[0] == '\n' {
			return at + 1
		}
		if len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n' {
			return at + 2
		}
	}
}

func parseLines(s string) (httpHead, error) {
	var h httpHead
	h.first, s = cutLine(s)
	if hasControl(h.first) {
		return h, &SyntaxError{statusBadRequest, "control character in the first line"}
	}
	h.fields = make(Fields, 0, min(strings.Count(s, "\n"), MaxHeaderFields))
	for {
		var line string
		if line, s = cutLine(s); line == "" {
			return h, nil
		}
		if err := h.addLine(line); err != nil {
			return h, err
		}
	}
}

func cutLine(s string) (line, rest string) {
	line, rest, _ = strings.Cut(s, "\n")
	return strings.TrimSuffix(line, "\r"), rest
}

func (h *httpHead) addLine(line string) error {
	if hasControl(line) {
		return &SyntaxError{statusBadRequest, "control character in a header field"}
	}
	if line[0] == ' ' || line[0] == '\t' {
		if len(h.fields) == 0 {
			return &SyntaxError{statusBadRequest, "folded line before the first header field"}
		}
		last := &h.fields[len(h.fields)-1]
		last.Value = strings.TrimSpace(last.Value + " " + strings.TrimSpace(line))
		return nil
	}
	name, value, ok := strings.Cut(line, ":")
	if !ok || !isToken(name) {
		return &SyntaxError{statusBadRequest, "header field without a name"}
	}
	if len(h.fields) == MaxHeaderFields {
		return &SyntaxError{statusHeadTooLarge, "too many header fields"}
	}
	h.fields = append(h.fields, Field{name, strings.TrimSpace(value)})
	return nil
}

func hasControl(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7F {
			return true
		}
	}
	return false
}

// isToken says that s can be a method or a field's name (RFC 2616 2.2).
func isToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7F || strings.IndexByte(`()<>@,;:\"/[]?={}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

// parseHTTPVersion reads "HTTP/1.1".
func parseHTTPVersion(s string) (major, minor int, ok bool) {
	version, ok := strings.CutPrefix(s, "HTTP/")
	if !ok {
		return 0, 0, false
	}
	first, second, ok := strings.Cut(version, ".")
	if !ok || !isVersionNumber(first) || !isVersionNumber(second) {
		return 0, 0, false
	}
	return versionNumber(first), versionNumber(second), true
}

func isVersionNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return len(s) > 0 && len(s) <= 2
}

// contentLength reads the Content-Length, -1 if there is none. Repeated ones
// have to agree, or the next request's beginning would be a matter of taste.
func (f Fields) contentLength() (int64, error) {
	length := int64(-1)
	for i := range f {
		if !strings.EqualFold(f[i].Name, "Content-Length") {
			continue
		}
		n, ok := parseLength(f[i].Value)
		if !ok || length >= 0 && n != length {
			return 0, &SyntaxError{statusBadRequest, "unusable Content-Length"}
		}
		length = n
	}
	return length, nil
}

func parseLength(s string) (int64, bool) {
	if s == "" || len(s) > 18 {
		return 0, false
	}
	n := int64(0)
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(s[i]-'0')
	}
	return n, true
}
