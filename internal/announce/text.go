package announce

import "strings"

// MaxText is how much of a title or the like is announced, in characters.
const MaxText = 1024

// Text cuts a text to what is announced of it, and leaves out what is no text.
func Text(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		case r < ' ' || r >= 0x7F && r < 0xA0, r >= 0xFDD0 && r <= 0xFDEF, r&0xFFFE == 0xFFFE:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	runes := []rune(strings.TrimSpace(s))
	return string(runes[:min(len(runes), MaxText)])
}

var escapes = strings.NewReplacer(`&`, "&amp;", `<`, "&lt;", `>`, "&gt;", `"`, "&quot;", `'`, "&#39;")

// Escape writes the characters that end a text or an attribute of HTML as
// entities.
func Escape(s string) string { return escapes.Replace(s) }
