// Package parameter reads and writes what follows a scheme in Authorization and
// WWW-Authenticate, RFC 9110 11.2.
package parameter

import (
	"errors"
	"strings"
)

// ErrMalformed says that parameters cannot be read.
var ErrMalformed = errors.New("parameter: malformed")

// The bounds of what follows a scheme.
const (
	Max      = 32
	MaxValue = 8 << 10 // bytes of a value: the uri of Digest is one
)

// Parse takes name=value and name="value" apart: names in lower case, values without
// quotes and backslashes. A name that comes twice is an error: it is not clear which
// counts.
func Parse(s string) (map[string]string, error) {
	p := map[string]string{}
	for {
		s = strings.TrimLeft(s, " \t,")
		if s == "" {
			return p, nil
		}
		name, rest, ok := strings.Cut(s, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		if !ok || name == "" || strings.ContainsAny(name, " \t,\"") || len(p) == Max {
			return nil, ErrMalformed
		}
		if _, twice := p[name]; twice {
			return nil, ErrMalformed
		}
		value, rest, ok := Value(strings.TrimLeft(rest, " \t"))
		if !ok || len(value) > MaxValue {
			return nil, ErrMalformed
		}
		p[name], s = value, rest
	}
}

// Value takes a value and returns what follows it.
func Value(s string) (value, rest string, ok bool) {
	if s == "" || s[0] != '"' {
		value, rest, _ = strings.Cut(s, ",")
		return strings.TrimSpace(value), rest, true
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			rest = strings.TrimLeft(s[i+1:], " \t")
			return b.String(), rest, rest == "" || rest[0] == ','
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
		}
		b.WriteByte(s[i])
	}
	return "", "", false
}

// Quote makes a quoted-string. What has no place in one is left out.
func Quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r < ' ' || r == 0x7F:
			continue
		case r == '"' || r == '\\':
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	b.WriteByte('"')
	return b.String()
}
