package asf

import "sync"

// searchLimit is how many bytes a search by send time reads before the whole
// file is scanned instead, once.
const searchLimit = 32 << 20

// seekCache keeps what was learned about clean points.
type seekCache struct {
	mu     sync.Mutex
	loaded bool
	clues  map[uint8][][]int64 // by stream, from each index that was not found wrong
	lists  map[uint8]cleanList

	scanning sync.Mutex // held during a scan, so that there is one at a time
}

type cleanList struct {
	points   []CleanPoint
	complete bool // from a scan, not from an index
}

// known gives the stream's kept list.
func (c *seekCache) known(stream uint8) ([]CleanPoint, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l, ok := c.lists[stream]
	return l.points, ok
}

// scanned gives the stream's kept list if it is complete.
func (c *seekCache) scanned(stream uint8) ([]CleanPoint, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.lists[stream]
	return l.points, l.complete
}

func (c *seekCache) keep(stream uint8, points []CleanPoint, complete bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lists == nil {
		c.lists = map[uint8]cleanList{}
	}
	if !c.lists[stream].complete {
		c.lists[stream] = cleanList{points, complete}
	}
}

// distrust drops an index that was found wrong for a stream, unless another
// goroutine did so already.
func (c *seekCache) distrust(stream uint8, clues []int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.clues[stream]; len(s) > 0 && &s[0][0] == &clues[0] {
		c.clues[stream] = s[1:]
	}
}

// bySendTime finds the clean point for ms among the packets that are sent until
// then, from the last one back; not ok if that takes more than searchLimit.
func (r *Reader) bySendTime(stream uint8, ms uint32) (found CleanPoint, ok bool, err error) {
	last, err := r.PacketBySendTime(ms)
	if err != nil {
		return CleanPoint{}, false, err
	}
	step := max(1, int64(seekChunk/r.packetSize))
	least := max(0, last-int64(searchLimit/r.packetSize))
	for end := last + 1; end > least; end -= step {
		err = r.eachCleanPoint(stream, max(0, end-step), end, seekChunk, func(_ *Packet, at CleanPoint) bool {
			if at.Time <= ms {
				found, ok = at, true
			}
			return true
		})
		if ok || err != nil {
			return found, ok, err
		}
	}
	if least > 0 {
		return CleanPoint{}, false, nil
	}
	return r.forward(stream, 0, ms)
}

// scan reads the whole file once for the stream's clean points.
func (r *Reader) scan(stream uint8) ([]CleanPoint, error) {
	r.seek.scanning.Lock()
	defer r.seek.scanning.Unlock()
	if list, ok := r.seek.scanned(stream); ok {
		return list, nil
	}
	var list []CleanPoint
	full := false
	err := r.eachCleanPoint(stream, 0, r.packets, scanChunk, func(_ *Packet, at CleanPoint) bool {
		full = len(list) == maxCleanPoints
		if !full {
			list = append(list, at)
		}
		return !full
	})
	if err != nil {
		return nil, err
	}
	if full {
		return nil, &ParseError{Object: "clean points", Err: ErrLimit}
	}
	r.seek.keep(stream, list, true)
	return list, nil
}
