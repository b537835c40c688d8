package wsx

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

// Span is a length of time that an attribute gives.
type Span struct {
	Set        bool
	Indefinite bool // as long as it takes
	Time       time.Duration
}

// Count is how often something is played.
type Count struct {
	Set        bool
	Indefinite bool // for ever
	N          int  // 1 or more
}

// Clip is a place in what is played: a time, or a marker.
type Clip struct {
	Set    bool
	Time   time.Duration
	Marker string
}

// Timing is what an element's attributes say of time. What is no time is as if
// it were not there; Check has said so.
type Timing struct {
	Begin, End         []Moment
	Dur, RepeatDur     Span
	RepeatCount        Count
	ClipBegin, ClipEnd Clip
}

// Timing reads an element's times.
func (n *Node) Timing() (t Timing) {
	for _, a := range n.Attributes {
		switch a.Name {
		case "begin":
			t.Begin, _ = ParseMoments(a.Value)
		case "end":
			t.End, _ = ParseMoments(a.Value)
		case "dur":
			t.Dur, _ = parseSpan(a.Value)
		case "repeatDur":
			t.RepeatDur, _ = parseSpan(a.Value)
		case "repeatCount":
			t.RepeatCount, _ = parseCount(a.Value)
		case "clipBegin":
			t.ClipBegin, _ = parseClip(a.Value)
		case "clipEnd":
			t.ClipEnd, _ = parseClip(a.Value)
		}
	}
	return t
}

var (
	errWhole = errors.New("is the length of the file anyway: Windows Media Services do not know \"media\": write nothing in this place")
	errCount = errors.New("is no number of times: write 2, or indefinite")
	errOnce  = errors.New("is less than once: write 1 or more")
	errSMPTE = errors.New("counts frames, which Windows Media files have no numbers for: write a time such as 90s")
)

func parseSpan(s string) (Span, error) {
	switch s = strings.Trim(s, spaces); {
	case strings.EqualFold(s, "indefinite"):
		return Span{Set: true, Indefinite: true}, nil
	case strings.EqualFold(s, "media"):
		return Span{}, errWhole
	}
	d, err := ParseClock(s)
	return Span{Set: err == nil, Time: d}, err
}

// parseCount reads how often; fractions are rounded up, as Windows Media
// Services do.
func parseCount(s string) (Count, error) {
	s = strings.Trim(s, spaces)
	if strings.EqualFold(s, "indefinite") {
		return Count{Set: true, Indefinite: true}, nil
	}
	if strings.Trim(s, "0123456789.-+") != "" { // "Inf", "1e9" and the like
		return Count{}, errCount
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f > MaxRepeat {
		return Count{}, errCount
	}
	if f <= 0 {
		return Count{}, errOnce
	}
	return Count{Set: true, N: int(math.Ceil(f))}, nil
}

// parseClip reads a clock value with "npt=" before it or without, or
// "marker=NAME", [SMIL20] 7.6.1.
func parseClip(s string) (Clip, error) {
	s = strings.Trim(s, spaces)
	metric, value, found := strings.Cut(s, "=")
	switch metric = strings.ToLower(metric); {
	case found && metric == "marker":
		if _, name, found := strings.Cut(value, "#"); found {
			value = name
		}
		return Clip{Set: value != "", Marker: value}, nil
	case found && strings.HasPrefix(metric, "smpte"):
		return Clip{}, errSMPTE
	case found && metric != "npt":
		return Clip{}, errClock
	case found:
		s = value
	}
	d, err := ParseClock(s)
	return Clip{Set: err == nil, Time: d}, err
}

// ID is the element's id, "" if it has none.
func (n *Node) ID() string {
	id, _ := n.Attribute("id")
	return unescapeID(strings.Trim(id, spaces))
}

// Is says whether an attribute is true: noSkip, noRecede, shuffle.
func (n *Node) Is(name string) bool {
	v, _ := n.Attribute(name)
	return strings.EqualFold(strings.Trim(v, spaces), "true")
}
