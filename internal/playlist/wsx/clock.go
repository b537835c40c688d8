package wsx

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// Why a time is none. The texts end a sentence that begins with it.
var (
	errClock    = errors.New("is no time: write 1:30:00, 1:30, 90s, 1.5min or 2h")
	errSixty    = errors.New("has minutes or seconds of 60 and more: write 1:30:00 for 90 minutes, or 90min")
	errLong     = errors.New("is longer than 100000 hours: write a shorter time")
	errNegative = errors.New("is negative: Windows Media Services leave such a time out, and so does Caracal: write a time without -")
)

// ParseClock reads a Clock-value, [SMIL20] 10.3.1: hours:minutes:seconds,
// minutes:seconds, or a number with h, min, s or ms, and of seconds without.
// Leading zeros may be missing, and so may the number before a fraction or the
// first colon, as in the SDK's own examples: ":30", ".5min". A "+" before it
// means nothing.
func ParseClock(s string) (time.Duration, error) {
	s = strings.Trim(s, spaces)
	if rest, found := strings.CutPrefix(s, "-"); found {
		if _, err := ParseClock(rest); err != nil {
			return 0, err
		}
		return 0, errNegative
	}
	s = strings.TrimLeft(strings.TrimPrefix(s, "+"), spaces)
	parts := strings.Split(s, ":")
	switch len(parts) {
	case 1:
		return timecount(s)
	case 2:
		parts = append([]string{"0"}, parts...)
		if parts[1] == "" {
			parts[1] = "0"
		}
	case 3:
	default:
		return 0, errClock
	}
	return clock(parts[0], parts[1], parts[2])
}

// spaces may be around values.
const spaces = " \t\r\n"

// clock reads hours, minutes and seconds.
func clock(h, m, s string) (time.Duration, error) {
	hours, err := number(h, time.Hour)
	if err != nil || strings.Contains(h, ".") {
		return 0, orClock(err)
	}
	minutes, err := number(m, time.Minute)
	if err != nil || strings.Contains(m, ".") {
		return 0, orClock(err)
	}
	seconds, err := number(s, time.Second)
	if err != nil {
		return 0, err
	}
	if minutes >= time.Hour || seconds >= time.Minute {
		return 0, errSixty
	}
	return limited(hours + minutes + seconds)
}

// orClock is the error of a fraction that stands where none can.
func orClock(err error) error {
	if err == nil {
		return errClock
	}
	return err
}

func limited(d time.Duration) (time.Duration, error) {
	if d > MaxClock*time.Hour {
		return 0, errLong
	}
	return d, nil
}

// metrics are the units; "ms" is looked for before "s".
var metrics = []struct {
	name string
	unit time.Duration
}{{"ms", time.Millisecond}, {"min", time.Minute}, {"h", time.Hour}, {"s", time.Second}}

func timecount(s string) (time.Duration, error) {
	unit := time.Second
	for _, m := range metrics {
		if rest, found := strings.CutSuffix(s, m.name); found {
			s, unit = rest, m.unit
			break
		}
	}
	return number(s, unit)
}

// number reads digits with a fraction or without, of a unit.
func number(s string, unit time.Duration) (time.Duration, error) {
	whole, fraction, _ := strings.Cut(s, ".")
	if whole == "" && fraction == "" || !isDigits(whole) || !isDigits(fraction) {
		return 0, errClock
	}
	n := 0
	if whole != "" {
		var err error
		if n, err = strconv.Atoi(whole); err != nil || n > int(MaxClock*time.Hour/unit) {
			return 0, errLong
		}
	}
	d := time.Duration(n) * unit
	if fraction != "" {
		f, err := strconv.ParseFloat("0."+fraction, 64)
		if err != nil {
			return 0, errClock
		}
		d += time.Duration(f*float64(unit) + 0.5)
	}
	return limited(d)
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// FormatClock writes a time as it is read most easily: in seconds, or as
// hours:minutes:seconds from a minute on; to the millisecond.
func FormatClock(d time.Duration) string {
	d = max(0, d.Round(time.Millisecond))
	seconds := strconv.FormatFloat((d % time.Minute).Seconds(), 'f', -1, 64)
	if d < time.Minute {
		return seconds + "s"
	}
	return strconv.Itoa(int(d/time.Hour)) + ":" + twoDigits(strconv.Itoa(int(d%time.Hour/time.Minute))) + ":" + twoDigits(seconds)
}

func twoDigits(s string) string {
	if whole, _, _ := strings.Cut(s, "."); len(whole) < 2 {
		return "0" + s
	}
	return s
}
