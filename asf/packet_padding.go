package asf

// PaddingSpan finds the padding of a packet: n bytes from off to its end.
//
// Bytes that follow the last of multiple payloads count as padding whether or
// not the packet declares them: a receiver that fills a short packet up with
// zeros leaves the padding length as it came.
func PaddingSpan(b []byte) (off, n int, err error) {
	var p Packet
	if err := ParsePacket(b, &p); err != nil {
		return 0, 0, err
	}
	slack, _ := p.tail()
	off = len(b) - len(p.Padding) - slack
	return off, len(b) - off, nil
}

// tail counts the bytes of Body behind the last payload; 0 if the payloads do
// not parse, so that nothing is taken from a packet that is not understood. On
// the way it sees whether one is of a key frame.
func (p *Packet) tail() (slack int, key bool) {
	s := p.steps()
	for s.step() {
		key = key || s.key()
	}
	if s.err != nil || p.Opaque {
		return 0, key
	}
	return len(s.rest), key
}

// Trim removes the padding: the tail is cut, the padding length field goes, and
// so does the packet length, unless explicit asks for a 16-bit one (a packet
// larger than that gets 32 bits). Opaque packets have no padding. key says that
// a payload of a key frame is in the packet.
func (p *Packet) Trim(explicit bool) (key bool) {
	if p.Opaque {
		return false
	}
	slack, key := p.tail()
	end := len(p.Body) - slack
	p.Body, p.Padding = p.Body[:end:end], nil
	p.Length, p.PaddingLength = 0, 0
	p.LengthFlags &^= 3<<paddingShift | 3<<lengthShift
	if !explicit {
		return key
	}
	p.LengthFlags |= 2 << lengthShift
	if p.Size() > 0xFFFF {
		p.LengthFlags |= 3 << lengthShift
	}
	p.Length = uint32(p.Size())
	return key
}
