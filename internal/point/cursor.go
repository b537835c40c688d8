package point

import (
	"math"
	"time"

	"caracal/internal/pace"
)

// cursor brings a Play the packets of one kind of content. It says nothing of what
// is not its own: a list's cursor has one of the item's kind.
type cursor interface {
	// bring makes at's block that with the next packet, which is a later one if some
	// are gone: a Packet. What else it returns is to be done in the place of one; a
	// Wait without a time is for the next look.
	bring(at *place, now time.Time) Step
	// pass is what is to be done when no more of the content is to go out.
	pass() Step
}

// place is where a Play is in its entry.
type place struct {
	next  int64  // the next packet's number
	end   int64  // how many packets there are; endless if only the cursor knows
	last  uint32 // send time of the last packet, NoTime at the start
	block *Block // may have the next packet
}

// endless is the end of what has none that is known.
const endless = math.MaxInt64

// here says whether the next packet is present.
func (at *place) here() bool { return at.next < at.end && at.block.Holds(at.next) }

// leap goes on at a later packet, since those before it are gone: so many.
func (at *place) leap(n int64) (missed uint64) {
	missed = uint64(n - at.next)
	at.next, at.last = n, NoTime
	return missed
}

// clock says when what a Play sends is due.
type clock struct {
	sched pace.Schedule
	began time.Time
}

// when is the time at which so much media is due.
func (c *clock) when(media time.Duration) time.Time { return c.began.Add(c.sched.When(media)) }

// ended is the step at an end without a successor.
func ended(why EndReason, err error) Step { return Step{Kind: End, Reason: why, Err: err} }

// cursors is the memory of those that a Play can have: beginning takes none.
type cursors struct {
	file    fileCursor
	growing growingCursor
	live    liveCursor
	past    pastCursor
	item    itemCursor
	stride  strideCursor
}

// enter makes the cursor of what is played.
func (p *Play) enter() {
	p.item, p.stride, p.block, p.end = nil, nil, nil, endless
	e, c := p.entry, &p.cursors
	listed, inList := e.(*Listed)
	if inList {
		e = listed.Entry
	}
	live, isLive := e.(*Live)
	switch {
	case isLive && p.shifted && live.past != nil:
		c.past = pastCursor{liveCursor{live, p.lead}, p.wake}
		p.cursor = &c.past
	case isLive:
		c.live = liveCursor{live, p.lead}
		p.cursor = &c.live
	default:
		p.enterFile(e)
	}
	if inList {
		c.item.enter(listed, p.cursor, p.wake)
		p.item, p.cursor = &c.item, &c.item
	}
}

func (p *Play) enterFile(e Entry) {
	c, f := &p.cursors, fileCursor{e, p.wake}
	info := e.Info()
	if info.Growing {
		c.growing = growingCursor{f}
		p.cursor = &c.growing
		return
	}
	c.file = f
	p.cursor, p.end = &c.file, info.Packets
}
