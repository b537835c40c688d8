package point

import (
	"time"

	"caracal/asf"
)

// Past is where the packets of a broadcast are that have left its memory: an
// archive, which gives them as they were. Entries are told apart by their
// Generation. No method waits for storage, and all may be called from any
// goroutine.
type Past interface {
	// Block returns the block with packet n of an entry as Entry.Block does.
	// ErrPosition says that it is not kept.
	Block(entry uint32, n int64, wake func()) (*Block, error)
	// Before returns the last clean point of a stream at or before a presentation
	// time (ms, with preroll), the first that is kept if there is none; false if
	// none is kept at all.
	Before(entry uint32, stream uint8, ms uint32) (asf.CleanPoint, bool)
	// After returns the first packet from n on with a clean point of a stream.
	After(entry uint32, stream uint8, n int64) (packet int64, ok bool)
}

// SetPast gives the broadcast a past, before it has a source: players may go back
// in what comes from then on.
func (b *Broadcast) SetPast(p Past) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.past = p
}

// locate turns a position into the number of a packet that is kept: its own, or
// the next one at which a player can begin. -1 is the present. early is how long
// before the position that is.
func (l *Live) locate(p Position, lead uint8) (n int64, early time.Duration, err error) {
	last, end := l.last(), l.end()
	if p.By == ByTime {
		at := uint32(p.Value) + l.info.TimeBase
		if p.Value < 0 || p.Value > maxPast {
			return -1, 0, nil
		}
		if last != nil && int32(uint32(p.Value)-last.SendTime(end-1)) > 0 {
			return -1, 0, nil // it has not come yet
		}
		c := l.before(lead, at)
		n, early = c.Packet, time.Duration(max(int32(at-c.Time), 0))*time.Millisecond
	} else if n, err = numbered(l.info, p); err != nil {
		return 0, 0, err
	}
	for range maxRecalls {
		if n >= end {
			return -1, 0, nil
		}
		if _, err = l.fetch(n); err == nil || err == ErrBusy {
			return n, early, err
		}
		n, early = l.nextKept(lead, n+1), 0
	}
	return -1, 0, nil
}

// maxPast is the latest time of a broadcast that can be asked for, ms: times have
// 32 bits.
const maxPast = 1<<32 - 1

// end returns how many packets there have been.
func (l *Live) end() int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if n := len(l.blocks); n > 0 {
		return l.blocks[n-1].first + l.blocks[n-1].count.Load()
	}
	return l.count
}

// before returns the last clean point at or before a time, of those in memory or
// in the past; the first of all if there is none.
func (l *Live) before(stream uint8, at uint32) asf.CleanPoint {
	c, ok := l.recent(stream, at)
	if ok {
		return c
	}
	old, ok := l.past.Before(l.generation, stream, at)
	if !ok || c.Packet < old.Packet && int32(at-old.Time) < 0 {
		return c
	}
	return old
}

// recent is before among the packets in memory; without one it returns the first
// clean point there, or the end.
func (l *Live) recent(stream uint8, at uint32) (c asf.CleanPoint, ok bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	found := false
	for _, b := range l.blocks {
		for n := b.first; b.Holds(n); n++ {
			if !b.begin(n, stream) {
				continue
			}
			when := presented(b.Packet(n), stream)
			before := int32(at-when) >= 0
			if before || !found {
				c, ok, found = asf.CleanPoint{Packet: n, Time: when}, before, true
			}
			if !before {
				return c, ok
			}
		}
		if !found {
			c.Packet = b.first + b.count.Load()
		}
	}
	return c, ok
}

// presented returns the time of the first media object of a stream that begins in
// a packet, ms.
func presented(pkt []byte, stream uint8) (ms uint32) {
	var p asf.Packet
	if asf.ParsePacket(pkt, &p) != nil {
		return 0
	}
	for it := p.Payloads(); it.Next(); {
		if it.Payload.Stream == stream && it.Payload.Offset == 0 {
			return it.Payload.Time
		}
	}
	return p.SendTime
}

// nextKept returns the first packet from n on at which a player can begin: of the
// past, or in memory.
func (l *Live) nextKept(lead uint8, n int64) int64 {
	old, ok := l.past.After(l.generation, lead, n)
	if b := l.first(); b != nil && n >= b.first {
		return n
	}
	next := l.after(lead)
	if next < n {
		next = l.end() // all of it has been dropped
	}
	if ok && old < next {
		return old
	}
	return next
}

func (l *Live) first() *Block {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if len(l.blocks) == 0 {
		return nil
	}
	return l.blocks[0]
}

// fetch returns the block with packet n from memory or from the past. It waits for
// storage, and never runs on a shard.
func (l *Live) fetch(n int64) (*Block, error) {
	if b := l.state(n).block; b != nil {
		return b, nil
	}
	if l.past == nil {
		return nil, ErrPosition
	}
	busy := time.NewTimer(openTimeout)
	defer busy.Stop()
	for {
		ready := make(chan struct{}, 1)
		b, err := l.past.Block(l.generation, n, func() { ready <- struct{}{} })
		if b != nil || err != nil {
			return b, err
		}
		select {
		case <-ready:
		case <-busy.C:
			return nil, ErrBusy
		}
	}
}
