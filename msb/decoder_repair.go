package msb

import (
	"bytes"
	"crypto/subtle"

	"caracal/asf"
)

// Numbers of parity packets, [MS-MSB] 2.2.2: one more than the span, in four
// bits, or 1 from senders that number nothing.
const unnumbered = 1

// repair makes one missing packet again if parity allows it, [MS-MSB] 3.2.5.3.
func (d *Decoder) repair() bool {
	for i := range d.parities {
		q := &d.parities[i]
		if !q.used || q.judged || int32(q.last-d.next) < 0 {
			continue
		}
		first, ok := d.first(q)
		if !ok {
			continue
		}
		missing, count, ok := d.gaps(q, first)
		if !ok || count != 1 || int32(missing-d.next) < 0 {
			continue
		}
		q.judged = true
		if d.rebuild(q, first, missing) {
			return true
		}
	}
	return false
}

// judge compares parity with its packets when none is missing.
func (d *Decoder) judge(q *paritySlot) {
	first, ok := d.first(q)
	if !ok {
		return
	}
	if _, count, ok := d.gaps(q, first); ok && count == 0 {
		q.judged = true
		if !allZero(d.add(q, first)) {
			d.stats.BadParity++
		}
	}
}

// first finds the first packet of a parity packet's span.
func (d *Decoder) first(q *paritySlot) (uint32, bool) {
	if n := q.correction.Number; n != unnumbered {
		return q.last - uint32((n-2)&nibble), true // 0 is 16: a span of 15
	}
	for i := range d.parities {
		before := &d.parities[i]
		span := q.last - before.last
		if before.used && span > 0 && span <= MaxSpan && before.correction.Cycle == q.correction.Cycle-1 {
			return before.last + 1, true
		}
	}
	// Without the parity packet before it two packets side by side tell, one of
	// this cycle and one of another.
	for back := range uint32(MaxSpan) {
		id := q.last - back
		s, before := d.at(id), d.at(id-1)
		if s != nil && before != nil && s.correction.Cycle == q.correction.Cycle && before.correction.Cycle != q.correction.Cycle {
			return id, true
		}
	}
	return 0, false
}

// gaps counts the packets that are missing from first to the last of q's span,
// and gives one of them. ok says that all others are of that span.
func (d *Decoder) gaps(q *paritySlot, first uint32) (missing uint32, count int, ok bool) {
	number := uint8(1)
	for id := first; id != q.last+1; id++ {
		s := d.at(id)
		if s == nil {
			missing = id
			count++
		} else if !s.belongs(q, number) {
			return 0, 0, false
		}
		if q.correction.Number != unnumbered {
			number++
		}
	}
	return missing, count, true
}

// belongs says that a packet is that of a number in the span of q.
func (s *slot) belongs(q *paritySlot, number uint8) bool {
	c := s.correction
	return s.state == slotHeld && s.stream.Same(q.stream) && c.Type == CorrectionData &&
		c.Cycle == q.correction.Cycle && c.Size == q.correction.Size && c.Number == number
}

// add gives the sum of parity and all packets that are there: zeros if none is
// missing, else the one that is.
func (d *Decoder) add(q *paritySlot, first uint32) []byte {
	d.sum = append(d.sum[:0], q.data...)
	for id := first; id != q.last+1; id++ {
		if s := d.at(id); s != nil {
			data := s.data[s.correction.Size:]
			if more := len(data) - len(d.sum); more > 0 { // parity is too short: it cannot be right
				d.sum = append(d.sum, make([]byte, more)...)
			}
			subtle.XORBytes(d.sum, d.sum, data)
		}
	}
	return d.sum
}

// rebuild makes a missing packet. What comes out has to be an ASF packet.
func (d *Decoder) rebuild(q *paritySlot, first, missing uint32) bool {
	sum := d.add(q, first)
	s := &d.slots[missing%window]
	c := q.correction
	s.state = slotEmpty
	s.data = append(s.data[:0], correctionPresent|byte(c.Size-1))
	for range c.Size - 1 {
		s.data = append(s.data, 0)
	}
	s.data = append(s.data, sum...)
	size, ok := repairedSize(s.data)
	if !ok || len(sum) > len(q.data) {
		d.stats.BadParity++
		return false
	}
	s.data = s.data[:size]
	c.Parity, c.Type = false, CorrectionData
	if c.Number != unnumbered {
		c.Number = uint8(missing-first) + 1
	}
	s.id, s.state, s.stream, s.correction, s.repaired = missing, slotHeld, q.stream, c, true
	d.stats.Repaired++
	return true
}

// repairedSize finds where a packet ends that parity gave the size of the
// largest of its span: the zeros behind it are not its own. A single payload
// would take them for data, but its media object ends before them.
func repairedSize(b []byte) (int, bool) {
	var p asf.Packet
	if asf.ParsePacket(b, &p) != nil || p.Opaque {
		return 0, false
	}
	end, spare := len(b), 0
	it := p.Payloads()
	for it.Next() {
		spare = spareBytes(&it.Payload, spare)
	}
	if it.Err() != nil {
		return 0, false
	}
	switch {
	case p.Length != 0:
		end = int(p.Length)
	case p.PaddingLength != 0:
	case p.Multiple:
		off, _, err := asf.PaddingSpan(b)
		if err != nil {
			return 0, false
		}
		end = off
	default:
		end -= spare
	}
	return end, allZero(b[end:])
}

// spareBytes counts the bytes at the end of a single payload that are not its
// own; before is what the sub-payloads before it have.
func spareBytes(pl *asf.Payload, before int) int {
	switch {
	case pl.Compressed && len(pl.Data) == 0:
		return before + 1
	case pl.Compressed, pl.ObjectSize == 0:
		return 0
	}
	over := int64(pl.Offset) + int64(len(pl.Data)) - int64(pl.ObjectSize)
	return int(max(min(over, int64(len(pl.Data))), 0))
}

func allZero(b []byte) bool { return len(bytes.Trim(b, "\x00")) == 0 }
