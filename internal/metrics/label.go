package metrics

import (
	"slices"
	"strings"
)

// What labels say where there are more values than they may have, and where there is
// none.
const (
	other   = "other"
	unknown = "unknown"
	root    = "/"
)

// maxPoints is how many points have figures of their own; those that come later are
// counted together.
const maxPoints = 200

// names bounds the values of a label whose values others make.
type names struct {
	most int
	seen map[string]bool
}

// of is a value for a name: itself, or other when there are too many.
func (n *names) of(name string) string {
	if name == "" {
		name = root
	}
	if n.seen[name] {
		return name
	}
	if len(n.seen) >= n.most {
		return other
	}
	if n.seen == nil {
		n.seen = map[string]bool{}
	}
	n.seen[name] = true
	return name
}

var protocols = []string{"http", "http-plain", "rtsp", "mms", "msbd", "msb", "push", "admin"}

func protocolLabel(p string) string {
	if p == "" {
		return unknown
	}
	return among(p, protocols)
}

var schemes = []string{"basic", "digest", "ntlm", "negotiate", "kerberos", "external"}

var handshakeClasses = []string{"timeout", "closed", "not_tls", "version", "cipher", "alpn", "rejected"}

func schemeLabel(s string) string { return among(strings.ToLower(s), schemes) }

func among(s string, all []string) string {
	if slices.Contains(all, s) {
		return s
	}
	return other
}

// families are what players' names for themselves begin with or hold, in the order in
// which they count: many say NSPlayer that are not.
var families = []struct {
	text, family string
	begins       bool
}{
	{"nsserver", "server", true}, {"wmcacheproxy", "server", true}, {"; via ", "server", false}, {"caracal", "caracal", true},
	{"windows ce", "mobile", false}, {"iemobile", "mobile", false}, {"windows phone", "mobile", false},
	{"xbox", "xbox", false}, {"zune", "xbox", false}, {"webtv", "webtv", false},
	{"kodi", "kodi", false}, {"xbmc", "kodi", false},
	{"gstreamer", "gstreamer", false}, {"vlc", "vlc", false}, {"libmpv", "mpv", false}, {"mpv", "mpv", true},
	{"lavf", "ffmpeg", false}, {"mplayer", "mplayer", true}, {"xine", "xine", false},
	{"nsplayer/4.1.0.3856", "ffmpeg", true}, {"nsplayer/7.0.0.1956", "libmms", true}, {"nsplayer/7.10.0.3059", "vlc", true},
	{"curl", "curl", true}, {"wget", "curl", true},
	{"mozilla", "browser", true}, {"opera", "browser", true},
}

// wmp are the products of Windows Media Player.
var wmp = []string{"nsplayer", "windows-media-player", "wmplayer", "wmfsdk"}

// familyOf tells the family of players by an agent, in a fixed number of words.
func familyOf(agent string) string {
	if agent == "" {
		return unknown
	}
	agent = strings.ToLower(agent)
	for _, f := range families {
		if f.begins && strings.HasPrefix(agent, f.text) || !f.begins && strings.Contains(agent, f.text) {
			return f.family
		}
	}
	name, version, _ := strings.Cut(agent, "/")
	if !slices.Contains(wmp, name) {
		return other
	}
	switch major, _, _ := strings.Cut(version, "."); major {
	case "1", "2", "3":
		return "netshow"
	case "4", "6", "7", "8":
		return "wmp6"
	case "9", "10":
		return "wmp9"
	case "11", "12":
		return "wmp11"
	}
	return "wmp"
}

// classes of the statuses with which requests are turned away: those of HTTP and RTSP,
// and the HRESULTs of [MS-MMSP] and [MS-MSBD].
var classes = map[uint32]string{
	400: "bad_request", 405: "bad_request", 406: "bad_request", 411: "bad_request", 413: "bad_request", 414: "bad_request",
	415: "bad_request", 416: "bad_request", 431: "bad_request", 451: "bad_request", 455: "bad_request", 457: "bad_request",
	459: "bad_request", 460: "bad_request", 461: "bad_request", 501: "bad_request", 505: "bad_request", 551: "bad_request",
	401: "unauthorized", 407: "unauthorized", 403: "forbidden", 404: "not_found", 410: "not_found", 454: "not_found",
	429: "limit", 453: "limit", 503: "unavailable", 500: "failure", 502: "failure", 504: "failure", 305: "redirected",

	0x80070005: "forbidden", 0xC00D001A: "not_found", 0xC00D001C: "not_found", 0xC00D001D: "failure", 0x80004005: "failure",
	0x8000FFFF: "failure", 0x80004001: "bad_request", 0x80070057: "bad_request", 0xC00D0012: "bad_request", 0xC00D0013: "failure",
	0xC00D002B: "bad_request", 0xC00D0032: "bad_request", 0xC00D0033: "not_found", 0xC00D000E: "limit", 0xC00D000F: "limit",
	0xC00D002C: "limit", 0xC00D0030: "limit", 0xC00D0049: "limit", 0xC00D145A: "unavailable", 0xC00D145E: "unavailable",
}

func classOf(status int) string {
	if c := classes[uint32(status)]; c != "" {
		return c
	}
	return other
}
