package asf

// StreamBitrateProperties gives the average bit rate of every stream, packet
// overhead included. ASF specification 3.12.
type StreamBitrateProperties struct {
	Rates []StreamRate
}

// StreamRate is the average bit rate of one stream.
type StreamRate struct {
	Flags   uint16 // the stream number is in the low seven bits
	BitRate uint32 // bits a second
}

// Number is the stream number.
func (r StreamRate) Number() uint8 { return uint8(r.Flags & streamNumberBits) }

func (o *StreamBitrateProperties) ID() GUID  { return IDStreamBitrateProperties }
func (o *StreamBitrateProperties) Size() int { return 26 + 6*len(o.Rates) }

func (o *StreamBitrateProperties) parse(c *objectCursor) {
	o.Rates = make([]StreamRate, c.count(uint32(c.u16()), 6))
	for i := range o.Rates {
		o.Rates[i] = StreamRate{Flags: c.u16(), BitRate: c.u32()}
	}
}

func (o *StreamBitrateProperties) Append(b []byte) []byte {
	b, at := beginObject(b, IDStreamBitrateProperties)
	b = le.AppendUint16(b, uint16(len(o.Rates)))
	for _, r := range o.Rates {
		b = le.AppendUint16(b, r.Flags)
		b = le.AppendUint32(b, r.BitRate)
	}
	return endObject(b, at)
}
