package asf

// BitrateMutualExclusion lists streams of which a Player plays one, according
// to its bandwidth. ASF specification 3.8.
type BitrateMutualExclusion struct {
	Type    GUID // ExclusionBitrate
	Streams []uint16
}

func (o *BitrateMutualExclusion) ID() GUID  { return IDBitrateMutualExclusion }
func (o *BitrateMutualExclusion) Size() int { return 42 + 2*len(o.Streams) }

func (o *BitrateMutualExclusion) parse(c *objectCursor) {
	o.Type = c.guid()
	o.Streams = c.streams(c.u16())
}

func (o *BitrateMutualExclusion) Append(b []byte) []byte {
	b, at := beginObject(b, IDBitrateMutualExclusion)
	b = append(b, o.Type[:]...)
	b = le.AppendUint16(b, uint16(len(o.Streams)))
	return endObject(appendU16s(b, o.Streams), at)
}
