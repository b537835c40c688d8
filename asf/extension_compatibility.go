package asf

// Compatibility is reserved for profiles of the format. ASF specification 4.12.
type Compatibility struct {
	Profile byte // 2
	Mode    byte // 1
}

func (o *Compatibility) ID() GUID  { return IDCompatibility }
func (o *Compatibility) Size() int { return 26 }

func (o *Compatibility) parse(c *objectCursor) {
	o.Profile = c.u8()
	o.Mode = c.u8()
}

func (o *Compatibility) Append(b []byte) []byte {
	b, at := beginObject(b, IDCompatibility)
	return endObject(append(b, o.Profile, o.Mode), at)
}
