package wsx

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// MomentKind says what a Moment counts from.
type MomentKind int

const (
	AtOffset     MomentKind = iota // from the begin of the container, in a Seq from the end of the one before
	AtEdge                         // from the begin or end of an element, or of a syncEvent
	AtPrevious                     // from the begin or end of the element before
	AtEvent                        // from when the event is sent to the playlist
	AtMarker                       // from a marker in what an element plays
	AtWallclock                    // by the clock on the wall
	AtIndefinite                   // not before it is asked for
)

// Moment is one of the times in a begin or an end.
type Moment struct {
	Kind      MomentKind
	ID        string // of the element of AtEdge and AtMarker; the name of AtEvent
	End       bool   // AtEdge and AtPrevious: its end, not its begin
	Marker    string
	Offset    time.Duration // behind that, or before it
	Wallclock Wallclock
}

var (
	errMoments = fmt.Errorf("has more than %d times: write fewer", MaxMoments)
	errMoment  = errors.New("is no time: write a time such as 30s, ID.begin or ID.end, prev.end, an event's name, " +
		"wallclock(2026-01-31T20:00), or indefinite; +10s may follow")
	eventName  = regexp.MustCompile(`^[\pL_][\pL\pN_.:-]*$`)
	markerCall = regexp.MustCompile(`^(.+)\.marker\(([^()]+)\)$`)
)

// ParseMoments reads the value of a begin or an end: times with ";" between
// them, [SMIL20] 10.3.1. Those that are none are left out, and the first error
// is returned.
func ParseMoments(s string) (moments []Moment, err error) {
	for part := range strings.SplitSeq(s, ";") {
		if part = strings.Trim(part, spaces); part == "" {
			continue
		}
		if len(moments) == MaxMoments {
			return moments, errMoments
		}
		m, bad := parseMoment(part)
		if bad == nil {
			moments = append(moments, m)
		} else if err == nil {
			err = bad
		}
	}
	if len(moments) == 0 && err == nil {
		err = errMoment
	}
	return moments, err
}

func parseMoment(s string) (Moment, error) {
	switch {
	case strings.EqualFold(s, "indefinite"):
		return Moment{Kind: AtIndefinite}, nil
	case len(s) >= len("wallclock(") && strings.EqualFold(s[:len("wallclock(")], "wallclock("):
		w, err := parseWallclock(s)
		return Moment{Kind: AtWallclock, Wallclock: w}, err
	case strings.IndexByte("0123456789+-:.", s[0]) >= 0:
		d, err := ParseClock(s)
		return Moment{Kind: AtOffset, Offset: d}, err
	}
	base, offset, err := splitOffset(s)
	if err != nil {
		return Moment{}, err
	}
	m, err := parseBase(base)
	m.Offset = offset
	return m, err
}

// splitOffset cuts "+ 30s" or "- 30s" off. A "-" counts only behind an edge,
// for names have hyphens too.
func splitOffset(s string) (base string, offset time.Duration, err error) {
	if i := strings.LastIndexByte(s, '+'); i >= 0 {
		offset, err = ParseClock(s[i+1:])
		return strings.TrimRight(s[:i], spaces), offset, err
	}
	if i := strings.LastIndexByte(s, '-'); i >= 0 {
		base = strings.TrimRight(s[:i], spaces)
		if isEdge(base) || strings.HasSuffix(base, ")") {
			offset, err = ParseClock(s[i+1:])
			return base, -offset, err
		}
	}
	return s, 0, nil
}

func isEdge(s string) bool { return strings.HasSuffix(s, ".begin") || strings.HasSuffix(s, ".end") }

func parseBase(s string) (Moment, error) {
	if m := markerCall.FindStringSubmatch(s); m != nil {
		return Moment{Kind: AtMarker, ID: unescapeID(m[1]), Marker: strings.Trim(m[2], spaces)}, nil
	}
	if isEdge(s) {
		dot := strings.LastIndexByte(s, '.')
		m := Moment{Kind: AtEdge, ID: unescapeID(s[:dot]), End: s[dot:] == ".end"}
		if s[:dot] == "prev" {
			m.Kind, m.ID = AtPrevious, ""
		} else if !eventName.MatchString(m.ID) {
			return m, errMoment
		}
		return m, nil
	}
	if !eventName.MatchString(s) {
		return Moment{}, errMoment
	}
	return Moment{Kind: AtEvent, ID: s}, nil
}

// unescapeID takes away what keeps an id apart from a word of the dialect:
// "\first" is called first.
func unescapeID(s string) string { return strings.ReplaceAll(s, `\`, "") }
