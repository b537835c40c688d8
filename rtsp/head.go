package rtsp

import (
	"bytes"
	"strings"
)

// Limits of a message's head.
const (
	MaxHead         = 32 << 10 // bytes, including the blank line; a Kerberos ticket fits
	MaxHeaderFields = 128
	MaxTarget       = 2048 // bytes of the request's target
)

// messageHead is what a request and a response have in common.
type messageHead struct {
	first  string // the request line or status line
	fields Fields
	size   int // bytes with the blank line
}

func syntaxError(status int, text string) *SyntaxError {
	return &SyntaxError{Status: status, Text: text, CSeq: -1}
}

// parseHead parses the first line and the fields. Lines may end in a bare LF,
// blank lines may come before the first one, fields may be folded.
func parseHead(b []byte) (messageHead, error) {
	start := blankBytes(b)
	if start < len(b) && !isToken(string(b[start:start+1])) {
		// No use in waiting for a blank line: this is another protocol.
		return messageHead{}, syntaxError(400, "not RTSP")
	}
	end := headEnd(b[start:])
	if end < 0 && len(b)-start <= MaxHead {
		return messageHead{}, ErrNeedMore
	}
	if end < 0 || end > MaxHead {
		if n := bytes.IndexByte(b[start:], '\n'); n < 0 || n > MaxHead {
			return messageHead{}, syntaxError(414, "request line too long")
		}
		return messageHead{}, syntaxError(413, "head too large")
	}
	// One copy: all the strings of the head are parts of it.
	h, err := parseLines(string(b[start : start+end]))
	h.size = start + end
	return h, err
}

// blankBytes counts the line ends at the beginning of b.
func blankBytes(b []byte) int {
	n := 0
	for n < len(b) && (b[n] == '\r' || b[n] == '\n') {
		n++
	}
	return n
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

func parseLines(s string) (messageHead, error) {
	var h messageHead
	h.first, s = cutLine(s)
	if hasControl(h.first) {
		return h, syntaxError(400, "control character in the first line")
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

func (h *messageHead) addLine(line string) error {
	if hasControl(line) {
		return syntaxError(400, "control character in a header field")
	}
	if line[0] == ' ' || line[0] == '\t' {
		if len(h.fields) == 0 {
			return syntaxError(400, "folded line before the first header field")
		}
		last := &h.fields[len(h.fields)-1]
		last.Value = strings.TrimSpace(last.Value + " " + strings.TrimSpace(line))
		return nil
	}
	name, value, ok := strings.Cut(line, ":")
	if !ok || !isToken(name) {
		return syntaxError(400, "header field without a name")
	}
	if len(h.fields) == MaxHeaderFields {
		return syntaxError(413, "too many header fields")
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

// isToken says that s can be a method or a field's name (RFC 2326 15.1).
func isToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7F || strings.IndexByte(`()<>@,;:\"/[]?={}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

// parseVersion reads "RTSP/1.0".
func parseVersion(s string) (major, minor int, ok bool) {
	version, ok := strings.CutPrefix(s, "RTSP/")
	if !ok {
		return 0, 0, false
	}
	first, second, ok := strings.Cut(version, ".")
	if !ok || len(first) > 2 || len(second) > 2 {
		return 0, 0, false
	}
	high, ok1 := parseDigits(first)
	low, ok2 := parseDigits(second)
	return int(high), int(low), ok1 && ok2
}
