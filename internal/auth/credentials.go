package auth

import "strings"

// credentials are the value of Authorization.
type credentials struct {
	scheme string // as this package spells it, if it is one of its own
	rest   string
}

// maxCredentials is the longest value of Authorization that is read, bytes: a
// ticket of Kerberos with the groups of an account fits.
const maxCredentials = 64 << 10

// parseCredentials takes the value apart; false if there is none, or more than one:
// it is not clear then which counts.
func parseCredentials(values []string) (credentials, bool) {
	if len(values) != 1 || len(values[0]) > maxCredentials {
		return credentials{}, false
	}
	scheme, rest, _ := strings.Cut(strings.TrimSpace(values[0]), " ")
	for _, s := range defaultSchemes {
		if strings.EqualFold(s, scheme) {
			return credentials{s, strings.TrimSpace(rest)}, true
		}
	}
	return credentials{scheme, strings.TrimSpace(rest)}, scheme != ""
}

// isToken says that the scheme proves connections, by tokens.
func (c credentials) isToken() bool { return c.scheme != Basic && c.scheme != Digest }
