package asf

import "encoding/binary"

// Shift moves packets in time and their media objects in number, so that one
// file's packets can follow another's as if both were one. The zero value
// changes nothing.
type Shift struct {
	Time    uint32                       // ms, added to send and presentation times
	Objects [streamNumberMask + 1]uint32 // added to the media object numbers of each stream
}

// Apply changes a packet in place; what it returns an error for is of no use any
// more. Error correction data would no longer be true and is made to say that
// there is none; a packet of opaque data is nothing else, and an error. So are
// compressed payloads whose presentation time has no room for a later one.
func (s *Shift) Apply(pkt []byte) error {
	var p Packet
	if err := ParsePacket(pkt, &p); err != nil {
		return err
	}
	_, send, err := parsingInformation(pkt)
	if err != nil {
		return err
	}
	if p.Opaque {
		return packetError(0, ErrInvalid)
	}
	if len(p.ErrorCorrection) > 0 {
		clear(p.ErrorCorrection[1:])
	}
	binary.LittleEndian.PutUint32(pkt[send:], p.SendTime+s.Time)
	steps := p.steps()
	for steps.step() {
		if !s.payload(&steps) {
			return steps.fail(ErrLimit)
		}
	}
	return steps.err
}

// payload changes the payload that steps is at; false if it cannot.
func (s *Shift) payload(at *payloadSteps) bool {
	number := fieldWidth[at.props>>numberShift&3]
	offset := fieldWidth[at.props>>offsetShift&3]
	add(at.raw[1:], number, s.Objects[at.raw[0]&streamNumberMask])
	switch described := at.raw[at.replicated:at.described]; {
	case len(described) == compressedReplicated:
		// The offset field is a presentation time.
		if offset < 4 && s.Time != 0 {
			return false
		}
		add(at.raw[1+number:], offset, s.Time)
	case len(described) >= objectReplicated:
		add(described[4:], 4, s.Time)
	}
	return true
}

// add adds to a field of 0, 1, 2 or 4 bytes, which counts round.
func add(b []byte, width int, n uint32) {
	appendField(b[:0], width, readField(b, width)+n)
}
