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

// AppendPadded appends a packet that has lost its padding, filled up with zeros
// to size bytes, the packet size of its file. A padding length that says what is
// missing stays; else it is set, and keeps its width if it has one that suffices.
// A packet that is as long already, and one of opaque data, is appended as it is.
func AppendPadded(b, pkt []byte, size int) ([]byte, error) {
	var p Packet
	if missing := size - len(pkt); missing > 0 {
		at := len(b)
		b = append(append(b, pkt...), make([]byte, missing)...)
		if err := ParsePacket(b[at:], &p); err == nil && !p.Opaque && int64(p.PaddingLength) == int64(missing) {
			return b, nil
		}
		b = b[:at]
	}
	if err := ParsePacket(pkt, &p); err != nil {
		return b, err
	}
	if p.Opaque || len(pkt) >= size {
		return append(b, pkt...), nil
	}
	if fieldWidth[p.LengthFlags>>lengthShift&3] == 0 || p.Length == 0 {
		p.declarePadding(size)
	}
	start := len(b)
	b = p.Append(b)
	return append(b, make([]byte, max(size-(len(b)-start), 0))...), nil
}

// AppendRefilled is AppendPadded for packets that say their length where there was
// padding, as multicasts carry them: they are as in a file again, where the length
// of the padding is said.
func AppendRefilled(b, pkt []byte, size int) ([]byte, error) {
	var p Packet
	if err := ParsePacket(pkt, &p); err != nil {
		return b, err
	}
	if p.Opaque || fieldWidth[p.LengthFlags>>lengthShift&3] == 0 || int64(p.Length) != int64(len(pkt)) || len(pkt) >= size {
		return AppendPadded(b, pkt, size)
	}
	p.Trim(false)
	p.declarePadding(size)
	start := len(b)
	b = p.Append(b)
	return append(b, make([]byte, max(size-(len(b)-start), 0))...), nil
}

// declarePadding sets the padding length of a packet that is to be size bytes
// long: a single payload goes to where the padding begins.
func (p *Packet) declarePadding(size int) {
	for code := p.LengthFlags >> paddingShift & 3; ; code++ {
		p.LengthFlags = p.LengthFlags&^(3<<paddingShift) | code<<paddingShift
		n := size - p.HeadSize() - len(p.Body)
		if code == 3 || code > 0 && n < 1<<(8*fieldWidth[code]) {
			p.PaddingLength = uint32(max(n, len(p.Padding)))
			return
		}
	}
}
