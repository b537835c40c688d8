package asf

// ExtendedContentDescription holds named values about the whole file. ASF
// specification 3.11.
type ExtendedContentDescription struct {
	Descriptors []Descriptor
}

// Descriptor is a named value.
type Descriptor struct {
	Name  Text
	Value Value
}

func (o *ExtendedContentDescription) ID() GUID { return IDExtendedContentDescription }

func (o *ExtendedContentDescription) Size() int {
	n := 26
	for _, d := range o.Descriptors {
		n += 6 + len(clip16(d.Name)) + len(clip16(d.Value.Data))
	}
	return n
}

func (o *ExtendedContentDescription) parse(c *objectCursor) {
	o.Descriptors = make([]Descriptor, c.count(uint32(c.u16()), 6))
	for i := range o.Descriptors {
		d := &o.Descriptors[i]
		d.Name = c.take(int(c.u16()))
		d.Value.Type = ValueType(c.u16())
		d.Value.Data = c.take(int(c.u16()))
	}
}

func (o *ExtendedContentDescription) Append(b []byte) []byte {
	b, at := beginObject(b, IDExtendedContentDescription)
	b = le.AppendUint16(b, uint16(len(o.Descriptors)))
	for _, d := range o.Descriptors {
		b = appendData16(b, d.Name)
		b = le.AppendUint16(b, uint16(d.Value.Type))
		b = appendData16(b, d.Value.Data)
	}
	return endObject(b, at)
}
