package conf

import (
	"strings"
	"unicode"
)

// explicitBidi says that a character turns the direction of what follows, perhaps
// beyond its own line.
func explicitBidi(r rune) bool { return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 }

// tame makes a line of any text: what is not UTF-8 becomes U+FFFD, ends of lines
// become \n, and control characters other than that and the tabulator go.
func tame(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			return '\n'
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r) || explicitBidi(r):
			return -1
		}
		return r
	}, s)
}

// checkLine tames a line and says why it cannot be said.
func checkLine(s string, most int) (string, error) {
	if len(s) > most {
		return "", ErrTooLong
	}
	if s = tame(s); len(s) > most { // U+FFFD is longer than what it stands for
		return "", ErrTooLong
	}
	if strings.TrimSpace(s) == "" {
		return "", ErrEmpty
	}
	return s, nil
}
