package event

import "strings"

// LogKind is which of the logs of [MS-WMLOG] a text is.
type LogKind uint8

const (
	LogLegacy    LogKind = iota + 1 // 2.5: of streaming and rendering together
	LogStreaming                    // 2.6: how the player received the content
	LogRendering                    // 2.7: how it showed it, wherever it came from
	LogConnect                      // 2.8: before anything plays
)

func (k LogKind) String() string {
	switch k {
	case LogLegacy:
		return "legacy"
	case LogStreaming:
		return "streaming"
	case LogRendering:
		return "rendering"
	case LogConnect:
		return "connect-time"
	}
	return "unknown"
}

// LogReceived carries the statistics that a player submitted.
type LogReceived struct {
	Player Player // who sent them: the player, or a proxy that hands them on
	Kind   LogKind
	Form   string // "log-line", "xml", "connect", "remote" or "client-log"
	Text   string // as sent; of "client-log", which is binary, a line for each field

	// Of "remote", [MS-WMSP] 2.2.5: whose log it is, and of what.
	Agent, GUID, URL string
}

// Where a line of a log has what tells the kinds apart, [MS-WMLOG] 2.2.1.
const (
	lineWordsOld = 44 // players that know nothing but legacy logs, 2.6.1: others say cs-url
	lineProtocol = 22
	lineAudio    = 24
	lineVideo    = 25
	maxLineWords = 64
)

// KindOfLog tells the kinds apart by what [MS-WMLOG] 2.6.1 and 2.7.1 fix in them:
// a rendering log comes from the "Cache", a streaming log knows no codecs. It takes
// XML and a line; what it cannot read is a legacy log.
func KindOfLog(text string) LogKind {
	protocol, audio, video := xmlField(text, "protocol"), xmlField(text, "audiocodec"), xmlField(text, "videocodec")
	old := false
	if !strings.Contains(text, "<") {
		if words := strings.SplitN(strings.TrimSpace(strings.TrimPrefix(text, "MX_STATS_LogLine:")), " ", maxLineWords); len(words) > lineVideo {
			protocol, audio, video = words[lineProtocol], words[lineAudio], words[lineVideo]
			old = len(words) == lineWordsOld
		}
	}
	switch {
	case strings.EqualFold(protocol, "Cache"):
		return LogRendering
	case audio == "-" && video == "-" && !old:
		return LogStreaming
	}
	return LogLegacy
}

// xmlField is the text of the first element of a name, "" if there is none.
func xmlField(text, name string) string {
	_, rest, _ := strings.Cut(text, "<"+name+">")
	value, _, ok := strings.Cut(rest, "</"+name+">")
	if !ok {
		return ""
	}
	return strings.TrimSpace(value)
}
