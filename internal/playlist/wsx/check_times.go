package wsx

import (
	"math"
	"strconv"
	"strings"
)

// times checks an element's times, and what they refer to.
func (c *checker) times(n, parent *Node) {
	for _, a := range n.Attributes {
		var err error
		switch a.Name {
		case "begin", "end":
			c.moments(n, parent, a)
			continue
		case "dur", "repeatDur":
			var s Span
			if s, err = parseSpan(a.Value); s.Set && !s.Indefinite && s.Time == 0 {
				c.warn(a.Pos, BadTime, "a longer time, or no "+a.Name, "%s=%q: nothing of it is played", a.Name, a.Value)
			}
		case "repeatCount":
			_, err = parseCount(a.Value)
			if f, bad := strconv.ParseFloat(strings.Trim(a.Value, spaces), 64); err == nil && bad == nil && f != math.Trunc(f) {
				c.warn(a.Pos, BadTime, "a whole number", "repeatCount=%q is rounded up", a.Value)
			}
		case "clipBegin", "clipEnd":
			_, err = parseClip(a.Value)
		}
		if err != nil {
			c.fail(a.Pos, BadTime, writeInstead(err), "%s=%q %s", a.Name, a.Value, reason(err))
		}
	}
	c.waits(n, parent)
	c.ends(n)
}

// ends tells of an end that is over before the begin.
func (c *checker) ends(n *Node) {
	t := n.Timing()
	if len(t.Begin) != 1 || len(t.End) != 1 || t.Begin[0].Kind != AtOffset || t.End[0].Kind != AtOffset || t.End[0].Offset >= t.Begin[0].Offset {
		return
	}
	a, _ := n.find("end")
	c.warn(a.Pos, Ignored, "a later time: end counts from where begin does", "end=%q has no effect: it is before begin, which is at %s", a.Value, FormatClock(t.Begin[0].Offset))
}

// The texts of errors have what to write behind ": write ".
func reason(err error) string {
	s, _, _ := strings.Cut(err.Error(), ": write ")
	return s
}

func writeInstead(err error) string {
	_, s, _ := strings.Cut(err.Error(), ": write ")
	return s
}

// moments checks a begin or an end.
func (c *checker) moments(n, parent *Node, a Attribute) {
	moments, err := ParseMoments(a.Value)
	if err != nil {
		c.fail(a.Pos, BadTime, writeInstead(err), "%s=%q %s", a.Name, a.Value, reason(err))
	}
	for _, m := range moments {
		if m.Offset < 0 {
			c.fail(a.Pos, BadTime, "+ and a time", "%s=%q: Windows Media Services know no time before another one", a.Name, a.Value)
		}
		if (m.Kind == AtEdge || m.Kind == AtMarker) && c.ids[m.ID] == nil {
			c.warn(a.Pos, BadReference, "the id of an element of this playlist", "%s=%q: nothing here has the id %q: that can only be a syncEvent", a.Name, a.Value, m.ID)
		}
		if m.Kind == AtEdge && m.ID == n.ID() && m.End == (a.Name == "end") && m.ID != "" {
			c.fail(a.Pos, BadReference, "the id of another element", "%s=%q: this waits for itself", a.Name, a.Value)
		}
		if a.Name == "begin" && m.Kind != AtOffset && parent != nil && (parent.Kind == Seq || parent.Kind == Smil) {
			c.warn(a.Pos, Ignored, "an <excl> around it, or a time such as 5s", "begin=%q has no effect: in a sequence only times count, from the end of the element before", a.Value)
		}
	}
}

// waits tells of what never begins: in an excl nothing does by itself.
func (c *checker) waits(n, parent *Node) {
	if parent == nil || parent.Kind != Excl && parent.Kind != PriorityClass || !plays(n) || n.Kind == PriorityClass || n.Kind == Switch {
		return
	}
	if _, ok := n.Attribute("begin"); !ok {
		c.warn(n.Pos, BadTime, `begin="0s"`, "without begin this never begins: an <excl> has no order of its own")
	}
}

// clips checks that a clip ends behind its begin.
func (c *checker) clips(n *Node) {
	t := n.Timing()
	if !t.ClipBegin.Set || !t.ClipEnd.Set || t.ClipBegin.Marker != "" || t.ClipEnd.Marker != "" || t.ClipBegin.Time < t.ClipEnd.Time {
		return
	}
	a, _ := n.find("clipEnd")
	c.fail(a.Pos, BadTime, "a later time", "clipEnd=%q is not behind clipBegin, which is at %s", a.Value, FormatClock(t.ClipBegin.Time))
}
