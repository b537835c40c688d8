package announce

import "strings"

// Endpoint is one way to the content.
type Endpoint struct {
	Scheme string // "mms", "http"
	Host   string // host, or host:port when the port is not the scheme's
	Ending string // of names, as ".nsc"; usually ""
}

// URL returns the endpoint's URL for a name with slashes, such as
// "films/a b.wmv".
func (e Endpoint) URL(name string) string {
	return e.Scheme + "://" + e.Host + "/" + EscapePath(name+e.Ending)
}

// EscapePath writes every byte of a name that is not a letter, a digit or one
// of "-._~/" as %XX: old players and old browsers take nothing else for
// granted.
func EscapePath(name string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(name) {
		c := name[i]
		if isUnreserved(c) || c == '/' {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', digits[c>>4], digits[c&15]})
	}
	return b.String()
}

func isUnreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		c == '-' || c == '.' || c == '_' || c == '~'
}
