package asf

// Metadata holds named values about single streams. ASF specification 4.7.
type Metadata struct {
	Records []MetadataRecord
}

// MetadataLibrary holds named values that an Extended Content Description or
// Metadata cannot: larger, in several languages, GUIDs. ASF specification 4.8.
type MetadataLibrary struct {
	Records []MetadataRecord
}

// MetadataRecord is one named value.
type MetadataRecord struct {
	LanguageIndex uint16 // reserved in Metadata
	Stream        uint16 // 0: the whole file
	Name          Text
	Value         Value
}

func (r *MetadataRecord) attribute() Attribute {
	return Attribute{
		Name:     r.Name.String(),
		Value:    r.Value,
		Stream:   uint8(r.Stream & streamNumberBits),
		Language: r.LanguageIndex,
	}
}

func (o *Metadata) ID() GUID               { return IDMetadata }
func (o *Metadata) Size() int              { return recordsSize(o.Records) }
func (o *Metadata) parse(c *objectCursor)  { o.Records = parseRecords(c) }
func (o *Metadata) Append(b []byte) []byte { return appendRecords(b, IDMetadata, o.Records) }

func (o *MetadataLibrary) ID() GUID              { return IDMetadataLibrary }
func (o *MetadataLibrary) Size() int             { return recordsSize(o.Records) }
func (o *MetadataLibrary) parse(c *objectCursor) { o.Records = parseRecords(c) }
func (o *MetadataLibrary) Append(b []byte) []byte {
	return appendRecords(b, IDMetadataLibrary, o.Records)
}

func recordsSize(records []MetadataRecord) int {
	n := 26
	for _, r := range records {
		n += 12 + len(clip16(r.Name)) + len(r.Value.Data)
	}
	return n
}

func parseRecords(c *objectCursor) []MetadataRecord {
	records := make([]MetadataRecord, c.count(uint32(c.u16()), 12))
	for i := range records {
		r := &records[i]
		r.LanguageIndex = c.u16()
		r.Stream = c.u16()
		name := c.u16()
		r.Value.Type = ValueType(c.u16())
		data := c.u32()
		r.Name = c.take(int(name))
		r.Value.Data = c.data(data)
	}
	return records
}

func appendRecords(b []byte, id GUID, records []MetadataRecord) []byte {
	b, at := beginObject(b, id)
	b = le.AppendUint16(b, uint16(len(records)))
	for _, r := range records {
		name := clip16(r.Name)
		b = le.AppendUint16(b, r.LanguageIndex)
		b = le.AppendUint16(b, r.Stream)
		b = le.AppendUint16(b, uint16(len(name)))
		b = le.AppendUint16(b, uint16(r.Value.Type))
		b = le.AppendUint32(b, uint32(len(r.Value.Data)))
		b = append(b, name...)
		b = append(b, r.Value.Data...)
	}
	return endObject(b, at)
}
