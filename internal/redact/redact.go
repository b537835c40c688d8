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
	if strings.Contains(s, ":/") && strings.Contains(s, "@") {
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

// breaks are what no URL goes on behind.
const breaks = " \t\r\n\"'<>"

// urls takes the passwords out of all URLs in a text, in time that grows with its length
// and not faster, whoever has written it.
func urls(s string) string {
	var b strings.Builder
	for s != "" {
		end := strings.IndexAny(s, breaks)
		if end < 0 {
			end = len(s)
		}
		word(&b, s[:end])
		s = s[end:]
		rest := strings.TrimLeft(s, breaks)
		b.WriteString(s[:len(s)-len(rest)])
		s = rest
	}
	return b.String()
}

// word writes a text without breaks. A URL's slashes may have become one, as in paths.
func word(b *strings.Builder, s string) {
	for last := strings.LastIndexByte(s, '@'); ; {
		i := strings.Index(s, ":/")
		if i < 0 || i > last {
			b.WriteString(s)
			return
		}
		host := strings.TrimLeft(s[i+1:], "/")
		begin := len(s) - len(host)
		b.WriteString(s[:begin])
		last -= begin
		n := userinfo(host, last)
		if name, _, has := strings.Cut(host[:n], ":"); has {
			b.WriteString(name + ":" + Mark)
		} else {
			b.WriteString(host[:n])
		}
		s, last = host[n:], last-n
	}
}

// userinfo is the length of what stands before the @ of a URL's host, 0 for nothing;
// last is the place of the text's last @. A password may hold what ought to be escaped:
// with a slash in it, a colon and an @ behind the slash are taken for its own, unless a
// port stands before that.
func userinfo(s string, last int) int {
	authority := strings.IndexAny(s, "/?#")
	if authority < 0 {
		authority = len(s)
	}
	if at := strings.LastIndexByte(s[:authority], '@'); at >= 0 {
		return at
	}
	if _, port, has := strings.Cut(s[:authority], ":"); has && last > 0 && strings.Trim(port, "0123456789") != "" {
		return last
	}
	return 0
}

// Key says that the value of a key is a secret, whatever it is.
func Key(name string) bool {
	switch strings.ToLower(name) {
	case "password", "passwd", "secret", "token", "authorization", "cookie", "hash", "nthash", "credentials":
		return true
	}
	return false
}
