package playlist

import (
	"time"

	"caracal/internal/playlist/wsx"
)

// instant says when a moment is, if that is known; base is the begin of the
// container.
func (c *cursor) instant(m wsx.Moment, base time.Duration) (time.Duration, bool) {
	at, known := base, true
	switch m.Kind {
	case wsx.AtOffset:
	case wsx.AtEdge:
		key := beginOf(m.ID)
		if m.End {
			key = endOf(m.ID)
		}
		at, known = c.marks[key]
	case wsx.AtEvent:
		at, known = c.marks[eventOf(m.ID)]
	case wsx.AtMarker:
		at, known = c.marks[markerOf(m.ID, m.Marker)]
	case wsx.AtWallclock:
		wall := c.wall.Add(c.clock - c.wallAt)
		at = c.clock + m.Wallclock.On(wall).Sub(wall)
	default:
		return 0, false
	}
	return at + m.Offset, known
}

// end is when the element of a frame ends at the latest: by its end and its
// repeatDur.
func (c *cursor) end(i int) time.Duration {
	f, end := &c.frames[i], never
	if d := f.times.RepeatDur; d.Set && !d.Indefinite {
		end = f.begun + d.Time
	}
	for _, m := range f.times.End {
		base := f.begun
		switch {
		case i > 0 && c.frames[i-1].node.Kind == wsx.Excl:
			base = c.frames[i-1].roundBegun
		default:
			base -= f.gap
		}
		if at, known := c.instant(m, base); known && at >= f.begun {
			end = min(end, at)
		}
	}
	return end
}

// limit is how long the next item may play, and whether it is interrupted then to
// go on later, and not ended.
func (c *cursor) limit() (limit time.Duration, interrupted bool) {
	at := never
	for i := range c.frames {
		at = min(at, c.end(i), c.frames[i].roundEnd())
	}
	if other := c.interruption(); other < at {
		at, interrupted = other, true
	}
	if at == never {
		return never, false
	}
	return at - c.clock, interrupted
}
