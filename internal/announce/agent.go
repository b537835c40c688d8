package announce

import (
	"slices"
	"strconv"
	"strings"
)

// signs are what the User-Agents of players hold that do not say so in front; the
// first one counts. Browsers on small devices call themselves Mozilla and MSIE too.
var signs = []struct{ text, id string }{
	{"windows ce", "mobile"}, {"iemobile", "mobile"}, {"windows phone", "mobile"},
	{"webtv", "webtv"}, {"zune", "xbox"}, {"xbox", "xbox"},
	{"kodi", "kodi"}, {"xbmc", "kodi"},
	{"libmpv", "ffmpeg"}, {"lavf", "ffmpeg"}, {"gstreamer", "ffmpeg"},
	{"vlc/", "vlc"}, {"netshow", "netshow"},
}

// notWMP are the versions that programs give themselves which are not Windows
// Media Player: FFmpeg, MPlayer and libmms, libmms over MMS, VLC. The first was
// Windows Media Player 6.4's too; it gets what they get.
var notWMP = []string{"nsplayer/4.1.0.3856", "nsplayer/7.0.0.1956", "nsplayer/7.10.0.3059"}

// ByAgent tells a player by its User-Agent, and the one that a browser will start.
func ByAgent(agent string) Player {
	p, _ := ByID(idOf(strings.ToLower(agent)))
	return p
}

func idOf(agent string) string {
	for _, s := range signs {
		if strings.Contains(agent, s.text) {
			return s.id
		}
	}
	product, _, _ := strings.Cut(agent, " ")
	product = strings.TrimRight(product, ";")
	name, version, _ := strings.Cut(product, "/")
	switch {
	case name == "mpv":
		return "ffmpeg"
	case name == "mplayer":
		return "mplayer"
	case name == "nsplayer" || name == "windows-media-player" || name == "wmplayer":
		switch {
		case slices.Contains(notWMP, product):
			return other
		case strings.Contains(agent, "mac"):
			return "mac"
		}
		return idOfVersion(major(version))
	case name == "mozilla" && strings.Contains(agent, "windows"):
		return idOfExplorer(agent)
	case name == "mozilla" && strings.Contains(agent, "msie") && strings.Contains(agent, "mac"):
		return "mac"
	}
	return other
}

func idOfVersion(major int) string {
	switch {
	case major == 0:
		return other
	case major < 4:
		return "netshow"
	case major < 9:
		return "wmp6"
	case major < 11:
		return "wmp9"
	}
	return "wmp11"
}

// idOfExplorer tells Internet Explorer's player by its Windows. What other
// browsers start is anybody's guess.
func idOfExplorer(agent string) string {
	_, nt, isNT := strings.Cut(agent, "windows nt ")
	switch {
	case !strings.Contains(agent, "msie ") && !strings.Contains(agent, "trident/"):
		return other
	case !isNT || major(nt) < 5 || strings.HasPrefix(nt, "5.0"): // 95, 98, Me, NT 4, 2000
		return "wmp6"
	case major(nt) == 5: // it came with version 8, and most have 9 to 11
		return "xp"
	}
	return "wmp11"
}

// major reads the number that a text begins with; 0 if there is none.
func major(s string) int {
	end := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(s)
	}
	n, _ := strconv.Atoi(s[:min(end, 6)])
	return n
}
