package rtsp

import (
	"math"
	"strconv"
	"strings"
)

// ParseNumber reads the value of a header that is one number of 32 bits:
// Bandwidth, Blocksize, X-Broadcast-Id, X-Player-Lag-Time, X-Playlist-Gen-Id,
// X-Playlist-Seek-Id, [MS-RTSP] 2.2.6.1, .16, .19, .22, .23. A larger number
// becomes the largest one. "" is not a number.
func ParseNumber(s string) (uint32, bool) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 20 {
		return 0, false
	}
	n := uint64(0)
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = min(n*10+uint64(s[i]-'0'), math.MaxUint32)
	}
	return uint32(n), true
}

// What Speed and Scale can say, with three decimals.
const (
	minDecimal = 0.001
	maxDecimal = 1_000_000
)

// ParseDecimal reads the value of Speed or Scale, RFC 2326 12.34 and 12.35:
// digits with or without a point and a minus before them. 0 is no rate, nor is what
// would be answered as 0.
func ParseDecimal(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	if len(s) > 32 || strings.Trim(s, "-.0123456789") != "" || strings.HasSuffix(s, "-") {
		return 0, false
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.Abs(v) < minDecimal || math.Abs(v) > maxDecimal {
		return 0, false
	}
	return v, true
}

// FormatDecimal writes the value of Speed or Scale with three decimals.
func FormatDecimal(v float64) string { return strconv.FormatFloat(v, 'f', 3, 64) }

// FormatNumber writes the value of a header that is one number.
func FormatNumber(n uint32) string { return strconv.FormatUint(uint64(n), 10) }
