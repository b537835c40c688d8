package asf

// Codec types.
const (
	CodecVideo   = 1
	CodecAudio   = 2
	CodecUnknown = 0xFFFF
)

// CodecList says in words what the file was made with. ASF specification 3.5.
type CodecList struct {
	Reserved GUID // ReservedCodecList
	Codecs   []Codec
}

// Codec is one entry of the Codec List.
type Codec struct {
	Type        uint16 // CodecVideo, CodecAudio or CodecUnknown
	Name        Text
	Description Text
	Information []byte // opaque: a wave format tag, a FourCC
}

func (o *CodecList) ID() GUID { return IDCodecList }

func (o *CodecList) Size() int {
	n := 44
	for _, e := range o.Codecs {
		n += 8 + len(wide(e.Name)) + len(wide(e.Description)) + len(clip16(e.Information))
	}
	return n
}

func (o *CodecList) parse(c *objectCursor) {
	o.Reserved = c.guid()
	o.Codecs = make([]Codec, c.count(c.u32(), 8))
	for i := range o.Codecs {
		e := &o.Codecs[i]
		e.Type = c.u16()
		e.Name = c.take(2 * int(c.u16()))
		e.Description = c.take(2 * int(c.u16()))
		e.Information = c.take(int(c.u16()))
	}
}

func (o *CodecList) Append(b []byte) []byte {
	b, at := beginObject(b, IDCodecList)
	b = append(b, o.Reserved[:]...)
	b = le.AppendUint32(b, uint32(len(o.Codecs)))
	for _, e := range o.Codecs {
		b = le.AppendUint16(b, e.Type)
		b = appendWide(b, e.Name)
		b = appendWide(b, e.Description)
		b = appendData16(b, e.Information)
	}
	return endObject(b, at)
}
