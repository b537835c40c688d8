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
// before 0 is 0. A packet of opaque data has no times.
//
// ASF 5.2.2, 5.2.3
func shiftPacket(b []byte, ms uint32) {
	_, send, err := parsingInformation(b)
	if err != nil || send < 0 {
		return
	}
	var p Packet
	if ParsePacket(b, &p) != nil {
		return
	}
	shiftField(b[send:], 4, ms)
	s := p.steps()
	for s.step() {
		switch n := s.described - s.replicated; {
		case n == compressedReplicated:
			// The offset field, in front of the replicated data's length, is the time.
			width := fieldWidth[s.props>>offsetShift&3]
			at := s.replicated - fieldWidth[s.props>>replicatedShift&3] - width
			shiftField(s.raw[at:], width, ms)
		case n >= objectReplicated:
			shiftField(s.raw[s.replicated+4:], 4, ms)
		}
	}
}

// shiftField sets a time back that has so many bytes. Times wrap around at 32
// bits; one that is narrower is not known beyond its width, and stays.
func shiftField(b []byte, width int, ms uint32) {
	if width != 4 {
		return
	}
	t := binary.LittleEndian.Uint32(b) - ms
	if int32(t) < 0 {
		t = 0
	}
	binary.LittleEndian.PutUint32(b, t)
}
