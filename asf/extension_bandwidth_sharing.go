package asf

// BandwidthSharing says that several streams together stay within a bit rate.
// ASF specification 4.5.
type BandwidthSharing struct {
	Type        GUID   // SharingExclusive or SharingPartial
	DataBitRate uint32 // bits a second
	BufferSize  uint32 // bytes
	Streams     []uint16
}

func (o *BandwidthSharing) ID() GUID  { return IDBandwidthSharing }
func (o *BandwidthSharing) Size() int { return 50 + 2*len(o.Streams) }

func (o *BandwidthSharing) parse(c *objectCursor) {
	o.Type = c.guid()
	o.DataBitRate = c.u32()
	o.BufferSize = c.u32()
	o.Streams = c.streams(c.u16())
}

func (o *BandwidthSharing) Append(b []byte) []byte {
	b, at := beginObject(b, IDBandwidthSharing)
	b = append(b, o.Type[:]...)
	b = le.AppendUint32(b, o.DataBitRate)
	b = le.AppendUint32(b, o.BufferSize)
	b = le.AppendUint16(b, uint16(len(o.Streams)))
	return endObject(appendU16s(b, o.Streams), at)
}
