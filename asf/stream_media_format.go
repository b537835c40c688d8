package asf

// MediaFormat is the type-specific data of file transfer and binary streams.
// ASF specification 9.5.
type MediaFormat struct {
	MajorType           GUID
	Subtype             GUID   // WebStreamSubtype for web streams
	FixedSizeSamples    uint32 // 0 or 1
	TemporalCompression uint32 // 0 or 1
	SampleSize          uint32 // bytes
	FormatType          GUID   // WebStreamFormat for web streams
	FormatData          []byte // see WebFormat
}

const mediaFormatHead = 64

// ParseMediaFormat reads the type-specific data. FormatData aliases b.
func ParseMediaFormat(b []byte) (MediaFormat, int, error) {
	if len(b) < mediaFormatHead {
		return MediaFormat{}, 0, &ParseError{Object: "media format", Err: ErrNeedMore}
	}
	size := le.Uint32(b[60:])
	if uint64(size) > uint64(len(b)-mediaFormatHead) {
		return MediaFormat{}, 0, &ParseError{Object: "media format", Offset: 60, Err: ErrNeedMore}
	}
	n := mediaFormatHead + int(size)
	return MediaFormat{
		MajorType:           GUID(b[:16]),
		Subtype:             GUID(b[16:32]),
		FixedSizeSamples:    le.Uint32(b[32:]),
		TemporalCompression: le.Uint32(b[36:]),
		SampleSize:          le.Uint32(b[40:]),
		FormatType:          GUID(b[44:60]),
		FormatData:          b[mediaFormatHead:n:n],
	}, n, nil
}

// Size is the number of bytes that Append adds.
func (f MediaFormat) Size() int { return mediaFormatHead + len(f.FormatData) }

// Append adds the format.
func (f MediaFormat) Append(b []byte) []byte {
	b = append(b, f.MajorType[:]...)
	b = append(b, f.Subtype[:]...)
	b = le.AppendUint32(b, f.FixedSizeSamples)
	b = le.AppendUint32(b, f.TemporalCompression)
	b = le.AppendUint32(b, f.SampleSize)
	b = append(b, f.FormatType[:]...)
	return appendData32(b, f.FormatData)
}

// WebFormat is the format data of web streams.
type WebFormat struct {
	SampleHeaderSize uint16 // bytes
	Version          uint16 // 1
	Reserved         uint16
}

const webFormatSize = 8

// WebFormat gives the format data of a web stream.
func (f MediaFormat) WebFormat() (WebFormat, bool) {
	if f.FormatType != WebStreamFormat {
		return WebFormat{}, false
	}
	w, _, err := ParseWebFormat(f.FormatData)
	return w, err == nil
}

// ParseWebFormat reads the format data of a web stream.
func ParseWebFormat(b []byte) (WebFormat, int, error) {
	if len(b) < webFormatSize {
		return WebFormat{}, 0, &ParseError{Object: "web format", Err: ErrNeedMore}
	}
	if le.Uint16(b) != webFormatSize {
		return WebFormat{}, 0, &ParseError{Object: "web format", Err: ErrInvalid}
	}
	return WebFormat{le.Uint16(b[2:]), le.Uint16(b[4:]), le.Uint16(b[6:])}, webFormatSize, nil
}

// Size is the number of bytes that Append adds.
func (w WebFormat) Size() int { return webFormatSize }

// Append adds the format data.
func (w WebFormat) Append(b []byte) []byte {
	return appendU16s(b, []uint16{webFormatSize, w.SampleHeaderSize, w.Version, w.Reserved})
}
