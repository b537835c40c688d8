package rtsp

import (
	"strconv"
	"strings"
)

// Transmission is an amount of content and the rate to send it with: the value
// of X-Accelerate-Streaming, [MS-RTSP] 2.2.6.13, or of X-Burst-Streaming,
// 2.2.6.17.
type Transmission struct {
	Duration  uint32 // ms of content
	Bandwidth uint32 // bits/s
}

// maxBurst is the most that X-Burst-Streaming can say, 2.2.6.17.
const maxBurst = 1<<31 - 1

// ParseAccelerate reads the value of X-Accelerate-Streaming. Errors are
// *ParseError.
func ParseAccelerate(s string) (Transmission, error) {
	t, ok := parseTransmission(s, "Accel")
	if !ok {
		return t, &ParseError{"X-Accelerate-Streaming", 0, ErrInvalid}
	}
	return t, nil
}

// ParseBurst reads the value of X-Burst-Streaming. Errors are *ParseError.
func ParseBurst(s string) (Transmission, error) {
	t, ok := parseTransmission(s, "Burst")
	if !ok || t.Duration > maxBurst || t.Bandwidth > maxBurst {
		return Transmission{}, &ParseError{"X-Burst-Streaming", 0, ErrInvalid}
	}
	return t, nil
}

func parseTransmission(s, prefix string) (t Transmission, ok bool) {
	var duration, bandwidth bool
	for item := range strings.SplitSeq(s, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(item), "=")
		n, number := ParseNumber(value)
		switch {
		case !number:
		case strings.EqualFold(name, prefix+"Duration"):
			t.Duration, duration = n, true
		case strings.EqualFold(name, prefix+"Bandwidth"):
			t.Bandwidth, bandwidth = n, true
		}
	}
	if !duration || !bandwidth {
		return Transmission{}, false
	}
	return t, true
}

// Accelerate writes the value of X-Accelerate-Streaming.
func (t Transmission) Accelerate() string { return t.text("Accel") }

// Burst writes the value of X-Burst-Streaming.
func (t Transmission) Burst() string {
	return Transmission{min(t.Duration, maxBurst), min(t.Bandwidth, maxBurst)}.text("Burst")
}

func (t Transmission) text(prefix string) string {
	return prefix + "Duration=" + strconv.FormatUint(uint64(t.Duration), 10) +
		";" + prefix + "Bandwidth=" + strconv.FormatUint(uint64(t.Bandwidth), 10)
}
