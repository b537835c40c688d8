package msb

type placing uint8

const (
	placeHere  placing = iota
	placeLate          // before the next packet
	placeEarly         // parity before all packets
	placeFar           // too far from all others
)

// place finds where an ID lies and makes room for it: packets that the newest
// one leaves too far behind count as lost.
func (d *Decoder) place(id uint32, parity bool, give func(Received)) placing {
	if !d.started {
		if parity {
			return placeEarly
		}
		d.restart(id)
	}
	ahead := int32(id - d.next)
	if ahead >= jump || ahead <= -window {
		if parity {
			return placeFar
		}
		if !d.isFar || id != d.far {
			d.isFar, d.far = true, id+1
			return placeFar
		}
		d.Flush(give)
		d.restart(id)
		d.stats.Restarts++
		ahead = 0
	}
	d.isFar = false
	if ahead < 0 {
		return placeLate
	}
	d.reach(id, give)
	return placeHere
}

// reach makes id one that has been sent, and gives up what is hold or more
// behind it.
func (d *Decoder) reach(id uint32, give func(Received)) {
	for int32(id-d.next) >= int32(d.hold) && d.next != d.top {
		d.step(give)
	}
	if behind := int32(id - d.hold + 1 - d.next); behind > 0 { // nothing of it came
		d.next += uint32(behind)
		d.missing += uint32(behind)
		d.stats.Lost += uint64(behind)
	}
	if int32(id+1-d.top) > 0 {
		d.top = id + 1
	}
}

// restart begins anew with the packet id. The buffers stay.
func (d *Decoder) restart(id uint32) {
	d.started, d.isFar, d.next, d.top = true, false, id, id
	for i := range d.slots {
		d.slots[i].state = slotEmpty
	}
	for i := range d.parities {
		d.parities[i].used = false
	}
}

// at finds the packet with an ID, or nil.
func (d *Decoder) at(id uint32) *slot {
	s := &d.slots[id%window]
	if s.state == slotEmpty || s.id != id {
		return nil
	}
	return s
}

// keep holds a packet that is not late.
func (d *Decoder) keep(p Packet, c Correction) {
	if s := d.at(p.ID); s != nil {
		d.stats.Late++
		return
	}
	s := &d.slots[p.ID%window]
	s.id, s.state, s.stream, s.correction, s.repaired = p.ID, slotHeld, p.Stream, c, false
	s.data = append(s.data[:0], p.ASF...)
	clear(s.data[min(1, c.Size):c.Size])
}

// ignore notes that a packet was there, so that it does not count as lost. It
// neither begins nor moves the window: others may send to the group as well.
func (d *Decoder) ignore(id uint32) {
	if ahead := int32(id - d.next); !d.started || ahead < 0 || ahead >= int32(d.hold) || d.at(id) != nil {
		return
	}
	s := &d.slots[id%window]
	s.id, s.state = id, slotIgnored
	if int32(id+1-d.top) > 0 {
		d.top = id + 1
	}
}

// keepParity holds a parity packet, in the place of the oldest.
func (d *Decoder) keepParity(p Packet, c Correction) {
	if c.Type != CorrectionParity || c.Size <= correctionLeast {
		return
	}
	for i := range d.parities {
		if q := &d.parities[i]; q.used && q.last == p.ID {
			return
		}
	}
	q := &d.parities[d.turn]
	d.turn = (d.turn + 1) % parities
	*q = paritySlot{used: true, last: p.ID, stream: p.Stream, correction: c, data: append(q.data[:0], p.ASF[c.Size:]...)}
	d.judge(q)
}
