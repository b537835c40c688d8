package asf

// ErrorCorrection says how the packets' error correction data was made. ASF
// specification 3.9.
type ErrorCorrection struct {
	Type GUID
	Data []byte
}

func (o *ErrorCorrection) ID() GUID  { return IDErrorCorrection }
func (o *ErrorCorrection) Size() int { return 44 + len(o.Data) }

func (o *ErrorCorrection) parse(c *objectCursor) {
	o.Type = c.guid()
	o.Data = c.data(c.u32())
}

func (o *ErrorCorrection) Append(b []byte) []byte {
	b, at := beginObject(b, IDErrorCorrection)
	b = append(b, o.Type[:]...)
	return endObject(appendData32(b, o.Data), at)
}
