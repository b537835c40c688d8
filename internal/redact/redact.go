// Package redact takes secrets out of texts that leave the server: passwords in URLs,
// keys in queries, credentials in headers. Who was asked for stays readable.
package redact

import (
	"regexp"
	"strings"
)

// Mark stands in the place of what was taken out, as in url.URL.Redacted.
const Mark = "xxxxx"

var (
	// pairs are keys with values, as in queries, and in texts that quote configurations.
	pairs = regexp.MustCompile(`(?i)\b(password|passwd|pwd|secret|token|access_token|api_?key|key|signature|sig)(=|%3d|": ?")[^&\s"'<>]+`)
	// headers are credentials of HTTP and RTSP.
	headers = regexp.MustCompile(`(?i)\b((?:proxy-)?authorization: *\w+) [^\r\n"]+`)
)

// Text returns s without secrets.
func Text(s string) string {
	if strings.Contains(s, "://") && strings.Contains(s, "@") {
		s = urls(s)
	}
	if strings.ContainsAny(s, "=%") || strings.Contains(s, `":`) {
		s = pairs.ReplaceAllString(s, "${1}${2}"+Mark)
	}
	if strings.Contains(s, ":") {
		s = headers.ReplaceAllString(s, "${1} "+Mark)
	}
	return s
}

// urls takes the passwords out of all URLs in a text.
func urls(s string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "://")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		b.WriteString("://")
		user, after := userinfo(rest)
		if name, _, has := strings.Cut(user, ":"); has {
			user = name + ":" + Mark
		}
		b.WriteString(user)
		s = after
	}
}

// userinfo cuts what stands before the host of a URL from the rest. A password may
// hold what ought to be escaped: with a slash in it, a colon and an @ behind the
// slash are taken for its own, unless a port stands before that.
func userinfo(s string) (user, rest string) {
	end := strings.IndexAny(s, " \t\r\n\"'<>")
	if end < 0 {
		end = len(s)
	}
	authority := end
	if i := strings.IndexAny(s[:end], "/?#"); i >= 0 {
		authority = i
	}
	if at := strings.LastIndexByte(s[:authority], '@'); at >= 0 {
		return s[:at], s[at:]
	}
	at := strings.LastIndexByte(s[:end], '@')
	if _, port, has := strings.Cut(s[:authority], ":"); at >= 0 && has && strings.Trim(port, "0123456789") != "" {
		return s[:at], s[at:]
	}
	return "", s
}

// Key says that the value of a key is a secret, whatever it is.
func Key(name string) bool {
	switch strings.ToLower(name) {
	case "password", "passwd", "secret", "token", "authorization", "cookie", "hash", "nthash", "credentials":
		return true
	}
	return false
}
