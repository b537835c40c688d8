package point

import (
	"errors"
	"time"
)

// fileCursor goes through a file that is complete.
type fileCursor struct {
	entry Entry
	wake  func()
}

func (c *fileCursor) bring(at *place, _ time.Time) Step {
	at.end = c.entry.Info().Packets
	if at.next >= at.end {
		return c.pass()
	}
	if at.block.Holds(at.next) {
		return Step{Kind: Packet}
	}
	return c.read(at)
}

// read asks the storage for the block.
func (c *fileCursor) read(at *place) Step {
	b, err := c.entry.Block(at.next, c.wake)
	switch {
	case errors.Is(err, ErrEnd):
		return c.pass()
	case err != nil:
		return ended(EndError, err)
	case b == nil:
		return Step{Kind: Load}
	}
	at.block = b
	return Step{Kind: Packet}
}

func (c *fileCursor) pass() Step { return ended(EndNatural, nil) }

// growingCursor goes through a file that is being written: the end is where the
// storage says that it is.
type growingCursor struct{ fileCursor }

func (c *growingCursor) bring(at *place, _ time.Time) Step { return c.read(at) }
