package asf

// IndexType says what the entries of an index point to.
type IndexType uint16

// Index types: the packet that holds the nearest past packet, media object or
// clean point of the stream. IndexFrameNumber, in Media Object Index alone,
// gives no place but the distance in media objects to the nearest clean point.
const (
	IndexPacket      IndexType = 1
	IndexMediaObject IndexType = 2
	IndexCleanPoint  IndexType = 3
	IndexFrameNumber IndexType = 0xFF
)

// IndexSpecifier says what one column of an index is about.
type IndexSpecifier struct {
	Stream uint16
	Type   IndexType
}

// IndexParameters announces an Index Object. ASF specification 4.9.
type IndexParameters struct {
	Interval   uint32 // ms between entries
	Specifiers []IndexSpecifier
}

// MediaObjectIndexParameters announces a Media Object Index. ASF specification
// 4.10.
type MediaObjectIndexParameters struct {
	Interval   uint32 // media objects between entries
	Specifiers []IndexSpecifier
}

// TimecodeIndexParameters announces a Timecode Index. ASF specification 4.11.
type TimecodeIndexParameters struct {
	Interval   uint32 // timecodes between entries, 1
	Specifiers []IndexSpecifier
}

func (o *IndexParameters) ID() GUID  { return IDIndexParameters }
func (o *IndexParameters) Size() int { return 30 + 4*len(o.Specifiers) }
func (o *IndexParameters) Append(b []byte) []byte {
	return appendParameters(b, IDIndexParameters, o.Interval, o.Specifiers)
}
func (o *IndexParameters) parse(c *objectCursor) { o.Interval, o.Specifiers = parseParameters(c) }

func (o *MediaObjectIndexParameters) ID() GUID  { return IDMediaObjectIndexParameters }
func (o *MediaObjectIndexParameters) Size() int { return 30 + 4*len(o.Specifiers) }
func (o *MediaObjectIndexParameters) Append(b []byte) []byte {
	return appendParameters(b, IDMediaObjectIndexParameters, o.Interval, o.Specifiers)
}
func (o *MediaObjectIndexParameters) parse(c *objectCursor) {
	o.Interval, o.Specifiers = parseParameters(c)
}

func (o *TimecodeIndexParameters) ID() GUID  { return IDTimecodeIndexParameters }
func (o *TimecodeIndexParameters) Size() int { return 30 + 4*len(o.Specifiers) }
func (o *TimecodeIndexParameters) Append(b []byte) []byte {
	return appendParameters(b, IDTimecodeIndexParameters, o.Interval, o.Specifiers)
}
func (o *TimecodeIndexParameters) parse(c *objectCursor) {
	o.Interval, o.Specifiers = parseParameters(c)
}

func parseParameters(c *objectCursor) (uint32, []IndexSpecifier) {
	interval := c.u32()
	return interval, parseSpecifiers(c, c.u16())
}

func appendParameters(b []byte, id GUID, interval uint32, specifiers []IndexSpecifier) []byte {
	b, at := beginObject(b, id)
	b = le.AppendUint32(b, interval)
	b = le.AppendUint16(b, uint16(len(specifiers)))
	return endObject(appendSpecifiers(b, specifiers), at)
}

func parseSpecifiers(c *objectCursor, n uint16) []IndexSpecifier {
	list := make([]IndexSpecifier, c.count(uint32(n), 4))
	for i := range list {
		list[i] = IndexSpecifier{Stream: c.u16(), Type: IndexType(c.u16())}
	}
	return list
}

func appendSpecifiers(b []byte, list []IndexSpecifier) []byte {
	for _, s := range list {
		b = le.AppendUint16(b, s.Stream)
		b = le.AppendUint16(b, uint16(s.Type))
	}
	return b
}
