package mms

// ReadBlock is LinkViewerToMacReadBlock, [MS-MMSP] 2.2.4.23: it asks for the
// ASF file header.
type ReadBlock struct {
	OpenFileID      uint32
	FileBlockID     uint32  // 0
	Offset          uint32  // 0
	Length          uint32  // bytes, 0x8000 whatever the header's size
	Flags           uint32  // 0xFFFFFFFF
	Padding         uint32  // to be ignored
	TEarliest       float64 // seconds, 0
	TDeadline       float64 // seconds, 3600
	PlayIncarnation uint32  // of the data packets that carry the header
	PlaySequence    uint32  // 0
}

// Values of ReadBlock.
const (
	ReadBlockLength   uint32  = 0x8000
	ReadBlockFlags    uint32  = 0xFFFFFFFF
	ReadBlockDeadline float64 = 3600 // seconds
)

// ParseReadBlock parses the Body of a MIDReadBlock.
func ParseReadBlock(body []byte) (ReadBlock, error) {
	if err := checkBody(MIDReadBlock, body, 48); err != nil {
		return ReadBlock{}, err
	}
	f := fields{body}
	return ReadBlock{
		OpenFileID:      f.u32(),
		FileBlockID:     f.u32(),
		Offset:          f.u32(),
		Length:          f.u32(),
		Flags:           f.u32(),
		Padding:         f.u32(),
		TEarliest:       f.float(),
		TDeadline:       f.float(),
		PlayIncarnation: f.u32(),
		PlaySequence:    f.u32(),
	}, nil
}

// Append appends the message.
func (m *ReadBlock) Append(b []byte) []byte {
	b, at := beginMessage(b, MIDReadBlock)
	b = appendU32(b, m.OpenFileID, m.FileBlockID, m.Offset, m.Length, m.Flags, m.Padding)
	b = appendFloat(appendFloat(b, m.TEarliest), m.TDeadline)
	return endMessage(appendU32(b, m.PlayIncarnation, m.PlaySequence), at)
}

// CancelReadBlock is LinkViewerToMacCancelReadBlock, [MS-MMSP] 2.2.4.15. There
// is no answer.
type CancelReadBlock struct {
	PlayIncarnation uint32 // of the ReadBlock
}

// ParseCancelReadBlock parses the Body of a MIDCancelReadBlock.
func ParseCancelReadBlock(body []byte) (CancelReadBlock, error) {
	if err := checkBody(MIDCancelReadBlock, body, 4); err != nil {
		return CancelReadBlock{}, err
	}
	f := fields{body}
	return CancelReadBlock{f.u32()}, nil
}

// Append appends the message.
func (m *CancelReadBlock) Append(b []byte) []byte {
	b, at := beginMessage(b, MIDCancelReadBlock)
	return endMessage(appendU32(b, m.PlayIncarnation), at)
}
