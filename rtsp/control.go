package rtsp

import (
	"strconv"
	"strings"

	"caracal/internal/head"
)

// RTXStream is the a=stream number of the retransmission stream; numbers up to
// 131070 mean one too, [MS-RTSP] 2.2.5.2.5.
const (
	RTXStream    = 65536
	maxRTXStream = 131070
	maxASFStream = 65534
)

// Names that control URLs end in.
const (
	ControlAudio = "audio"
	ControlVideo = "video"
	ControlRTX   = "rtx"
	controlFEC   = "fec"
)

// Control is the part of a stream's URL after that of the content: "audio",
// "video", "stream=5", "rtx", or one of them with "/fec" for the FEC packets
// beside it, [MS-RTSP] 2.2.5.2.1 and 2.2.5.4. "stream=all" is ours, for players
// that take x-asf-pf for a container.
type Control struct {
	Name   string // "audio", "video", "rtx" or "stream", "audio" and "video" with a number too
	Number uint32 // of "stream=5"; 0 for none
	All    bool   // "stream=all"
	FEC    bool
}

// controlAll is the control URL of all streams together.
const controlAll = "stream=all"

// ParseControl reads the part alone. It never has "/" at an end.
func ParseControl(s string) (Control, bool) {
	if s == controlAll {
		return Control{Name: "stream", All: true}, true
	}
	name, fec, isFEC := strings.Cut(s, "/")
	if isFEC {
		// [MS-RTSP] 4.4.4.4 has "fec98", after the payload type.
		digits, ok := strings.CutPrefix(fec, controlFEC)
		if _, number := head.ParseDigits(digits); !ok || !number && digits != "" {
			return Control{}, false
		}
	}
	c := Control{Name: name, FEC: isFEC}
	if first, digits, ok := strings.Cut(name, "="); ok {
		n, err := strconv.ParseUint(digits, 10, 32)
		if err != nil || n == 0 || n > maxRTXStream || digits[0] == '+' {
			return Control{}, false
		}
		c.Name, c.Number = first, uint32(n)
		if c.Name == "stream" {
			return c, true
		}
	}
	switch c.Name {
	case ControlAudio, ControlVideo:
		return c, true
	case ControlRTX:
		return c, !c.FEC && c.Number == 0
	}
	return Control{}, false
}

// SplitControl cuts the stream's part off the path of a request. Without one
// base is the whole path.
func SplitControl(path string) (base string, c Control, ok bool) {
	cut := strings.LastIndexByte(path, '/')
	if cut >= 0 && strings.HasPrefix(path[cut+1:], controlFEC) {
		if before := strings.LastIndexByte(path[:cut], '/'); before >= 0 {
			if c, ok = ParseControl(path[before+1:]); ok {
				return pathOrRoot(path[:before]), c, true
			}
		}
	}
	if cut >= 0 {
		if c, ok = ParseControl(path[cut+1:]); ok {
			return pathOrRoot(path[:cut]), c, true
		}
	}
	return path, Control{}, false
}

func pathOrRoot(path string) string {
	if path == "" {
		return "/"
	}
	return path
}

// ControlWithin returns the stream's part of path for a session that plays the
// content at base: "/audio/audio" within "/audio" is its audio stream, "/audio"
// is not.
func ControlWithin(base, path string) (Control, bool) {
	rest, ok := strings.CutPrefix(path, strings.TrimSuffix(base, "/")+"/")
	if !ok {
		return Control{}, false
	}
	return ParseControl(rest)
}

func (c Control) String() string {
	s := c.Name
	if c.All {
		s = controlAll
	}
	if c.Number != 0 {
		s += "=" + strconv.FormatUint(uint64(c.Number), 10)
	}
	if c.FEC {
		s += "/" + controlFEC
	}
	return s
}

// RTX says that it is the retransmission stream.
func (c Control) RTX() bool { return c.Name == ControlRTX || c.Number >= RTXStream }
