package wmlog

import (
	"net/netip"
	"strings"
)

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

// braced is a GUID as 2.1.18 writes it: some protocols leave the braces out.
func braced(guid string) string {
	if len(guid) == len("00000000-0000-0000-0000-000000000000") {
		return "{" + guid + "}"
	}
	return guid
}

// usualPorts are those that URLs leave out.
var usualPorts = map[string]uint16{"http": 80, "rtsp": 554, "mms": 1755}

// hostOf is a server's address in a URL.
func hostOf(scheme string, at netip.AddrPort) string {
	if a := at.Addr().WithZone(""); usualPorts[scheme] != at.Port() {
		return netip.AddrPortFrom(a, at.Port()).String()
	} else if a.Is6() {
		return "[" + a.String() + "]"
	}
	return at.Addr().String()
}
