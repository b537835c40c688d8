package asf

// Padding keeps room in the header for later editing. ASF specification 3.17.
type Padding struct {
	Data []byte // ignored by readers
}

func (o *Padding) ID() GUID  { return IDPadding }
func (o *Padding) Size() int { return ObjectHeadSize + len(o.Data) }

func (o *Padding) parse(c *objectCursor) { o.Data = c.take(len(c.b)) }

func (o *Padding) Append(b []byte) []byte {
	b, at := beginObject(b, IDPadding)
	return endObject(append(b, o.Data...), at)
}
