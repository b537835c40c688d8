package mms

// Ping is LinkMacToViewerPing, [MS-MMSP] 2.2.4.1: is the player still there?
type Ping struct{ Param1, Param2 uint32 }

// ParsePing parses the Body of a MIDPing.
func ParsePing(body []byte) (Ping, error) {
	p1, p2, err := parseTwo(MIDPing, body)
	return Ping{p1, p2}, err
}

// Append appends the message.
func (m *Ping) Append(b []byte) []byte { return appendTwo(b, MIDPing, m.Param1, m.Param2) }
