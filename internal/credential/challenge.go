package credential

import (
	"strings"

	"caracal/internal/auth/parameter"
)

// The bounds of what a server asks.
const (
	maxChallenges = 16       // of one response
	maxHeader     = 64 << 10 // bytes of one header
)

// challenge is one of those in WWW-Authenticate.
type challenge struct {
	scheme     string            // lower case
	token      string            // of schemes with tokens: base64
	parameters map[string]string // of the others, names in lower case
}

// parseChallenges takes the headers of a response apart, of which each may hold several
// challenges, RFC 9110 11.6.1. What cannot be read, and the rest of its header, is left
// out: a challenge that is read wrongly would be answered wrongly.
func parseChallenges(values []string) []challenge {
	var list []challenge
	for _, s := range values {
		if len(s) > maxHeader {
			continue
		}
		for ok := true; ok && len(list) < maxChallenges; {
			var c challenge
			if c, s, ok = parseChallenge(s); ok {
				list = append(list, c)
			}
		}
	}
	return list
}

// parseChallenge takes the first challenge and returns what follows it.
func parseChallenge(s string) (c challenge, rest string, ok bool) {
	s = strings.TrimLeft(s, " \t,")
	n := tokenSize(s)
	if n == 0 || n < len(s) && !strings.ContainsRune(" \t,", rune(s[n])) {
		return challenge{}, "", false
	}
	c.scheme, s = strings.ToLower(s[:n]), s[n:]
	if after := strings.TrimLeft(s, " \t"); len(after) < len(s) {
		if c.token, rest, ok = parseToken68(after); ok {
			return c, rest, true
		}
	}
	c.parameters = map[string]string{}
	for {
		s = strings.TrimLeft(s, " \t,")
		name, value, isParameter := parameterName(s)
		if !isParameter {
			return c, s, true // the next challenge, or the end
		}
		if s, ok = c.add(name, value); !ok {
			return challenge{}, "", false
		}
	}
}

// add takes a parameter, whose value begins s, and returns what follows it.
func (c *challenge) add(name, s string) (rest string, ok bool) {
	value, rest, ok := parameter.Value(s)
	_, twice := c.parameters[name]
	if !ok || twice || len(value) > parameter.MaxValue || len(c.parameters) == parameter.Max {
		return "", false
	}
	c.parameters[name] = value
	return rest, true
}

// parameterName takes a name and the equals sign behind it.
func parameterName(s string) (name, rest string, ok bool) {
	n := tokenSize(s)
	rest, ok = strings.CutPrefix(strings.TrimLeft(s[n:], " \t"), "=")
	return strings.ToLower(s[:n]), strings.TrimLeft(rest, " \t"), ok && n > 0
}

// parseToken68 takes a token that nothing follows but another challenge.
func parseToken68(s string) (token, rest string, ok bool) {
	n := 0
	for n < len(s) && (isLetterOrDigit(s[n]) || strings.IndexByte("-._~+/", s[n]) >= 0) {
		n++
	}
	if n == 0 {
		return "", "", false
	}
	for n < len(s) && s[n] == '=' {
		n++
	}
	rest = strings.TrimLeft(s[n:], " \t")
	if rest != "" && rest[0] != ',' {
		return "", "", false
	}
	return s[:n], rest, true
}

// tokenSize is how long the token at the beginning is, RFC 9110 5.6.2.
func tokenSize(s string) int {
	n := 0
	for n < len(s) && (isLetterOrDigit(s[n]) || strings.IndexByte("!#$%&'*+-.^_`|~", s[n]) >= 0) {
		n++
	}
	return n
}

func isLetterOrDigit(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
