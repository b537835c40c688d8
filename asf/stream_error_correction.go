package asf

// AudioSpread is the error correction data of streams whose audio is spread
// over several packets. ASF specification 3.3.
type AudioSpread struct {
	Span                byte   // packets over which audio is spread; 1: not spread
	VirtualPacketLength uint16 // bytes
	VirtualChunkLength  uint16 // bytes
	Silence             []byte // what lost chunks are filled with
}

const audioSpreadHead = 7

// ParseAudioSpread reads the error correction data. Silence aliases b.
func ParseAudioSpread(b []byte) (AudioSpread, int, error) {
	if len(b) < audioSpreadHead {
		return AudioSpread{}, 0, &ParseError{Object: "audio spread", Err: ErrNeedMore}
	}
	n := audioSpreadHead + int(le.Uint16(b[5:]))
	if n > len(b) {
		return AudioSpread{}, 0, &ParseError{Object: "audio spread", Offset: 5, Err: ErrNeedMore}
	}
	return AudioSpread{
		Span:                b[0],
		VirtualPacketLength: le.Uint16(b[1:]),
		VirtualChunkLength:  le.Uint16(b[3:]),
		Silence:             b[audioSpreadHead:n:n],
	}, n, nil
}

// Size is the number of bytes that Append adds.
func (s AudioSpread) Size() int { return audioSpreadHead + len(clip16(s.Silence)) }

// Append adds the error correction data.
func (s AudioSpread) Append(b []byte) []byte {
	b = append(b, s.Span)
	b = le.AppendUint16(b, s.VirtualPacketLength)
	b = le.AppendUint16(b, s.VirtualChunkLength)
	return appendData16(b, s.Silence)
}
