package point

import (
	"errors"
	"io"
	"time"
)

// foresight is how many packets before its end, with the block that they are in,
// what follows an entry in a list is opened: late, for the list may be changed.
const foresight = 32

// clipForesight is the same for an entry that is left before its end.
const clipForesight = 2 * time.Second

// maxBroken is how many entries of a list may fail one after the other.
const maxBroken = 16

// itemCursor goes through an item of a list with the cursor of its kind, and on to
// what follows it.
type itemCursor struct {
	cursor
	listed *Listed
	wake   func()
	live   bool          // the item is a broadcast
	clip   time.Duration // of media, when the list wants no more of the item; 0: to the end
	failed bool          // its storage
	cut    bool          // by its list
	broken int           // items that have failed since the last packet
}

// enter makes l the item. How many have failed, and where the one before was to be
// left, stays for now.
func (c *itemCursor) enter(l *Listed, kind cursor, wake func()) {
	*c = itemCursor{cursor: kind, listed: l, wake: wake, live: liveOf(l) != nil, clip: c.clip, broken: c.broken}
}

func (c *itemCursor) bring(at *place, now time.Time) Step {
	if !c.live && at.next+foresight >= c.listed.Info().Packets {
		c.listed.follow(c.wake)
	}
	it := c.cursor.bring(at, now)
	if it.Kind != End {
		return it
	}
	missed := it.missed
	switch it.Reason {
	case EndChange:
		it.Next = c.listed.changed(it.Next.(*Live))
	case EndError:
		it = c.fail(it.Err)
	default:
		it = c.pass()
	}
	it.missed = missed
	return it
}

// pass goes on to what follows the item in its list, if anything does.
func (c *itemCursor) pass() Step {
	next, err := c.listed.follow(c.wake)
	switch {
	case errors.Is(err, io.EOF):
		return ended(EndNatural, nil)
	case err != nil:
		return ended(EndError, err)
	case next == nil:
		return Step{Kind: Load}
	}
	next.number()
	return Step{Kind: End, Reason: EndChange, Next: next}
}

// fail is pass after the item's storage has failed, unless too many have.
func (c *itemCursor) fail(err error) Step {
	if !c.failed && c.broken == maxBroken {
		return ended(EndError, err)
	}
	if !c.failed {
		c.failed = true
		c.broken++
		if f := c.listed.item.Failed; f != nil {
			f(err)
		}
	}
	return c.pass()
}

// left says whether the list ends the item before the next packet, with which so
// much media has been played.
func (c *itemCursor) left(at *place, media time.Duration) bool {
	if c.isCut(at) || c.clip > 0 && media >= c.clip {
		return true
	}
	if c.clip > 0 && media+clipForesight >= c.clip {
		c.listed.follow(c.wake)
	}
	return false
}

// isCut asks the list. What was to follow the item that is cut does so no more.
func (c *itemCursor) isCut(at *place) bool {
	ask := c.listed.item.Cut
	if c.cut || ask == nil {
		return c.cut
	}
	t := time.Duration(-1)
	if !c.live {
		t = time.Duration(at.block.SendTime(at.next)) * time.Millisecond
	}
	if c.cut = ask(t); c.cut {
		c.listed.forget()
	}
	return c.cut
}
