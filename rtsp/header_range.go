package rtsp

import (
	"math"
	"strconv"
	"strings"

	"caracal/internal/head"
)

// RangeUnit says what a Range counts.
type RangeUnit uint8

const (
	RangeTime   RangeUnit = iota // "npt", ms of normal play time; "smpte" is turned into it
	RangeByte                    // "x-asf-byte", from the beginning of the file, header included
	RangePacket                  // "x-asf-packet", ASF data packets
)

// MaxRangeTime is the latest time, ms: a thousand hours.
const MaxRangeTime = 1000 * 3600 * 1000

// Range is the Range header, [MS-RTSP] 2.2.6.7, of a request or a response.
type Range struct {
	Unit    RangeUnit
	Now     bool   // "npt=now-": where a broadcast is
	From    uint64 // counts if HasFrom
	To      uint64 // counts if HasTo
	HasFrom bool
	HasTo   bool
}

// rangeUnits has the names longest first: "smpte" begins the others.
var rangeUnits = [...]struct {
	name  string
	unit  RangeUnit
	parse func(string) (uint64, bool)
}{
	{"npt", RangeTime, parseNPT},
	{"x-asf-byte", RangeByte, parseOffset},
	{"x-asf-packet", RangePacket, parseOffset},
	{"smpte", RangeTime, func(s string) (uint64, bool) { return parseSMPTE(s, 30_000.0/1001) }},
	{"smpte-30-drop", RangeTime, func(s string) (uint64, bool) { return parseSMPTE(s, 30_000.0/1001) }},
	{"smpte-25", RangeTime, func(s string) (uint64, bool) { return parseSMPTE(s, 25) }},
}

// ParseRange reads one ranges-specifier. "npt=-20" has no beginning, "npt=3.1-"
// no end. A time parameter is ignored. Errors are *ParseError.
func ParseRange(s string) (Range, error) {
	s, _, _ = strings.Cut(s, ";")
	name, value, _ := strings.Cut(s, "=")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	for _, u := range rangeUnits {
		if !strings.EqualFold(name, u.name) {
			continue
		}
		r := Range{Unit: u.unit}
		from, to, ok := strings.Cut(value, "-")
		from, to = strings.TrimSpace(from), strings.TrimSpace(to)
		if u.name == "npt" && strings.EqualFold(from, "now") {
			r.Now, from = true, ""
		}
		if from != "" {
			if r.From, r.HasFrom = u.parse(from); !r.HasFrom {
				ok = false
			}
		}
		if to != "" {
			if r.To, r.HasTo = u.parse(to); !r.HasTo {
				ok = false
			}
		}
		if !ok || !r.Now && !r.HasFrom && !r.HasTo {
			break
		}
		return r, nil
	}
	return Range{}, &ParseError{"Range", 0, ErrInvalid}
}

// parseNPT reads "123.45" and "12:05:35.3", RFC 2326 3.6, into ms.
func parseNPT(s string) (uint64, bool) {
	whole, fraction, _ := strings.Cut(s, ".")
	seconds, ok := parseClock(whole)
	if !ok || seconds > MaxRangeTime/1000 {
		return 0, false
	}
	ms := seconds * 1000
	unit := uint64(100)
	for i := range len(fraction) {
		if fraction[i] < '0' || fraction[i] > '9' {
			return 0, false
		}
		ms += unit * uint64(fraction[i]-'0')
		unit /= 10
	}
	return ms, true
}

// parseClock reads "12:05:35" or a number of seconds.
func parseClock(s string) (uint64, bool) {
	seconds, parts := uint64(0), 0
	for part := range strings.SplitSeq(s, ":") {
		n, ok := head.ParseDigits(part)
		if !ok || n > MaxRangeTime/1000 || parts == 3 {
			return 0, false
		}
		seconds = seconds*60 + uint64(n)
		parts++
	}
	return seconds, parts != 2
}

// parseSMPTE reads "10:07:33:05.01", RFC 2326 3.5, into ms.
func parseSMPTE(s string, perSecond float64) (uint64, bool) {
	frames := 0.0
	clock := s
	if strings.Count(s, ":") == 3 {
		at := strings.LastIndexByte(s, ':')
		clock = s[:at]
		v, err := strconv.ParseFloat(s[at+1:], 64)
		if err != nil || !(v >= 0 && v < 100) || strings.Trim(s[at+1:], ".0123456789") != "" {
			return 0, false
		}
		frames = v
	}
	seconds, ok := parseClock(clock)
	if !ok || seconds > MaxRangeTime/1000 || !strings.Contains(clock, ":") {
		return 0, false
	}
	return seconds*1000 + uint64(frames/perSecond*1000), true
}

func parseOffset(s string) (uint64, bool) {
	n, err := strconv.ParseUint(s, 10, 64)
	return n, err == nil && n != math.MaxUint64 && s[0] != '+'
}

func (r Range) String() string { return string(r.Append(nil)) }

// Append appends the header's value; times have three decimals.
func (r Range) Append(b []byte) []byte {
	switch r.Unit {
	case RangeByte:
		b = append(b, "x-asf-byte="...)
	case RangePacket:
		b = append(b, "x-asf-packet="...)
	default:
		b = append(b, "npt="...)
	}
	if r.Now {
		b = append(b, "now"...)
	} else if r.HasFrom {
		b = r.appendValue(b, r.From)
	}
	b = append(b, '-')
	if r.HasTo {
		b = r.appendValue(b, r.To)
	}
	return b
}

func (r Range) appendValue(b []byte, v uint64) []byte {
	if r.Unit != RangeTime {
		return strconv.AppendUint(b, v, 10)
	}
	b = strconv.AppendUint(b, v/1000, 10)
	return append(b, '.', '0'+byte(v/100%10), '0'+byte(v/10%10), '0'+byte(v%10))
}
