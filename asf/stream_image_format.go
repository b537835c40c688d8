package asf

// ImageFormat is the type-specific data of JFIF and degradable JPEG streams.
// ASF specification 9.4.
type ImageFormat struct {
	Width, Height uint32    // pixels
	Degradable    bool      // a degradable JPEG stream
	Reserved      uint32    // JFIF
	Reserved16    [3]uint16 // degradable JPEG
	Interchange   []byte    // degradable JPEG: tables that all its images share
}

// ParseImageFormat reads one of the two forms. Interchange aliases b.
func ParseImageFormat(b []byte, degradable bool) (ImageFormat, int, error) {
	if len(b) < 12 || degradable && len(b) < 16 {
		return ImageFormat{}, 0, &ParseError{Object: "image format", Err: ErrNeedMore}
	}
	f := ImageFormat{Width: le.Uint32(b), Height: le.Uint32(b[4:]), Degradable: degradable}
	if !degradable {
		f.Reserved = le.Uint32(b[8:])
		return f, 12, nil
	}
	for i := range f.Reserved16 {
		f.Reserved16[i] = le.Uint16(b[8+2*i:])
	}
	n := 16 + int(le.Uint16(b[14:]))
	if n > len(b) {
		return ImageFormat{}, 0, &ParseError{Object: "image format", Offset: 14, Err: ErrNeedMore}
	}
	f.Interchange = b[16:n:n]
	return f, n, nil
}

// Size is the number of bytes that Append adds.
func (f ImageFormat) Size() int {
	if f.Degradable {
		return 16 + len(clip16(f.Interchange))
	}
	return 12
}

// Append adds the format.
func (f ImageFormat) Append(b []byte) []byte {
	b = le.AppendUint32(b, f.Width)
	b = le.AppendUint32(b, f.Height)
	if !f.Degradable {
		return le.AppendUint32(b, f.Reserved)
	}
	b = appendU16s(b, f.Reserved16[:])
	return appendData16(b, f.Interchange)
}
