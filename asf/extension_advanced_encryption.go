package asf

// AdvancedContentEncryption says how streams are protected, per encryption
// system. ASF specification 4.13.
type AdvancedContentEncryption struct {
	Records []EncryptionRecord
}

// EncryptionRecord is about one encryption system.
type EncryptionRecord struct {
	System  GUID // such as EncryptionSystemNetworkDevices
	Version uint32
	Objects []EncryptedObject
	Data    []byte
}

// EncryptedObject names what is encrypted.
type EncryptedObject struct {
	Type uint16 // 1: ID is a stream number in 16 bits
	ID   []byte
}

func (o *AdvancedContentEncryption) ID() GUID { return IDAdvancedContentEncryption }

func (o *AdvancedContentEncryption) Size() int {
	n := 26
	for _, r := range o.Records {
		n += 26 + len(r.Data)
		for _, e := range r.Objects {
			n += 4 + len(clip16(e.ID))
		}
	}
	return n
}

func (o *AdvancedContentEncryption) parse(c *objectCursor) {
	o.Records = make([]EncryptionRecord, c.count(uint32(c.u16()), 26))
	for i := range o.Records {
		r := &o.Records[i]
		r.System = c.guid()
		r.Version = c.u32()
		r.Objects = make([]EncryptedObject, c.count(uint32(c.u16()), 4))
		for j := range r.Objects {
			r.Objects[j].Type = c.u16()
			r.Objects[j].ID = c.take(int(c.u16()))
		}
		r.Data = c.data(c.u32())
	}
}

func (o *AdvancedContentEncryption) Append(b []byte) []byte {
	b, at := beginObject(b, IDAdvancedContentEncryption)
	b = le.AppendUint16(b, uint16(len(o.Records)))
	for _, r := range o.Records {
		b = append(b, r.System[:]...)
		b = le.AppendUint32(b, r.Version)
		b = le.AppendUint16(b, uint16(len(r.Objects)))
		for _, e := range r.Objects {
			b = le.AppendUint16(b, e.Type)
			b = appendData16(b, e.ID)
		}
		b = appendData32(b, r.Data)
	}
	return endObject(b, at)
}
