package asf

// Flags of Extended Stream Properties.
const (
	StreamReliable              = 1 << 0
	StreamSeekable              = 1 << 1
	StreamNoCleanPoints         = 1 << 2
	StreamResendLiveCleanPoints = 1 << 3
)

// extendedStreamHead is the length of the object without names, payload
// extension systems and embedded object.
const extendedStreamHead = 88

// ExtendedStreamProperties says more about one stream. ASF specification 4.1.
type ExtendedStreamProperties struct {
	StartTime                uint64 // ms
	EndTime                  uint64 // ms
	DataBitRate              uint32 // bits a second, the leaking rate of a leaky bucket
	BufferSize               uint32 // ms
	InitialBufferFullness    uint32 // ms
	AltDataBitRate           uint32 // the same three for the peak
	AltBufferSize            uint32
	AltInitialBufferFullness uint32
	MaxObjectSize            uint32 // bytes; 0 unknown
	Flags                    uint32 // StreamReliable ...
	StreamNumber             uint16
	LanguageIndex            uint16 // into the Language List
	AverageTimePerFrame      uint64 // 100 ns
	Names                    []StreamName
	Extensions               []PayloadExtension
	Stream                   *StreamProperties // embedded to hide the stream from old readers, or nil
}

// StreamName is the stream's name in one language.
type StreamName struct {
	LanguageIndex uint16
	Name          Text
}

// PayloadExtension describes data that every payload of the stream has in its
// replicated data, in the order of the list.
type PayloadExtension struct {
	System   GUID   // PayloadTimecode ...
	DataSize uint16 // bytes; 0xFFFF: each is preceded by a 16-bit length
	Info     []byte
}

func (o *ExtendedStreamProperties) ID() GUID { return IDExtendedStreamProperties }

func (o *ExtendedStreamProperties) Size() int {
	n := extendedStreamHead
	for _, s := range o.Names {
		n += 4 + len(clip16(s.Name))
	}
	for _, x := range o.Extensions {
		n += 22 + len(x.Info)
	}
	if o.Stream != nil {
		n += o.Stream.Size()
	}
	return n
}

func (o *ExtendedStreamProperties) parse(c *objectCursor) {
	o.StartTime = c.u64()
	o.EndTime = c.u64()
	for _, f := range o.buckets() {
		*f = c.u32()
	}
	o.MaxObjectSize = c.u32()
	o.Flags = c.u32()
	o.StreamNumber = c.u16()
	o.LanguageIndex = c.u16()
	o.AverageTimePerFrame = c.u64()
	names := c.u16()
	extensions := c.u16()
	o.Names = make([]StreamName, c.count(uint32(names), 4))
	for i := range o.Names {
		o.Names[i].LanguageIndex = c.u16()
		o.Names[i].Name = c.take(int(c.u16()))
	}
	o.Extensions = make([]PayloadExtension, c.count(uint32(extensions), 22))
	for i := range o.Extensions {
		x := &o.Extensions[i]
		x.System = c.guid()
		x.DataSize = c.u16()
		x.Info = c.data(c.u32())
	}
	if c.bad || len(c.b) < ObjectHeadSize {
		return
	}
	for _, inner := range c.objects() {
		if s, ok := Typed(inner).(*StreamProperties); ok && o.Stream == nil {
			o.Stream = s
		}
	}
}

// buckets gives the six fields of the two leaky buckets in wire order.
func (o *ExtendedStreamProperties) buckets() [6]*uint32 {
	return [6]*uint32{
		&o.DataBitRate, &o.BufferSize, &o.InitialBufferFullness,
		&o.AltDataBitRate, &o.AltBufferSize, &o.AltInitialBufferFullness,
	}
}

func (o *ExtendedStreamProperties) Append(b []byte) []byte {
	b, at := beginObject(b, IDExtendedStreamProperties)
	b = le.AppendUint64(b, o.StartTime)
	b = le.AppendUint64(b, o.EndTime)
	for _, f := range o.buckets() {
		b = le.AppendUint32(b, *f)
	}
	b = le.AppendUint32(b, o.MaxObjectSize)
	b = le.AppendUint32(b, o.Flags)
	b = le.AppendUint16(b, o.StreamNumber)
	b = le.AppendUint16(b, o.LanguageIndex)
	b = le.AppendUint64(b, o.AverageTimePerFrame)
	b = le.AppendUint16(b, uint16(len(o.Names)))
	b = le.AppendUint16(b, uint16(len(o.Extensions)))
	for _, s := range o.Names {
		b = le.AppendUint16(b, s.LanguageIndex)
		b = appendData16(b, s.Name)
	}
	for _, x := range o.Extensions {
		b = append(b, x.System[:]...)
		b = le.AppendUint16(b, x.DataSize)
		b = appendData32(b, x.Info)
	}
	if o.Stream != nil {
		b = o.Stream.Append(b)
	}
	return endObject(b, at)
}
