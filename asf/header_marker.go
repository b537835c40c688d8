package asf

// Marker names places in the file. ASF specification 3.7.
type Marker struct {
	Reserved1 GUID // ReservedMarker
	Reserved2 uint16
	Name      Text
	Markers   []MarkerEntry
}

// MarkerEntry is one named place.
type MarkerEntry struct {
	Offset           uint64 // bytes from the start of the Data Object to a packet
	PresentationTime uint64 // 100 ns
	SendTime         uint32 // ms
	Flags            uint32
	Description      Text
	Padding          []byte
}

func (e *MarkerEntry) size() int { return 30 + len(e.Description)&^1 + len(e.Padding) }

func (o *Marker) ID() GUID { return IDMarker }

func (o *Marker) Size() int {
	n := 48 + len(clip16(o.Name))
	for i := range o.Markers {
		n += o.Markers[i].size()
	}
	return n
}

func (o *Marker) parse(c *objectCursor) {
	o.Reserved1 = c.guid()
	markers := c.u32()
	o.Reserved2 = c.u16()
	o.Name = c.take(int(c.u16()))
	o.Markers = make([]MarkerEntry, c.count(markers, 30))
	for i := range o.Markers {
		o.Markers[i].parse(c)
	}
}

// parse reads an entry, whose length counts what follows the length field.
// Where it contradicts the description's length, that one rules.
func (e *MarkerEntry) parse(c *objectCursor) {
	e.Offset = c.u64()
	e.PresentationTime = c.u64()
	length := int(c.u16())
	e.SendTime = c.u32()
	e.Flags = c.u32()
	chars := c.u32()
	if chars > MaxHeaderSize/2 {
		c.take(-1)
		return
	}
	e.Description = c.take(2 * int(chars))
	if pad := length - 12 - 2*int(chars); pad > 0 && pad <= len(c.b) {
		e.Padding = c.take(pad)
	}
}

func (o *Marker) Append(b []byte) []byte {
	b, at := beginObject(b, IDMarker)
	b = append(b, o.Reserved1[:]...)
	b = le.AppendUint32(b, uint32(len(o.Markers)))
	b = le.AppendUint16(b, o.Reserved2)
	b = appendData16(b, o.Name)
	for i := range o.Markers {
		b = o.Markers[i].append(b)
	}
	return endObject(b, at)
}

func (e *MarkerEntry) append(b []byte) []byte {
	b = le.AppendUint64(b, e.Offset)
	b = le.AppendUint64(b, e.PresentationTime)
	b = le.AppendUint16(b, uint16(e.size()-18))
	b = le.AppendUint32(b, e.SendTime)
	b = le.AppendUint32(b, e.Flags)
	b = le.AppendUint32(b, uint32(len(e.Description)/2))
	b = append(b, e.Description[:len(e.Description)&^1]...)
	return append(b, e.Padding...)
}
