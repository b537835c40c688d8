package asf

// SimpleIndex leads from times to the key frames of one video stream: the
// first Simple Index of a file is that of the first video stream by number, and
// so on. ASF specification 6.1.
type SimpleIndex struct {
	FileID     GUID
	Interval   uint64 // 100 ns between entries
	MaxPackets uint32 // the largest Packets of all entries
	Entries    []SimpleIndexEntry
}

// SimpleIndexEntry is the last key frame before or at the entry's time.
type SimpleIndexEntry struct {
	Packet  uint32 // number of the packet in which the key frame starts
	Packets uint16 // packets over which it extends
}

func (o *SimpleIndex) ID() GUID  { return IDSimpleIndex }
func (o *SimpleIndex) Size() int { return 56 + 6*len(o.Entries) }

func (o *SimpleIndex) parse(c *objectCursor) {
	o.FileID = c.guid()
	o.Interval = c.u64()
	o.MaxPackets = c.u32()
	o.Entries = make([]SimpleIndexEntry, c.indexCount(c.u32(), 1, 6))
	for i := range o.Entries {
		o.Entries[i] = SimpleIndexEntry{Packet: c.u32(), Packets: c.u16()}
	}
}

func (o *SimpleIndex) Append(b []byte) []byte {
	b, at := beginObject(b, IDSimpleIndex)
	b = append(b, o.FileID[:]...)
	b = le.AppendUint64(b, o.Interval)
	b = le.AppendUint32(b, o.MaxPackets)
	b = le.AppendUint32(b, uint32(len(o.Entries)))
	for _, e := range o.Entries {
		b = le.AppendUint32(b, e.Packet)
		b = le.AppendUint16(b, e.Packets)
	}
	return endObject(b, at)
}

// Lookup gives the entry for a presentation time in ms, the last one if the
// time is beyond the index.
func (o *SimpleIndex) Lookup(ms uint32) (SimpleIndexEntry, bool) {
	if o.Interval == 0 || len(o.Entries) == 0 {
		return SimpleIndexEntry{}, false
	}
	i := min(uint64(ms)*1e4/o.Interval, uint64(len(o.Entries)-1))
	return o.Entries[i], true
}
