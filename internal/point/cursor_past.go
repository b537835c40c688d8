package point

import "time"

// pastCursor goes through a broadcast behind its present: what has left the memory
// comes from where it is kept.
type pastCursor struct {
	liveCursor
	wake func()
}

// maxRecalls is how many files in a row that are gone a player is led past.
const maxRecalls = 64

func (c *pastCursor) bring(at *place, now time.Time) Step {
	c.live.watched.Store(now.UnixNano())
	st := c.live.state(at.next)
	if !st.gone && st.missed == 0 {
		return c.present(at, now)
	}
	it, found := c.recall(at)
	if !found {
		missed := it.missed
		it = c.present(at, now)
		it.missed += missed
	}
	return it
}

// recall is bring among what is kept. It finds nothing if the next packet is not
// there, nor one that follows: then the player goes on in memory.
func (c *pastCursor) recall(at *place) (it Step, found bool) {
	l := c.live
	for range maxRecalls {
		b, err := l.past.Block(l.generation, at.next, c.wake)
		switch {
		case b != nil:
			at.block = b
			it.Kind = Packet
			return it, true
		case err == nil:
			it.Kind = Load
			return it, true
		case err != ErrPosition: // the storage fails
			return it, false
		}
		n, ok := l.past.After(l.generation, c.lead, at.next)
		if first := l.first(); !ok || n <= at.next || first != nil && n >= first.first {
			break
		}
		it.missed += at.leap(n)
	}
	return it, false
}
