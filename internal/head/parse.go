package head

import (
	"bytes"
	"strings"
)

// Limits of every head.
const (
	MaxFields = 128
	MaxTarget = 2048 // bytes of a request's target
)

// Protocol is what the heads of the protocols do not have in common.
type Protocol struct {
	Name     string // "RTSP" or "HTTP", as in the version
	MaxHead  int    // bytes of a head, with blank lines before it and the one that ends it
	TooLarge int    // the status for a head with too many bytes or fields
	NeedMore error  // what Parse returns until the head is complete
}

// Head is the head of a request or a response.
type Head struct {
	First  string // the request line or status line
	Fields Fields
	Size   int // bytes, with blank lines before it and the one that ends it
}

// Parse parses the head at the beginning of b. Lines may end in a bare LF,
// blank lines may come before the first one (a POST's surplus CRLF), fields may
// be folded. Errors are NeedMore and *SyntaxError. The Head does not alias b.
func (p *Protocol) Parse(b []byte) (Head, error) {
	start := BlankBytes(b)
	if start < len(b) && !IsToken(string(b[start:start+1])) {
		// No use in waiting for a blank line: this is another protocol.
		return Head{}, NewSyntaxError(statusBadRequest, "not "+p.Name)
	}
	end := headEnd(b[start:])
	if end < 0 && len(b) <= p.MaxHead {
		return Head{}, p.NeedMore
	}
	if end < 0 || start+end > p.MaxHead {
		if n := bytes.IndexByte(b[start:], '\n'); n < 0 || n > p.MaxHead {
			return Head{}, NewSyntaxError(statusTargetTooLong, "request line too long")
		}
		return Head{}, NewSyntaxError(p.TooLarge, "head too large")
	}
	// One copy: all the strings of the head are parts of it.
	h, err := p.parseLines(string(b[start : start+end]))
	h.Size = start + end
	return h, err
}

// BlankBytes counts the line ends at the beginning of b.
func BlankBytes(b []byte) int {
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

func (p *Protocol) parseLines(s string) (Head, error) {
	var h Head
	h.First, s = cutLine(s)
	if HasControl(h.First) {
		return h, NewSyntaxError(statusBadRequest, "control character in the first line")
	}
	h.Fields = make(Fields, 0, min(strings.Count(s, "\n"), MaxFields))
	for {
		var line string
		if line, s = cutLine(s); line == "" {
			return h, nil
		}
		if err := p.addLine(&h.Fields, line); err != nil {
			return h, err
		}
	}
}

func cutLine(s string) (line, rest string) {
	line, rest, _ = strings.Cut(s, "\n")
	return strings.TrimSuffix(line, "\r"), rest
}

func (p *Protocol) addLine(f *Fields, line string) error {
	if HasControl(line) {
		return NewSyntaxError(statusBadRequest, "control character in a header field")
	}
	if line[0] == ' ' || line[0] == '\t' {
		if len(*f) == 0 {
			return NewSyntaxError(statusBadRequest, "folded line before the first header field")
		}
		last := &(*f)[len(*f)-1]
		last.Value = strings.TrimSpace(last.Value + " " + strings.TrimSpace(line))
		return nil
	}
	name, value, ok := strings.Cut(line, ":")
	if !ok || !IsToken(name) {
		return NewSyntaxError(statusBadRequest, "header field without a name")
	}
	if len(*f) == MaxFields {
		return NewSyntaxError(p.TooLarge, "too many header fields")
	}
	f.Add(name, strings.TrimSpace(value))
	return nil
}
