package asf

const (
	streamNumberBits = 0x7F // in flags that hold a stream number
	streamEncrypted  = 1 << 15
)

// StreamProperties describes one stream. ASF specification 3.3.
type StreamProperties struct {
	Type                GUID   // StreamTypeAudio ...
	ErrorCorrectionType GUID   // NoErrorCorrection or AudioSpreadCorrection
	TimeOffset          uint64 // 100 ns, added to presentation times
	TypeSpecific        []byte // see WaveFormat, VideoFormat, ...
	ErrorCorrection     []byte // see AudioSpread
	Flags               uint16 // stream number in the low seven bits, encrypted in the highest
	Reserved            uint32
}

// Number is the stream number, 1 to 127.
func (o *StreamProperties) Number() uint8 { return uint8(o.Flags & streamNumberBits) }

// Kind says what kind of media the stream carries.
func (o *StreamProperties) Kind() StreamKind { return streamKind(o.Type) }

// Encrypted says that the stream's payloads are encrypted.
func (o *StreamProperties) Encrypted() bool { return o.Flags&streamEncrypted != 0 }

// WaveFormat gives the type-specific data of an audio stream.
func (o *StreamProperties) WaveFormat() (WaveFormat, bool) {
	if o.Kind() != Audio {
		return WaveFormat{}, false
	}
	f, _, err := ParseWaveFormat(o.TypeSpecific)
	return f, err == nil
}

// VideoFormat gives the type-specific data of a video stream.
func (o *StreamProperties) VideoFormat() (VideoFormat, bool) {
	if o.Kind() != Video {
		return VideoFormat{}, false
	}
	f, _, err := ParseVideoFormat(o.TypeSpecific)
	return f, err == nil
}

// ImageFormat gives the type-specific data of a JFIF or degradable JPEG stream.
func (o *StreamProperties) ImageFormat() (ImageFormat, bool) {
	if o.Kind() != Image {
		return ImageFormat{}, false
	}
	f, _, err := ParseImageFormat(o.TypeSpecific, o.Type == StreamTypeDegradableJPEG)
	return f, err == nil
}

// MediaFormat gives the type-specific data of a file transfer or binary stream.
func (o *StreamProperties) MediaFormat() (MediaFormat, bool) {
	if k := o.Kind(); k != FileTransfer && k != Binary {
		return MediaFormat{}, false
	}
	f, _, err := ParseMediaFormat(o.TypeSpecific)
	return f, err == nil
}

// AudioSpread gives the error correction data of a stream with audio spread.
func (o *StreamProperties) AudioSpread() (AudioSpread, bool) {
	if o.ErrorCorrectionType != AudioSpreadCorrection {
		return AudioSpread{}, false
	}
	s, _, err := ParseAudioSpread(o.ErrorCorrection)
	return s, err == nil
}

func (o *StreamProperties) ID() GUID { return IDStreamProperties }
func (o *StreamProperties) Size() int {
	return 78 + len(o.TypeSpecific) + len(o.ErrorCorrection)
}

func (o *StreamProperties) parse(c *objectCursor) {
	o.Type = c.guid()
	o.ErrorCorrectionType = c.guid()
	o.TimeOffset = c.u64()
	typeSpecific := c.u32()
	errorCorrection := c.u32()
	o.Flags = c.u16()
	o.Reserved = c.u32()
	o.TypeSpecific = c.data(typeSpecific)
	o.ErrorCorrection = c.data(errorCorrection)
}

func (o *StreamProperties) Append(b []byte) []byte {
	b, at := beginObject(b, IDStreamProperties)
	b = append(b, o.Type[:]...)
	b = append(b, o.ErrorCorrectionType[:]...)
	b = le.AppendUint64(b, o.TimeOffset)
	b = le.AppendUint32(b, uint32(len(o.TypeSpecific)))
	b = le.AppendUint32(b, uint32(len(o.ErrorCorrection)))
	b = le.AppendUint16(b, o.Flags)
	b = le.AppendUint32(b, o.Reserved)
	b = append(b, o.TypeSpecific...)
	b = append(b, o.ErrorCorrection...)
	return endObject(b, at)
}
