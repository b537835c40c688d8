package mms

// number finds the whole number of a data packet, of which AFFlags has 8 bits.
// The nearest to the last ones would do if copies of lost packets came soon;
// but they may be more than half a round behind, and as much may be lost in one
// go. LocationId tells then: in a stream it grows, or falls, from packet to
// packet.
func (r *clientReceiver) number(d Data, late bool) Sequence {
	nearest := r.end.Near(d.AFFlags)
	switch {
	case !r.started && int32(nearest) < 0:
		return Sequence(d.AFFlags)
	case !r.started || late && int32(nearest-r.end) < 0:
		return nearest
	case late:
		return r.missingBefore(nearest)
	case !r.located:
		return nearest
	case r.beyond(d.LocationID):
		for int32(nearest-r.end) < 0 {
			nearest += sequenceRound
		}
		return nearest
	}
	return r.older(d, nearest)
}

// following is the number of a packet over TCP, where none is a copy: an entry that
// nothing is told of has the LocationId of packets before it again.
func (r *clientReceiver) following(d Data) Sequence {
	seq := r.end.Near(d.AFFlags)
	if int32(seq-r.end) < 0 {
		seq += sequenceRound
	}
	return seq
}

// beyond says that a packet with this LocationId follows all that have come.
func (r *clientReceiver) beyond(location uint32) bool {
	ahead := int32(location - r.newest)
	return ahead > 0 != r.reverse && ahead != 0
}

// missingBefore is where a packet of a stream before this one may be missing.
func (r *clientReceiver) missingBefore(seq Sequence) Sequence {
	for old := seq - sequenceRound; int32(old-r.next) >= 0; old -= sequenceRound {
		if !r.has(old) {
			return old
		}
	}
	return seq
}

// older finds the number of a packet that does not follow the last one: it was
// missing, or came already. One that is neither is a copy that comes far too
// late, but for the very next number: a server may begin to count its packets
// anew.
func (r *clientReceiver) older(d Data, nearest Sequence) Sequence {
	for seq := nearest; int32(seq-r.next) >= -receiveHistory; seq -= sequenceRound {
		slot := r.known(seq)
		if slot == nil {
			continue
		}
		if slot.came && slot.location == d.LocationID || !slot.came && r.fits(seq, d) {
			return seq
		}
	}
	if nearest == r.end {
		return nearest
	}
	return r.next - 1
}

// fits says that a LocationId lies between those of the packets around a
// number, as far as there are any in the stream.
func (r *clientReceiver) fits(seq Sequence, d Data) bool {
	follows := func(first, second uint32) bool {
		return int32(second-first) > 0 != r.reverse && first != second
	}
	for before := seq - 1; int32(before-r.next) >= -receiveHistory; before-- {
		if slot := r.known(before); slot != nil && slot.came && slot.stream == d.PlayIncarnation {
			if !follows(slot.location, d.LocationID) {
				return false
			}
			break
		}
	}
	for after := seq + 1; int32(after-r.end) < 0; after++ {
		if slot := r.known(after); slot != nil && slot.came && slot.stream == d.PlayIncarnation {
			return follows(d.LocationID, slot.location)
		}
	}
	return true
}
