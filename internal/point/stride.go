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

// stride is the state of a fast forward or rewind: a walk along the key
// frames of one video stream.
type stride struct {
	points []asf.CleanPoint
	index  int
	step   int // 1 or -1
	stream uint8
	packet int64     // within the key frame, -1 before it
	first  uint32    // presentation time of the first key frame
	before time.Time // no key frame leaves before this
}

func newStride(s Start) stride {
	if len(s.points) == 0 {
		return stride{}
	}
	st := stride{points: s.points, index: s.index, step: 1, stream: s.stream, packet: -1}
	st.first = s.points[s.index].Time
	if s.Rate < 0 {
		st.step = -1
	}
	return st
}

func (s *stride) active() bool { return s.points != nil }

// current returns the key frame that is due next or is being sent.
func (s *stride) current() (asf.CleanPoint, bool) {
	if s.index < 0 || s.index >= len(s.points) {
		return asf.CleanPoint{}, false
	}
	return s.points[s.index], true
}

// offset returns how far a key frame is from the first, in media time.
func (s *stride) offset(c asf.CleanPoint) time.Duration {
	d := int64(c.Time) - int64(s.first)
	return time.Duration(max(d*int64(s.step), 0)) * time.Millisecond
}

func (s *stride) advance() { s.index, s.packet = s.index+s.step, -1 }

// nextStride yields the packets of one key frame after the other, with
// everything else left out.
func (p *Play) nextStride(now time.Time, mem *pace.Scratch, it *Step) {
	s := &p.stride
	for range maxSkipped {
		c, ok := s.current()
		if !ok {
			if s.step < 0 {
				p.finish(it, EndReceding)
			} else {
				p.pass(it)
			}
			return
		}
		if s.packet < 0 && !p.strideDue(now, c, it) {
			return
		}
		p.next = s.packet
		if s.packet >= p.entry.Info().Packets || s.packet-c.Packet > maxSpread {
			s.advance()
			continue
		}
		if !p.load(now, it) {
			return
		}
		if p.yieldKeyFrame(mem, c, it) {
			return
		}
	}
	it.At = now
}

// strideDue begins the key frame c when it is due, or says when it is. Key
// frames that would follow too closely are left out.
func (p *Play) strideDue(now time.Time, c asf.CleanPoint, it *Step) bool {
	s := &p.stride
	at := p.began.Add(p.sched.When(s.offset(c)))
	for at.Before(s.before) {
		s.advance()
		next, ok := s.current()
		if !ok {
			s.index, s.packet = s.index-s.step, -1 // the last one is shown
			at = s.before
			break
		}
		c, at = next, p.began.Add(p.sched.When(s.offset(next)))
	}
	if at.After(now) {
		it.At = at
		return false
	}
	s.before = now.Add(strideGap)
	s.packet = c.Packet
	return true
}

func (p *Play) yieldKeyFrame(mem *pace.Scratch, c asf.CleanPoint, it *Step) bool {
	s := &p.stride
	n := s.packet
	raw := p.block.Packet(n)
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
