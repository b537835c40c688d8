package asf

// DigitalSignature signs the header up to this object. ASF specification 3.16.
type DigitalSignature struct {
	Type      uint32 // 2
	Signature []byte
}

func (o *DigitalSignature) ID() GUID  { return IDDigitalSignature }
func (o *DigitalSignature) Size() int { return 32 + len(o.Signature) }

func (o *DigitalSignature) parse(c *objectCursor) {
	o.Type = c.u32()
	o.Signature = c.data(c.u32())
}

func (o *DigitalSignature) Append(b []byte) []byte {
	b, at := beginObject(b, IDDigitalSignature)
	b = le.AppendUint32(b, o.Type)
	return endObject(appendData32(b, o.Signature), at)
}
