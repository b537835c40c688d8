package asf

import "encoding/binary"

// lateStart is how much later than the preroll a file may begin, ms. Encoders do
// not begin exactly there.
const lateStart = 1000

// shiftOf gives how far the times of a file have to be set back that begins with
// a packet: then the first presentation time is the preroll, unless that would
// send something before 0.
func shiftOf(p *Packet, preroll uint64) uint32 {
	early := int32(0) // than the send time and the preroll
	for it := p.Payloads(); it.Next(); {
		early = min(early, int32(it.Payload.Time-p.SendTime-uint32(preroll)))
	}
	if p.SendTime < uint32(-early) || p.SendTime-uint32(-early) <= lateStart {
		return 0
	}
	return p.SendTime - uint32(-early)
}

// shiftPacket sets all times of a packet back by ms, in place; what would be
// before 0 is 0.
func shiftPacket(b []byte, ms uint32) { moveTimes(b, ms, setBack) }

// RestoreTimes gives a packet of a Writer's file the times that it had in the
// stream, in place: ms is the Writer's Shift. What had to become 0 stays the
// file's beginning.
func RestoreTimes(b []byte, ms uint32) {
	if ms > 0 {
		moveTimes(b, ms, setForward)
	}
}

func setBack(t, ms uint32) uint32 {
	if t -= ms; int32(t) < 0 {
		return 0
	}
	return t
}

func setForward(t, ms uint32) uint32 { return t + ms }

// moveTimes moves all times of a packet. A packet of opaque data has none.
//
// ASF 5.2.2, 5.2.3
func moveTimes(b []byte, ms uint32, move func(t, ms uint32) uint32) {
	_, send, err := parsingInformation(b)
	if err != nil || send < 0 {
		return
	}
	var p Packet
	if ParsePacket(b, &p) != nil {
		return
	}
	moveField(b[send:], 4, ms, move)
	s := p.steps()
	for s.step() {
		switch n := s.described - s.replicated; {
		case n == compressedReplicated:
			// The offset field, in front of the replicated data's length, is the time.
			width := fieldWidth[s.props>>offsetShift&3]
			at := s.replicated - fieldWidth[s.props>>replicatedShift&3] - width
			moveField(s.raw[at:], width, ms, move)
		case n >= objectReplicated:
			moveField(s.raw[s.replicated+4:], 4, ms, move)
		}
	}
}

// moveField moves a time that has so many bytes. Times wrap around at 32 bits; one
// that is narrower is not known beyond its width, and stays.
func moveField(b []byte, width int, ms uint32, move func(t, ms uint32) uint32) {
	if width == 4 {
		binary.LittleEndian.PutUint32(b, move(binary.LittleEndian.Uint32(b), ms))
	}
}
