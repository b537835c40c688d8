package head

import (
	"iter"
	"strings"
	"time"
)

// HasControl says that s has a character that no line of a head may have.
func HasControl(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7F {
			return true
		}
	}
	return false
}

// IsToken says that s can be a method or a field's name (RFC 2616 2.2, RFC 2326
// 15.1).
func IsToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7F || strings.IndexByte(`()<>@,;:\"/[]?={}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

// ParseDigits reads a number of at most 18 digits and nothing else.
func ParseDigits(s string) (int64, bool) {
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

// HexDigit returns -1 for what is not a hexadecimal digit.
func HexDigit(c byte) int {
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

// List yields the items of a list that commas or blanks separate.
func List(s string) iter.Seq[string] {
	return strings.FieldsFuncSeq(s, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
}

// ItemEnd returns the offset of the separator that ends the item at the
// beginning of s. One between quotation marks does not.
func ItemEnd(s string, separator byte) int {
	quoted := false
	for i := range len(s) {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == separator && !quoted:
			return i
		}
	}
	return len(s)
}

// Date formats t for Date, Last-Modified and the like (RFC 2616 3.3.1, RFC 2326
// 12.18).
func Date(t time.Time) string { return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT") }

// ParseDate reads what Date writes, and the two other forms that RFC 2616 3.3.1
// has; ok is false for anything else.
func ParseDate(s string) (t time.Time, ok bool) {
	const most = 64 // bytes
	for _, layout := range []string{time.RFC1123, time.RFC850, time.ANSIC} {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil && len(s) <= most {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
