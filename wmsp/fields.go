package wmsp

import "strings"

// Field is one line of an HTTP head.
type Field struct{ Name, Value string }

// Fields are the lines of an HTTP head in their order; names may repeat.
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

// append writes the lines. A line break in a value would begin another line
// of the head, so control characters become blanks.
func (f Fields) append(b []byte) []byte {
	for _, field := range f {
		b = append(b, field.Name...)
		b = append(b, ": "...)
		for i := range len(field.Value) {
			if c := field.Value[i]; c < ' ' || c == 0x7F {
				b = append(b, ' ')
			} else {
				b = append(b, c)
			}
		}
		b = append(b, '\r', '\n')
	}
	return b
}
