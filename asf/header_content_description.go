package asf

// ContentDescription holds the five classic texts about the content. ASF
// specification 3.10.
type ContentDescription struct {
	Title       Text
	Author      Text
	Copyright   Text
	Description Text
	Rating      Text
}

func (o *ContentDescription) ID() GUID { return IDContentDescription }

func (o *ContentDescription) Size() int {
	n := 34
	for _, t := range o.texts() {
		n += len(clip16(*t))
	}
	return n
}

func (o *ContentDescription) texts() [5]*Text {
	return [5]*Text{&o.Title, &o.Author, &o.Copyright, &o.Description, &o.Rating}
}

func (o *ContentDescription) parse(c *objectCursor) {
	var sizes [5]uint16
	for i := range sizes {
		sizes[i] = c.u16()
	}
	for i, t := range o.texts() {
		*t = c.take(int(sizes[i]))
	}
}

func (o *ContentDescription) Append(b []byte) []byte {
	b, at := beginObject(b, IDContentDescription)
	for _, t := range o.texts() {
		b = le.AppendUint16(b, uint16(len(clip16(*t))))
	}
	for _, t := range o.texts() {
		b = append(b, clip16(*t)...)
	}
	return endObject(b, at)
}
