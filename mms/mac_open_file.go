package mms

import "math"

// FileAttributes says what can be done with content, [MS-MMSP] 2.2.4.7.
//
// Players differ: VLC takes content for not seekable when the upper byte is
// exactly 0x02; libmms when the low half of the upper byte is 2 and the byte
// below is 0. So live content has FileBroadcast without FileLive for them.
type FileAttributes uint32

const (
	FileCanStride FileAttributes = 0x00800000 // fast forward and rewind
	FileCanSeek   FileAttributes = 0x01000000
	FileBroadcast FileAttributes = 0x02000000
	FileLive      FileAttributes = 0x04000000
	FilePlaylist  FileAttributes = 0x40000000 // of a playlist with several entries
)

// ReportOpenFile is LinkMacToViewerReportOpenFile, [MS-MMSP] 2.2.4.7: the
// answer to OpenFile, or to the SecurityResponse that let the player in. Its
// fields padding and fileName are always 0.
type ReportOpenFile struct {
	HR              HRESULT
	PlayIncarnation uint32 // of the message that it answers
	OpenFileID      uint32 // VLC takes 1 and 2 only; MPlayer asks for 1 whatever stands here
	FileAttributes  FileAttributes
	FileDuration    float64 // seconds; 0 when unknown
	FileBlocks      uint32  // FileDuration in whole seconds, rounded up
	FilePacketSize  uint32  // bytes of the largest ASF packet
	FilePacketCount uint64  // 0 when unknown
	FileBitRate     uint32  // bits per second of all streams
	FileHeaderSize  uint32  // bytes of the ASF file header
}

const openFileUnused1, openFileUnused2 = 16, 36 // bytes

// ParseReportOpenFile parses the Body of a MIDReportOpenFile.
func ParseReportOpenFile(body []byte) (ReportOpenFile, error) {
	if err := checkBody(MIDReportOpenFile, body, 72); err != nil {
		return ReportOpenFile{}, err
	}
	f := fields{body}
	m := ReportOpenFile{HR: HRESULT(f.u32()), PlayIncarnation: f.u32(), OpenFileID: f.u32()}
	f.skip(8) // padding, fileName
	m.FileAttributes = FileAttributes(f.u32())
	m.FileDuration = f.float()
	m.FileBlocks = f.u32()
	f.skip(openFileUnused1)
	m.FilePacketSize = f.u32()
	m.FilePacketCount = f.u64()
	m.FileBitRate = f.u32()
	m.FileHeaderSize = f.u32()
	return m, nil
}

// Append appends the message.
func (m *ReportOpenFile) Append(b []byte) []byte {
	b, at := beginMessage(b, MIDReportOpenFile)
	b = appendU32(b, uint32(m.HR), m.PlayIncarnation, m.OpenFileID, 0, 0, uint32(m.FileAttributes))
	b = appendFloat(b, m.FileDuration)
	b = appendU32(b, m.FileBlocks)
	b = append(b, make([]byte, openFileUnused1)...)
	b = appendU32(b, m.FilePacketSize, uint32(m.FilePacketCount), uint32(m.FilePacketCount>>32))
	b = appendU32(b, m.FileBitRate, m.FileHeaderSize)
	return endMessage(append(b, make([]byte, openFileUnused2)...), at)
}

// Blocks returns the fileBlocks of content with a duration in seconds.
func Blocks(duration float64) uint32 {
	if !(duration > 0) {
		return 0
	}
	return uint32(min(math.Ceil(duration), math.MaxUint32))
}

// RedirectType says where a ReportRedirect sends the player.
type RedirectType uint16

const (
	RedirectURL   RedirectType = 1 // to another URL: mms, mmsu or mmst
	RedirectProxy RedirectType = 2 // through another proxy, or none
)

// ReportRedirect is LinkMacToViewerReportRedirect, [MS-MMSP] 2.2.4.9, in place
// of ReportOpenFile. Windows Media Player 6 does not know it.
type ReportRedirect struct {
	HR           HRESULT
	RedirectType RedirectType
	Location     string // not escaped
}

// ParseReportRedirect parses the Body of a MIDReportRedirect.
func ParseReportRedirect(body []byte) (ReportRedirect, error) {
	if err := checkBody(MIDReportRedirect, body, 8); err != nil {
		return ReportRedirect{}, err
	}
	f := fields{body}
	m := ReportRedirect{HR: HRESULT(f.u32()), RedirectType: RedirectType(f.u16())}
	n := int(f.u16())
	if n > len(f.b) {
		return ReportRedirect{}, &ParseError{MIDReportRedirect.String(), messageHeadSize + 6, ErrInvalid}
	}
	m.Location, _ = decodeUTF16(f.b[:n])
	return m, nil
}

// Append appends the message. Location has at most MaxMessage/4 characters:
// the caller has refused longer ones.
func (m *ReportRedirect) Append(b []byte) []byte {
	b, at := beginMessage(b, MIDReportRedirect)
	b = appendU32(b, uint32(m.HR), uint32(m.RedirectType))
	from := len(b)
	b = appendUTF16Z(b, m.Location)
	putU32(b[from-4:], uint32(m.RedirectType)|uint32(len(b)-from)<<16)
	return endMessage(b, at)
}
