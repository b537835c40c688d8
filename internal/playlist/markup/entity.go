package markup

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxReference is how long a reference such as "&#x1F600;" may be.
const maxReference = 12

var references = map[string]string{"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'"}

// unescape puts characters in the place of their references. What is none stays
// as it is, and ok is false.
func unescape(s string) (text string, ok bool) {
	if !strings.Contains(s, "&") {
		return s, true
	}
	ok = true
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, "&")
		b.WriteString(before)
		if !found {
			return b.String(), ok
		}
		name, rest, ended := strings.Cut(after[:min(len(after), maxReference)], ";")
		c := ""
		if ended {
			c = character(name)
			rest = after[len(name)+1:]
		}
		if c == "" {
			c, rest, ok = "&", after, false
		}
		b.WriteString(c)
		s = rest
	}
}

// character is what a reference stands for, or "".
func character(name string) string {
	if c := references[name]; c != "" {
		return c
	}
	digits, numeric := strings.CutPrefix(name, "#")
	if !numeric {
		return ""
	}
	base := 10
	if hex, found := strings.CutPrefix(strings.ToLower(digits), "x"); found {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n == 0 || n > utf8.MaxRune {
		return ""
	}
	return Clean(string(rune(n)))
}

var (
	textEscapes      = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#13;")
	attributeEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;",
		"\t", "&#9;", "\n", "&#10;", "\r", "&#13;")
)

// EscapeText writes a text as it stands between tags.
func EscapeText(s string) string { return textEscapes.Replace(Clean(s)) }

// EscapeAttribute writes a value as it stands between double quotes.
func EscapeAttribute(s string) string { return attributeEscapes.Replace(Clean(s)) }
