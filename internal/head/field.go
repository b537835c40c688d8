package head

import (
	"strconv"
	"strings"
)

// Field is one line of a head.
type Field struct{ Name, Value string }

// Fields are the lines of a head in their order; names may repeat.
type Fields []Field

// Get returns the first value of name, "" if there is none. Case does not
// matter.
func (f Fields) Get(name string) string {
	for i := range f {
		if strings.EqualFold(f[i].Name, name) {
			return f[i].Value
		}
	}
	return ""
}

// Values returns all values of name in their order.
func (f Fields) Values(name string) []string {
	var values []string
	for i := range f {
		if strings.EqualFold(f[i].Name, name) {
			values = append(values, f[i].Value)
		}
	}
	return values
}

// Has says that name is there, be it empty.
func (f Fields) Has(name string) bool {
	for i := range f {
		if strings.EqualFold(f[i].Name, name) {
			return true
		}
	}
	return false
}

// HasToken looks for token in the comma-separated lists of name, as in
// "Connection: Keep-Alive".
func (f Fields) HasToken(name, token string) bool {
	for i := range f {
		if !strings.EqualFold(f[i].Name, name) {
			continue
		}
		for item := range strings.SplitSeq(f[i].Value, ",") {
			if strings.EqualFold(strings.TrimSpace(item), token) {
				return true
			}
		}
	}
	return false
}

// Add appends a line.
func (f *Fields) Add(name, value string) { *f = append(*f, Field{name, value}) }

// AddInt appends a line with a number.
func (f *Fields) AddInt(name string, n int64) { f.Add(name, strconv.FormatInt(n, 10)) }

// Append appends the lines. A line break in a value would begin another line
// of the head, so control characters become blanks.
func (f Fields) Append(b []byte) []byte {
	for _, field := range f {
		b = append(b, field.Name...)
		b = append(b, ": "...)
		b = AppendLine(b, field.Value)
	}
	return b
}

// AppendLine appends s without its control characters, and CRLF.
func AppendLine(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == 0x7F {
			b = append(b, ' ')
		} else {
			b = append(b, c)
		}
	}
	return append(b, '\r', '\n')
}

// ContentLength reads the Content-Length, -1 if there is none. Repeated ones
// have to agree, or the next message's beginning would be a matter of taste.
// Errors are *SyntaxError.
func (f Fields) ContentLength() (int64, error) {
	length := int64(-1)
	for i := range f {
		if !strings.EqualFold(f[i].Name, "Content-Length") {
			continue
		}
		n, ok := ParseDigits(f[i].Value)
		if !ok || length >= 0 && n != length {
			return 0, NewSyntaxError(statusBadRequest, "unusable Content-Length")
		}
		length = n
	}
	return length, nil
}

// MediaType returns the Content-Type without its parameters, "" if there is
// none.
func (f Fields) MediaType() string {
	media, _, _ := strings.Cut(f.Get("Content-Type"), ";")
	return strings.TrimSpace(media)
}
