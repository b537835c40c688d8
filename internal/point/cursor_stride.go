package point

import (
	"time"

	"caracal/asf"
	"caracal/internal/pace"
)

// The bounds of a stride.
const (
	// strideGap is the least real time between two key frames of a stride.
	strideGap = 200 * time.Millisecond
	// maxSpread is how many packets a key frame may be spread over, counted
	// from its first.
	maxSpread = 4096
)

// strideCursor is a fast forward or rewind: a walk along the key frames of one video
// stream, which another cursor brings. It keeps to the clock by itself.
type strideCursor struct {
	cursor
	entry  Entry
	clock  *clock
	points []asf.CleanPoint
	index  int
	step   int // 1 or -1
	stream uint8
	packet int64     // within the key frame, -1 before it
	first  uint32    // presentation time of the first key frame
	before time.Time // no key frame leaves before this
}

// begin makes the stride that was asked for.
func (s *strideCursor) begin(start *Start, e Entry, of cursor, c *clock) {
	*s = strideCursor{
		cursor: of, entry: e, clock: c, points: start.points, index: start.index, step: 1, stream: start.stream,
		packet: -1, first: start.points[start.index].Time,
	}
	if start.Rate < 0 {
		s.step = -1
	}
}

// current returns the key frame that is due next or is being sent.
func (s *strideCursor) current() (asf.CleanPoint, bool) {
	if s.index < 0 || s.index >= len(s.points) {
		return asf.CleanPoint{}, false
	}
	return s.points[s.index], true
}

// when is the time at which a key frame is due.
func (s *strideCursor) when(c asf.CleanPoint) time.Time {
	d := int64(c.Time) - int64(s.first)
	return s.clock.when(time.Duration(max(d*int64(s.step), 0)) * time.Millisecond)
}

func (s *strideCursor) advance() { s.index, s.packet = s.index+s.step, -1 }

// bring makes the next packet that may have something of a key frame present, once
// that is due.
func (s *strideCursor) bring(at *place, now time.Time) Step {
	for range maxSkipped {
		c, ok := s.current()
		switch {
		case !ok && s.step < 0:
			return ended(EndReceding, nil)
		case !ok:
			return s.cursor.pass()
		}
		if s.packet < 0 {
			if due := s.enter(c, now); due.After(now) {
				return Step{At: due}
			}
			c, _ = s.current()
		}
		at.next = s.packet
		switch {
		case s.packet >= s.entry.Info().Packets || s.packet-c.Packet > maxSpread:
			s.advance()
		case at.here():
			return Step{Kind: Packet}
		default:
			return s.cursor.bring(at, now)
		}
	}
	return Step{At: now}
}

// enter begins the key frame c when it is due, and returns when that is. Key frames
// that would follow too closely are left out.
func (s *strideCursor) enter(c asf.CleanPoint, now time.Time) time.Time {
	due := s.when(c)
	for due.Before(s.before) {
		s.advance()
		next, ok := s.current()
		if !ok {
			s.index, s.packet = s.index-s.step, -1 // the last one is shown
			due = s.before
			break
		}
		c, due = next, s.when(next)
	}
	if !due.After(now) {
		s.before, s.packet = now.Add(strideGap), c.Packet
	}
	return due
}

// take hands out what the packet has of the key frame, or says that it has nothing.
func (s *strideCursor) take(at *place, mem *pace.Scratch, it *Step) bool {
	c, _ := s.current()
	n, raw := at.next, at.block.Packet(at.next)
	out, keep, done, err := asf.FilterObject(mem.Grab(len(raw))[:0], raw, s.stream, c.Object)
	s.packet++
	if done || err != nil {
		s.advance()
	}
	if err != nil || out == nil {
		return false
	}
	it.Kind, it.Number, it.Data, it.Raw, it.Keep = Packet, n, out, raw, keep
	return true
}
