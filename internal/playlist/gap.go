package playlist

import (
	"time"

	"caracal/internal/playlist/wsx"
)

// gap lets the time pass that the top element's begin wants before it, [SMIL20]
// 10.4.1: in a sequence behind what was before. Nothing is played then. It is no
// longer than what the element is in lasts, or until something interrupts it.
func (c *cursor) gap() {
	f := c.top()
	by := offsetOf(f.times)
	if by == 0 {
		return
	}
	around := c.copy()
	around.frames = around.frames[:len(around.frames)-1]
	if limit, _ := around.limit(); limit < by {
		by = max(limit, 0)
	}
	f.gap = by
	c.pass(by)
	f.begun, f.roundBegun = c.clock, c.clock
}

func (c *cursor) pass(by time.Duration) {
	c.clock += by
	c.silent += by
}

// refund takes the gap before the top element back, of which nothing can be played:
// what is missing takes no time.
func (c *cursor) refund() {
	if by := min(c.top().gap, c.silent); by > 0 {
		c.pass(-by)
		c.top().gap = 0
	}
}

// offsetOf is the earliest begin that is a time and nothing else; 0 if there is none.
func offsetOf(t *wsx.Timing) time.Duration {
	by := never
	for _, m := range t.Begin {
		if m.Kind == wsx.AtOffset {
			by = min(by, m.Offset)
		}
	}
	if by == never {
		return 0
	}
	return max(by, 0)
}
