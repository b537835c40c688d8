package mms

// OpenFile is LinkViewerToMacOpenFile, [MS-MMSP] 2.2.4.21: what to play.
type OpenFile struct {
	PlayIncarnation uint32
	Spare           uint32 // to be ignored
	FileName        string // the URL's path, not escaped; see Target
	TokenData       []byte // see ParseToken; aliases the input
}

// ParseOpenFile parses the Body of a MIDOpenFile. The name ends where the token
// begins, even without a NUL.
func ParseOpenFile(body []byte) (OpenFile, error) {
	const fixed = 16
	if err := checkBody(MIDOpenFile, body, fixed); err != nil {
		return OpenFile{}, err
	}
	f := fields{body}
	m := OpenFile{PlayIncarnation: f.u32(), Spare: f.u32()}
	offset, size := f.u32(), f.u32()
	name := f.b
	if size > 0 {
		if uint64(offset)+uint64(size) > uint64(len(name)) {
			return OpenFile{}, &ParseError{MIDOpenFile.String(), messageHeadSize + 8, ErrInvalid}
		}
		end := offset + size
		name, m.TokenData = name[:offset], name[offset:end:end]
	}
	m.FileName, _ = decodeUTF16(name)
	return m, nil
}

// Append appends the message.
func (m *OpenFile) Append(b []byte) []byte {
	b, at := beginMessage(b, MIDOpenFile)
	b = appendU32(b, m.PlayIncarnation, m.Spare, 0, 0)
	name := len(b)
	b = appendUTF16Z(b, m.FileName)
	if n := len(m.TokenData); n > 0 {
		putU32(b[name-8:], uint32(len(b)-name), uint32(n))
		b = append(b, m.TokenData...)
	}
	return endMessage(b, at)
}

// CloseFile is LinkViewerToMacCloseFile, [MS-MMSP] 2.2.4.16: the end. libmms
// and MPlayer close the connection instead.
type CloseFile struct {
	PlayIncarnation uint32 // to be ignored
	OpenFileID      uint32
}

// ParseCloseFile parses the Body of a MIDCloseFile.
func ParseCloseFile(body []byte) (CloseFile, error) {
	if err := checkBody(MIDCloseFile, body, 8); err != nil {
		return CloseFile{}, err
	}
	f := fields{body}
	return CloseFile{f.u32(), f.u32()}, nil
}

// Append appends the message.
func (m *CloseFile) Append(b []byte) []byte {
	b, at := beginMessage(b, MIDCloseFile)
	return endMessage(appendU32(b, m.PlayIncarnation, m.OpenFileID), at)
}
