package auth

import "strings"

// The bounds of what follows a scheme.
const (
	maxParameters = 32
	maxParameter  = 8 << 10 // bytes of a value: the uri of Digest is one
)

// parseParameters takes name=value and name="value" apart, RFC 9110 11.2: names in
// lower case, values without quotes and backslashes. A name that comes twice is an
// error: it is not clear which counts.
func parseParameters(s string) (map[string]string, error) {
	p := map[string]string{}
	for {
		s = strings.TrimLeft(s, " \t,")
		if s == "" {
			return p, nil
		}
		name, rest, ok := strings.Cut(s, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		if !ok || name == "" || strings.ContainsAny(name, " \t,\"") || len(p) == maxParameters {
			return nil, ErrMalformed
		}
		if _, twice := p[name]; twice {
			return nil, ErrMalformed
		}
		value, rest, ok := parameterValue(strings.TrimLeft(rest, " \t"))
		if !ok || len(value) > maxParameter {
			return nil, ErrMalformed
		}
		p[name], s = value, rest
	}
}

// parameterValue takes a value and returns what follows it.
func parameterValue(s string) (value, rest string, ok bool) {
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

// quote makes a quoted-string. What has no place in one is left out.
func quote(s string) string {
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
