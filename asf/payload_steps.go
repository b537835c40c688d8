package asf

// payloadSteps finds the payloads of a packet without reading more of them than
// where they end: senders look at every packet that leaves, for its padding and
// its key frames only.
type payloadSteps struct {
	raw      []byte // the payload with its head
	rest     []byte
	left     int // payloads still to come
	offset   int // of rest in the packet
	props    byte
	lengths  int // width of the payload lengths; 0 in a single payload
	multiple bool
	err      error

	// Offsets in raw: of replicated data, its end, and of the payload's data.
	replicated, described, data int
}

func (p *Packet) steps() payloadSteps {
	s := payloadSteps{rest: p.Body, left: 1, offset: p.HeadSize(), props: p.PropertyFlags}
	switch {
	case p.Opaque:
		s.left = 0
	case p.Multiple:
		s.multiple = true
		s.left = int(p.PayloadFlags & payloadCountMask)
		s.lengths = fieldWidth[p.PayloadFlags>>payloadLengthShift]
	}
	return s
}

func (s *payloadSteps) fail(err error) error {
	s.left = 0
	return &ParseError{Object: "Payload", Offset: int64(s.offset), Err: err}
}

// key says that the payload is of a key frame.
func (s *payloadSteps) key() bool { return s.raw[0]&keyFrameBit != 0 }

// step goes over the payload at the start of rest.
func (s *payloadSteps) step() bool {
	if s.left == 0 {
		return false
	}
	s.left--
	size, err := s.measure()
	if err == nil && size > len(s.rest)-s.data {
		err = ErrNeedMore
	}
	if err != nil {
		s.err = s.fail(err)
		return false
	}
	end := s.data + size
	s.raw = s.rest[:end:end]
	s.rest = s.rest[end:]
	s.offset += end
	return true
}

// measure reads the sizes in the payload's head (5.2.3.1 to 5.2.3.4), and
// returns that of the data behind it.
func (s *payloadSteps) measure() (size int, err error) {
	b := s.rest
	length := fieldWidth[s.props>>replicatedShift&3]
	// The stream number is one byte whatever its length type says.
	s.replicated = 1 + fieldWidth[s.props>>numberShift&3] + fieldWidth[s.props>>offsetShift&3] + length
	if len(b) < s.replicated {
		return 0, ErrNeedMore
	}
	n := int64(readField(b[s.replicated-length:], length))
	if n > int64(len(b)-s.replicated) {
		return 0, ErrNeedMore
	}
	s.described = s.replicated + int(n)
	s.data = s.described
	if !s.multiple {
		return len(b) - s.data, nil
	}
	if s.lengths == 0 {
		return 0, ErrInvalid
	}
	if len(b) < s.data+s.lengths {
		return 0, ErrNeedMore
	}
	data := int64(readField(b[s.data:], s.lengths))
	s.data += s.lengths
	if data > int64(len(b)-s.data) {
		return 0, ErrNeedMore
	}
	return int(data), nil
}
