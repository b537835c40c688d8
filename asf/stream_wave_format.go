package asf

// Format tags that are found in ASF files.
const (
	TagPCM         = 0x0001
	TagADPCM       = 0x0002
	TagVoice       = 0x000A // Windows Media Audio Voice 9
	TagGSM610      = 0x0031
	TagMP3         = 0x0055
	TagAAC         = 0x00FF
	TagACELP       = 0x0130
	TagWMA1        = 0x0160
	TagWMA2        = 0x0161
	TagWMAPro      = 0x0162
	TagWMALossless = 0x0163
	TagADTSAAC     = 0x1600
	TagMPEGAAC     = 0x1610
	TagRawAAC      = 0x706D
	TagExtensible  = 0xFFFE
)

// WaveFormat is the type-specific data of audio streams, a WAVEFORMATEX. ASF
// specification 9.1.
type WaveFormat struct {
	Tag            uint16
	Channels       uint16
	SampleRate     uint32 // Hz
	BytesPerSecond uint32 // average
	BlockAlign     uint16 // bytes
	BitsPerSample  uint16
	Extra          []byte // codec-specific data
}

// ParseWaveFormat reads a wave format; one that ends before the size of its
// codec-specific data, as plain PCM may, has none. Extra aliases b.
func ParseWaveFormat(b []byte) (WaveFormat, int, error) {
	if len(b) < 16 {
		return WaveFormat{}, 0, &ParseError{Object: "wave format", Err: ErrNeedMore}
	}
	f := WaveFormat{
		Tag:            le.Uint16(b),
		Channels:       le.Uint16(b[2:]),
		SampleRate:     le.Uint32(b[4:]),
		BytesPerSecond: le.Uint32(b[8:]),
		BlockAlign:     le.Uint16(b[12:]),
		BitsPerSample:  le.Uint16(b[14:]),
	}
	if len(b) < 18 {
		return f, 16, nil
	}
	n := 18 + int(le.Uint16(b[16:]))
	if n > len(b) {
		return WaveFormat{}, 0, &ParseError{Object: "wave format", Offset: 16, Err: ErrNeedMore}
	}
	f.Extra = b[18:n:n]
	return f, n, nil
}

// Size is the number of bytes that Append adds.
func (f WaveFormat) Size() int { return 18 + len(clip16(f.Extra)) }

// Append adds the wave format.
func (f WaveFormat) Append(b []byte) []byte {
	b = le.AppendUint16(b, f.Tag)
	b = le.AppendUint16(b, f.Channels)
	b = le.AppendUint32(b, f.SampleRate)
	b = le.AppendUint32(b, f.BytesPerSecond)
	b = le.AppendUint16(b, f.BlockAlign)
	b = le.AppendUint16(b, f.BitsPerSample)
	return appendData16(b, f.Extra)
}
