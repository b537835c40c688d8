package rtsp

import (
	"strings"

	"caracal/internal/head"
)

// Values of headers that have only one.
const (
	PlaylistChangeNotice   = "true"                         // X-Playlist-Change-Notice, [MS-RTSP] 2.2.6.21
	RecedingPlaylistChange = "1"                            // X-Receding-PlaylistChange, 2.2.6.26
	EndOfStreamNotice      = `2101 "End-of-Stream Reached"` // X-Notice, 2.2.6.18
	noticeEndOfStream      = 2101
)

// ParsePlaylist reads the value of X-Playlist, [MS-RTSP] 2.2.6.20: 1 goes to
// the next entry, -1 to the one before.
func ParsePlaylist(s string) (offset int, ok bool) {
	name, value, _ := strings.Cut(s, "=")
	if !strings.EqualFold(strings.TrimSpace(name), "pl-offset") {
		return 0, false
	}
	switch strings.TrimSpace(value) {
	case "1":
		return 1, true
	case "-1":
		return -1, true
	}
	return 0, false
}

// FormatPlaylist writes the value of X-Playlist.
func FormatPlaylist(offset int) string {
	if offset < 0 {
		return "pl-offset=-1"
	}
	return "pl-offset=1"
}

// IsEndOfStreamNotice says that a value of X-Notice tells the stream's end.
func IsEndOfStreamNotice(s string) bool {
	number, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	n, ok := ParseNumber(number)
	return ok && n == noticeEndOfStream
}

// ParseSchemes reads the value of X-Accept-Authentication or
// X-Accept-Proxy-Authentication, [MS-RTSP] 2.2.6.14 and .15: names of
// authentication schemes, the best one first.
func ParseSchemes(s string) []string {
	var schemes []string
	for name := range head.List(s) {
		if len(schemes) == MaxSchemes {
			break
		}
		schemes = append(schemes, name)
	}
	return schemes
}

// MaxSchemes is the most authentication schemes that count.
const MaxSchemes = 16
