package mms

// Pong is LinkViewerToMacPong, [MS-MMSP] 2.2.4.22: the answer to Ping. Players
// leave old bytes in the fields.
type Pong struct{ Param1, Param2 uint32 }

// ParsePong parses the Body of a MIDPong.
func ParsePong(body []byte) (Pong, error) {
	p1, p2, err := parseTwo(MIDPong, body)
	return Pong{p1, p2}, err
}

// Append appends the message.
func (m *Pong) Append(b []byte) []byte { return appendTwo(b, MIDPong, m.Param1, m.Param2) }

func parseTwo(mid MID, body []byte) (first, second uint32, err error) {
	if err := checkBody(mid, body, 8); err != nil {
		return 0, 0, err
	}
	f := fields{body}
	return f.u32(), f.u32(), nil
}

func appendTwo(b []byte, mid MID, first, second uint32) []byte {
	b, at := beginMessage(b, mid)
	return endMessage(appendU32(b, first, second), at)
}
