package rtsp

import (
	"strings"

	"caracal/internal/head"
)

// MaxCookies is the most cookies of one request that count.
const MaxCookies = 64

// Cookie is one name and value of the Cookie header, [MS-RTSP] 2.2.6.4.
type Cookie struct{ Name, Value string }

// ParseCookies reads the header's values. Names that begin with "$" are
// attributes of RFC 2109 and left out.
func ParseCookies(values ...string) []Cookie {
	var cookies []Cookie
	for _, v := range values {
		for pair := range strings.FieldsFuncSeq(v, func(r rune) bool { return r == ';' || r == ',' }) {
			name, value, ok := strings.Cut(strings.TrimSpace(pair), "=")
			if !ok || !head.IsToken(name) || name[0] == '$' || len(cookies) == MaxCookies {
				continue
			}
			cookies = append(cookies, Cookie{name, unquote(strings.TrimSpace(value))})
		}
	}
	return cookies
}

// unquote takes the quotation marks off a value that has both.
func unquote(s string) string {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}
