package asf

// VideoFormat is the type-specific data of video streams: the encoded size and
// a BITMAPINFOHEADER. ASF specification 9.2.
type VideoFormat struct {
	EncodedWidth  uint32 // pixels
	EncodedHeight uint32 // pixels
	ReservedFlags byte   // 2

	Width           int32 // pixels
	Height          int32 // pixels; negative for a picture stored top line first
	Planes          uint16
	BitCount        uint16
	Compression     FourCC
	ImageSize       uint32 // bytes
	PixelsPerMeterX int32
	PixelsPerMeterY int32
	ColorsUsed      uint32
	ColorsImportant uint32
	Extra           []byte // codec-specific data
}

// FourCC names a codec, such as "WMV3".
type FourCC [4]byte

// String gives the four characters, those that cannot be shown as dots.
func (f FourCC) String() string {
	for i, c := range f {
		if c < ' ' || c > '~' {
			f[i] = '.'
		}
	}
	return string(f[:])
}

const (
	videoFormatHead = 11 // before the bitmap header
	bitmapHead      = 40
)

// ParseVideoFormat reads the type-specific data of a video stream. The bitmap
// header ends with the format data, whatever size it gives for itself. Extra
// aliases b.
func ParseVideoFormat(b []byte) (VideoFormat, int, error) {
	if len(b) < videoFormatHead+bitmapHead {
		return VideoFormat{}, 0, &ParseError{Object: "video format", Err: ErrNeedMore}
	}
	n := videoFormatHead + int(le.Uint16(b[9:]))
	if n > len(b) {
		return VideoFormat{}, 0, &ParseError{Object: "video format", Offset: 9, Err: ErrNeedMore}
	}
	if n < videoFormatHead+bitmapHead {
		return VideoFormat{}, 0, &ParseError{Object: "video format", Offset: 9, Err: ErrInvalid}
	}
	bm := b[videoFormatHead:n:n]
	return VideoFormat{
		EncodedWidth:    le.Uint32(b),
		EncodedHeight:   le.Uint32(b[4:]),
		ReservedFlags:   b[8],
		Width:           int32(le.Uint32(bm[4:])),
		Height:          int32(le.Uint32(bm[8:])),
		Planes:          le.Uint16(bm[12:]),
		BitCount:        le.Uint16(bm[14:]),
		Compression:     FourCC(bm[16:20]),
		ImageSize:       le.Uint32(bm[20:]),
		PixelsPerMeterX: int32(le.Uint32(bm[24:])),
		PixelsPerMeterY: int32(le.Uint32(bm[28:])),
		ColorsUsed:      le.Uint32(bm[32:]),
		ColorsImportant: le.Uint32(bm[36:]),
		Extra:           bm[bitmapHead:],
	}, n, nil
}

// Size is the number of bytes that Append adds.
func (f VideoFormat) Size() int { return videoFormatHead + bitmapHead + len(f.extra()) }

func (f VideoFormat) extra() []byte { return f.Extra[:min(len(f.Extra), 0xFFFF-bitmapHead)] }

// Append adds the format; the sizes of format data and bitmap header follow
// from Extra.
func (f VideoFormat) Append(b []byte) []byte {
	size := bitmapHead + len(f.extra())
	b = le.AppendUint32(b, f.EncodedWidth)
	b = le.AppendUint32(b, f.EncodedHeight)
	b = append(b, f.ReservedFlags)
	b = le.AppendUint16(b, uint16(size))
	b = le.AppendUint32(b, uint32(size))
	b = le.AppendUint32(b, uint32(f.Width))
	b = le.AppendUint32(b, uint32(f.Height))
	b = le.AppendUint16(b, f.Planes)
	b = le.AppendUint16(b, f.BitCount)
	b = append(b, f.Compression[:]...)
	b = le.AppendUint32(b, f.ImageSize)
	b = le.AppendUint32(b, uint32(f.PixelsPerMeterX))
	b = le.AppendUint32(b, uint32(f.PixelsPerMeterY))
	b = le.AppendUint32(b, f.ColorsUsed)
	b = le.AppendUint32(b, f.ColorsImportant)
	return append(b, f.extra()...)
}
