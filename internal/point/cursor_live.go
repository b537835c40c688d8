package point

import "time"

// liveCursor goes through the packets of a broadcast that are in memory. A player
// that is too slow for them goes on where a clean point is still kept.
type liveCursor struct {
	live *Live
	lead uint8 // stream at whose clean points players go on
}

func (c *liveCursor) bring(at *place, now time.Time) Step {
	c.live.watched.Store(now.UnixNano())
	return c.present(at, now)
}

// present is bring among what is in memory.
func (c *liveCursor) present(at *place, now time.Time) (it Step) {
	st := c.live.state(at.next)
	if st.gone {
		it.missed = at.leap(c.live.after(c.lead))
		st = c.live.state(at.next)
	}
	switch {
	case st.block != nil:
		at.block = st.block
		it.Kind = Packet
	case st.next != nil:
		it.missed += st.missed
		it.Kind, it.Reason, it.Next = End, EndChange, st.next
	case !st.ended.IsZero() && now.Sub(st.ended) >= c.live.opt.Linger:
		it.Kind, it.Reason = End, EndNatural
	}
	return it
}

func (c *liveCursor) pass() Step { return ended(EndNatural, nil) }
