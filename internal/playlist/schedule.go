package playlist

import (
	"slices"
	"time"

	"caracal/internal/playlist/wsx"
)

// schedule chooses what the excl that is the top element plays. False: nothing of
// it is to come, as far as is known.
func (c *cursor) schedule() bool {
	f := c.top()
	if f.excl == nil {
		f.excl = newExclusive(f.node)
	}
	x := f.excl.copy()
	f.excl = x
	if a := x.active; a >= 0 {
		x.when[a].ended = c.clock
		for _, k := range c.due(x, f.roundBegun, c.clock-1) { // while it played
			x.when[k.kid].due = k.at
			if x.action(a, k.kid) != ignored {
				x.wait(waiting{kid: k.kid, since: c.clock})
			}
		}
		x.active = -1
		if x.isOver(f.node, a) {
			return false
		}
	}
	gap := time.Duration(0)
	for ; c.left > 0 && f.vain <= 2*len(x.kids)+wsx.MaxMoments; c.left-- {
		c.arrive(x, f.roundBegun)
		if x.active < 0 && len(x.queue) == 0 {
			by, comes := c.wait(x, f.roundBegun)
			if gap += by; !comes {
				return false
			}
		}
		if c.resume(x) {
			c.top().gap += gap
			return true
		}
	}
	return false
}

// arrive lets begin what is due, where nothing plays yet.
func (c *cursor) arrive(x *exclusive, base time.Duration) {
	for _, k := range c.due(x, base, c.clock) {
		x.when[k.kid].due = k.at
		x.forget(k.kid)
		action := stop
		if x.active >= 0 {
			action = x.action(x.active, k.kid)
		}
		switch action {
		case pause:
			x.wait(waiting{kid: x.active, since: c.clock})
			x.active = k.kid
		case stop:
			x.active = k.kid
		case deferred:
			x.wait(waiting{kid: k.kid, since: c.clock})
		}
	}
}

// wait lets the time pass until something begins, [SMIL20] 10.4.2: each element of an
// excl begins when it says, whether another one plays until then or none. That is no
// longer than what the excl is in lasts; what interrupts it comes before the rest of
// the time, which is passed over. False: nothing is to come, or it is over by then.
func (c *cursor) wait(x *exclusive, base time.Duration) (by time.Duration, comes bool) {
	at := never
	for k := range x.kids {
		at = min(at, c.coming(x, k, base))
	}
	if at == never {
		return 0, false
	}
	by = max(at-c.clock, 0)
	limit, interrupted := c.limit()
	comes = limit >= by || interrupted
	by = min(by, max(limit, 0))
	c.pass(by)
	if comes {
		c.clock = max(c.clock, at)
	}
	return by, comes
}

// resume begins the active kid, or what waits.
func (c *cursor) resume(x *exclusive) bool {
	if x.active < 0 {
		if len(x.queue) == 0 {
			return false
		}
		w := x.queue[0]
		x.queue, x.active = x.queue[1:], w.kid
		if w.frames != nil {
			for _, f := range w.frames {
				f.shift(c.clock - w.since)
				c.frames = append(c.frames, f)
			}
			return true
		}
	}
	x.when[x.active].begun = c.clock
	c.top().vain++
	c.push(c.top().in, x.kids[x.active].node)
	return true
}

// isOver says whether an excl ends with one of its kids.
func (x *exclusive) isOver(n *wsx.Node, ended int) bool {
	switch v, _ := n.Attribute("endSync"); v {
	case "first":
		return true
	case "", "last", "all":
		return false
	default:
		return x.kids[ended].node.ID() == v
	}
}

// interrupt lets begin what is due in the excls around the top element, whose
// source has been taken. It says whether something else plays now.
func (c *cursor) interrupt() bool {
	for i := 0; i < len(c.frames)-1; i++ {
		f := &c.frames[i]
		if f.node.Kind != wsx.Excl || f.excl == nil {
			continue
		}
		list := c.due(f.excl, f.roundBegun, c.clock)
		if len(list) == 0 {
			continue
		}
		x := f.excl.copy()
		f.excl = x
		changed := false
		for _, k := range list {
			changed = c.intrude(x, i, k) || changed
		}
		if changed {
			if len(c.frames) == i+1 {
				c.resume(x)
			}
			return true
		}
	}
	return false
}

// intrude lets a kid of the excl in frame i begin while another one plays.
func (c *cursor) intrude(x *exclusive, i int, k arrival) bool {
	x.when[k.kid].due = k.at
	x.forget(k.kid)
	a := x.active
	action := x.action(a, k.kid)
	running := len(c.frames) > i+1 // a has not just come itself
	switch action {
	case deferred:
		x.wait(waiting{kid: k.kid, since: c.clock})
		return false
	case ignored:
		return false
	case pause:
		w := waiting{kid: a, since: c.clock}
		if running {
			w.frames = slices.Clone(c.frames[i+1:])
			w.frames[len(w.frames)-1].next-- // its source is taken again
		}
		x.wait(w)
	case stop:
		x.when[a].ended = c.clock
	}
	if running && action == stop {
		for len(c.frames) > i+1 {
			c.pop()
		}
	}
	c.frames = c.frames[:i+1]
	x.active = k.kid
	return true
}

// interruption is when the next item is interrupted; never if that is not known.
func (c *cursor) interruption() time.Duration {
	at := never
	for i := range c.frames {
		f := &c.frames[i]
		if f.excl == nil || f.excl.active < 0 {
			continue
		}
		for k := range f.excl.kids {
			if a := f.excl.action(f.excl.active, k); a == stop || a == pause {
				at = min(at, c.coming(f.excl, k, f.roundBegun))
			}
		}
	}
	return at
}
