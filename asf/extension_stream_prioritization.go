package asf

// StreamPrioritization lists the streams, the most important first. ASF
// specification 4.4.
type StreamPrioritization struct {
	Priorities []StreamPriority
}

// StreamPriority is one stream's place in the order.
type StreamPriority struct {
	Stream uint16
	Flags  uint16 // bit 0: mandatory
}

// Mandatory says that the stream must not be left out.
func (p StreamPriority) Mandatory() bool { return p.Flags&1 != 0 }

func (o *StreamPrioritization) ID() GUID  { return IDStreamPrioritization }
func (o *StreamPrioritization) Size() int { return 26 + 4*len(o.Priorities) }

func (o *StreamPrioritization) parse(c *objectCursor) {
	o.Priorities = make([]StreamPriority, c.count(uint32(c.u16()), 4))
	for i := range o.Priorities {
		o.Priorities[i] = StreamPriority{Stream: c.u16(), Flags: c.u16()}
	}
}

func (o *StreamPrioritization) Append(b []byte) []byte {
	b, at := beginObject(b, IDStreamPrioritization)
	b = le.AppendUint16(b, uint16(len(o.Priorities)))
	for _, p := range o.Priorities {
		b = le.AppendUint16(b, p.Stream)
		b = le.AppendUint16(b, p.Flags)
	}
	return endObject(b, at)
}
