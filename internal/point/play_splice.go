package point

import (
	"time"

	"caracal/asf"
	"caracal/internal/pace"
)

// splice moves the packets of an entry so far on that they follow those of the entry
// before as if both were one.
type splice struct {
	shift asf.Shift
	end   uint32 // send time, as moved, at which what is played now is over; ms
	known bool   // the first packet has told by how much
}

// Splice has the times of what a Play has just turned to go on from those of the entry
// before: for players that are told nothing of the change. It is not for broadcasts,
// whose packets stay as their encoder made them.
func (p *Play) Splice() {
	if p.item == nil || p.item.live {
		return
	}
	if p.splice == nil {
		p.splice = &splice{}
	}
	p.splice.end, p.splice.known = p.ended, false
}

// endOf is the send time, as moved, at which an entry that is left is over: when its
// last packet went out, and not before all of it that was to be played has been.
func (p *Play) endOf() uint32 {
	end, moved := p.last, uint32(0)
	if end == NoTime {
		return 0
	}
	if p.splice != nil {
		moved = p.splice.shift.Time
	}
	if info := p.entry.Info(); p.next >= info.Packets && (p.item == nil || p.item.clip == 0) {
		end = max(end, uint32(min(info.Duration, maxSpliced).Milliseconds()))
	}
	return end + moved + 1
}

// maxSpliced is the longest entry whose duration is believed: times in packets have
// 32 bits of milliseconds.
const maxSpliced = 40 * 24 * time.Hour

// move makes a copy of a packet with its times moved, nil if it has none.
func (s *splice) move(mem *pace.Scratch, raw []byte, send uint32) []byte {
	if !s.known {
		if send == NoTime {
			return nil
		}
		s.shift.Time, s.known = s.end-send, true
	}
	b := append(mem.Grab(len(raw))[:0], raw...)
	if s.shift.Apply(b) != nil {
		return nil
	}
	return b
}
