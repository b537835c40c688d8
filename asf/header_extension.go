package asf

// headerExtensionHead is the length of the object without the objects in it.
const headerExtensionHead = 46

// HeaderExtension holds further objects, for readers that know them. ASF
// specification 3.4.
type HeaderExtension struct {
	Reserved1 GUID   // ReservedHeaderExtension
	Reserved2 uint16 // 6
	Objects   []Object
}

// NewHeaderExtension gives an extension with the values that its reserved
// fields must have.
func NewHeaderExtension(objects ...Object) *HeaderExtension {
	return &HeaderExtension{Reserved1: ReservedHeaderExtension, Reserved2: 6, Objects: objects}
}

func (o *HeaderExtension) ID() GUID { return IDHeaderExtension }

func (o *HeaderExtension) Size() int {
	n := headerExtensionHead
	for _, inner := range o.Objects {
		n += inner.Size()
	}
	return n
}

func (o *HeaderExtension) parse(c *objectCursor) {
	o.Reserved1 = c.guid()
	o.Reserved2 = c.u16()
	c.u32() // follows from the object's size
	if !c.bad {
		o.Objects = c.objects()
	}
}

func (o *HeaderExtension) Append(b []byte) []byte {
	b, at := beginObject(b, IDHeaderExtension)
	b = append(b, o.Reserved1[:]...)
	b = le.AppendUint16(b, o.Reserved2)
	b = append(b, 0, 0, 0, 0)
	data := len(b)
	for _, inner := range o.Objects {
		b = inner.Append(b)
	}
	le.PutUint32(b[data-4:], uint32(len(b)-data))
	return endObject(b, at)
}
