package asf

// AdvancedMutualExclusion lists streams of which a Player plays one. ASF
// specification 4.2.
type AdvancedMutualExclusion struct {
	Type    GUID // ExclusionLanguage, ExclusionBitrate or ExclusionUnknown
	Streams []uint16
}

func (o *AdvancedMutualExclusion) ID() GUID  { return IDAdvancedMutualExclusion }
func (o *AdvancedMutualExclusion) Size() int { return 42 + 2*len(o.Streams) }

func (o *AdvancedMutualExclusion) parse(c *objectCursor) {
	o.Type = c.guid()
	o.Streams = c.streams(c.u16())
}

func (o *AdvancedMutualExclusion) Append(b []byte) []byte {
	b, at := beginObject(b, IDAdvancedMutualExclusion)
	b = append(b, o.Type[:]...)
	b = le.AppendUint16(b, uint16(len(o.Streams)))
	return endObject(appendU16s(b, o.Streams), at)
}

// GroupMutualExclusion lists groups of streams of which a Player plays one
// group. ASF specification 4.3.
type GroupMutualExclusion struct {
	Type   GUID
	Groups [][]uint16
}

func (o *GroupMutualExclusion) ID() GUID { return IDGroupMutualExclusion }

func (o *GroupMutualExclusion) Size() int {
	n := 42
	for _, g := range o.Groups {
		n += 2 + 2*len(g)
	}
	return n
}

func (o *GroupMutualExclusion) parse(c *objectCursor) {
	o.Type = c.guid()
	o.Groups = make([][]uint16, c.count(uint32(c.u16()), 2))
	for i := range o.Groups {
		o.Groups[i] = c.streams(c.u16())
	}
}

func (o *GroupMutualExclusion) Append(b []byte) []byte {
	b, at := beginObject(b, IDGroupMutualExclusion)
	b = append(b, o.Type[:]...)
	b = le.AppendUint16(b, uint16(len(o.Groups)))
	for _, g := range o.Groups {
		b = le.AppendUint16(b, uint16(len(g)))
		b = appendU16s(b, g)
	}
	return endObject(b, at)
}
