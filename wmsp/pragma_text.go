package wmsp

import "strings"

// Text values of Pragma tokens. What could end the token or its line when it
// is written again is cut off while parsing, so Append needs no escaping.

// unquote returns what stands between the quotation marks, or s without them.
func unquote(s string) string {
	s, _ = strings.CutPrefix(s, `"`)
	s, _, _ = strings.Cut(s, `"`)
	return strings.TrimSpace(s)
}

func (v *tokenQuoted) parse(s string) bool {
	*v = tokenQuoted(oneLine(unquote(s)))
	return true
}

func (v *tokenQuoted) append(b []byte) []byte {
	b = append(b, '"')
	b = append(b, *v...)
	return append(b, '"')
}

// parse keeps what came before: a list may come in several lines.
func (v *tokenEntries) parse(s string) bool {
	joined := string(*v) + " " + unquote(s)
	*v = tokenEntries(strings.Join(strings.FieldsFunc(joined, isSwitchSeparator), " "))
	return true
}

func (v *tokenEntries) append(b []byte) []byte { return append(b, *v...) }

func isSwitchSeparator(r rune) bool { return r <= ' ' || r == ',' || r == '"' || r == '=' }

// parse takes what is no GUID too: VLC 3 sends one in five parts that each
// begin with "0x". It tells one session from another all the same.
func (v *tokenGUID) parse(s string) bool {
	s = keepLeading(unquote(s), func(c byte) bool { return c > ' ' && c < 0x7F && c != ',' })
	if s != "" {
		*v = tokenGUID(s)
	}
	return s != ""
}

func (v *tokenGUID) append(b []byte) []byte { return append(b, *v...) }

func (v *tokenVersion) parse(s string) bool {
	s = keepLeading(unquote(s), func(c byte) bool { return c == '.' || c >= '0' && c <= '9' })
	if s != "" {
		*v = tokenVersion(s)
	}
	return s != ""
}

func (v *tokenVersion) append(b []byte) []byte { return append(b, *v...) }

func (v *tokenVerbatim) parse(s string) bool {
	*v = tokenVerbatim(oneLine(s))
	return true
}

func (v *tokenVerbatim) append(b []byte) []byte { return append(b, *v...) }

func keepLeading(s string, keep func(byte) bool) string {
	for i := range len(s) {
		if !keep(s[i]) {
			return s[:i]
		}
	}
	return s
}

// oneLine cuts s at its first control character.
func oneLine(s string) string {
	return strings.TrimSpace(keepLeading(s, func(c byte) bool { return c == '\t' || c >= ' ' && c != 0x7F }))
}
