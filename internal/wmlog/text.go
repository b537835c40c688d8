package wmlog

import "strings"

// versionOf is the version of a player that calls itself "NSPlayer/9.0.0.2980 WMFSDK/9.0".
func versionOf(agent string) string {
	_, rest, ok := strings.Cut(agent, "NSPlayer/")
	if !ok {
		return ""
	}
	end := strings.IndexFunc(rest, func(c rune) bool { return c != '.' && (c < '0' || c > '9') })
	if end < 0 {
		end = len(rest)
	}
	return strings.Trim(rest[:end], ".")
}

// stemOf is the path of a URL, without the query.
func stemOf(url string) string {
	if _, rest, ok := strings.Cut(url, "://"); ok {
		i := strings.IndexByte(rest, '/')
		if i < 0 {
			return "/"
		}
		url = rest[i:]
	}
	url, _, _ = strings.Cut(url, "?")
	return url
}

// statusOf is the code of a refusal as HTTP has it: MMS has HRESULTs.
func statusOf(code int) string {
	switch uint32(code) {
	case 0x80070002, 0x80070003: // no such file or folder
		return "404"
	case 0x80070005: // no access
		return "401"
	case 0x80070057: // not a valid argument
		return "400"
	}
	if code >= 100 && code <= 999 {
		return count(uint64(code))
	}
	return statusFailed
}
