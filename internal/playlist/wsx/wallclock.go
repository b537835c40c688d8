package wsx

import (
	"errors"
	"regexp"
	"strings"
	"time"
)

// Wallclock is a time of day, a day or both.
type Wallclock struct {
	Time    time.Time // in UTC if Zoned, otherwise with the local time as if it were UTC
	HasDate bool      // otherwise it is every day
	HasTime bool      // otherwise it is the begin of the day
	Zoned   bool      // otherwise it is local time
}

var errWallclock = errors.New("is no time of the day: write wallclock(2026-01-31T20:00), wallclock(20:00:30) or wallclock(2026-01-31), " +
	"with Z or +01:00 behind the time if it is not local")

// layouts of DateTime, Date and WallTime, [SMIL20] 10.3.1, after the fraction
// of a second, which the package time reads by itself.
var layouts = []struct {
	layout      string
	date, clock bool
	withZone    bool
}{
	{"2006-01-02T15:04:05Z07:00", true, true, true},
	{"2006-01-02T15:04Z07:00", true, true, true},
	{"2006-01-02T15:04:05", true, true, false},
	{"2006-01-02T15:04", true, true, false},
	{"2006-01-02", true, false, false},
	{"15:04:05Z07:00", false, true, true},
	{"15:04Z07:00", false, true, true},
	{"15:04:05", false, true, false},
	{"15:04", false, true, false},
}

// shape keeps out what the package time would take as well: one digit for an
// hour, a comma for a point.
var shape = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)?(T?\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$`)

// parseWallclock reads "wallclock(...)".
func parseWallclock(s string) (Wallclock, error) {
	inner, closed := strings.CutSuffix(s[len("wallclock("):], ")")
	inner = strings.Trim(inner, spaces)
	if !closed || !shape.MatchString(inner) {
		return Wallclock{}, errWallclock
	}
	for _, l := range layouts {
		if t, err := time.Parse(l.layout, inner); err == nil {
			return Wallclock{Time: t.UTC(), HasDate: l.date, HasTime: l.clock, Zoned: l.withZone}, nil
		}
	}
	return Wallclock{}, errWallclock
}

// On gives the next such time, from now on: of a time without a day that of
// today or of tomorrow, of one with a day that one, even if it is over.
func (w Wallclock) On(now time.Time) time.Time {
	in := now.Location()
	if w.Zoned {
		in = time.UTC
	}
	y, m, d := now.In(in).Date()
	if w.HasDate {
		y, m, d = w.Time.Date()
	}
	at := func(day int) time.Time {
		return time.Date(y, m, day, w.Time.Hour(), w.Time.Minute(), w.Time.Second(), w.Time.Nanosecond(), in)
	}
	if t := at(d); w.HasDate || !t.Before(now) {
		return t
	}
	return at(d + 1)
}
