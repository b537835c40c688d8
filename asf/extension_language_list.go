package asf

// LanguageList holds the languages that other objects refer to by index. ASF
// specification 4.6.
type LanguageList struct {
	Languages []Text // RFC 1766 tags such as "en-us", with terminating zero
}

func (o *LanguageList) ID() GUID { return IDLanguageList }

func (o *LanguageList) Size() int {
	n := 26
	for _, t := range o.Languages {
		n += 1 + len(clip8(t))
	}
	return n
}

func (o *LanguageList) parse(c *objectCursor) {
	o.Languages = make([]Text, c.count(uint32(c.u16()), 1))
	for i := range o.Languages {
		o.Languages[i] = c.take(int(c.u8()))
	}
}

func (o *LanguageList) Append(b []byte) []byte {
	b, at := beginObject(b, IDLanguageList)
	b = le.AppendUint16(b, uint16(len(o.Languages)))
	for _, t := range o.Languages {
		t = clip8(t)
		b = append(b, byte(len(t)))
		b = append(b, t...)
	}
	return endObject(b, at)
}
