package mms

// ReportStartedPlaying is LinkMacToViewerReportStartedPlaying, [MS-MMSP]
// 2.2.4.10: the answer to StartPlaying.
type ReportStartedPlaying struct {
	HR              HRESULT
	PlayIncarnation uint32 // of the StartPlaying
	TigerFileID     uint32 // openFileId
	Unused1         uint32 // 0 or 0x40000000
}

const startedUnused2 = 12 // bytes

// ParseReportStartedPlaying parses the Body of a MIDReportStartedPlaying.
func ParseReportStartedPlaying(body []byte) (ReportStartedPlaying, error) {
	if err := checkBody(MIDReportStartedPlaying, body, 16); err != nil {
		return ReportStartedPlaying{}, err
	}
	f := fields{body}
	return ReportStartedPlaying{HRESULT(f.u32()), f.u32(), f.u32(), f.u32()}, nil
}

// Append appends the message.
func (m *ReportStartedPlaying) Append(b []byte) []byte {
	b, at := beginMessage(b, MIDReportStartedPlaying)
	b = appendU32(b, uint32(m.HR), m.PlayIncarnation, m.TigerFileID, m.Unused1)
	return endMessage(append(b, make([]byte, startedUnused2)...), at)
}

// ReportStartStriding is LinkMacToViewerReportStartStriding, [MS-MMSP]
// 2.2.4.11: the answer to StartStriding.
type ReportStartStriding struct {
	HR              HRESULT
	PlayIncarnation uint32 // of the StartStriding
	Spare           uint32 // 0
}

// ParseReportStartStriding parses the Body of a MIDReportStartStriding.
func ParseReportStartStriding(body []byte) (ReportStartStriding, error) {
	hr, incarnation, last, err := parseThree(MIDReportStartStriding, body)
	return ReportStartStriding{HRESULT(hr), incarnation, last}, err
}

// Append appends the message.
func (m *ReportStartStriding) Append(b []byte) []byte {
	b, at := beginMessage(b, MIDReportStartStriding)
	return endMessage(appendU32(b, uint32(m.HR), m.PlayIncarnation, m.Spare), at)
}

// ReportEndOfStream is LinkMacToViewerReportEndOfStream, [MS-MMSP] 2.2.4.5: the
// answer to StopPlaying, and the end of a playlist entry. HR is S_FALSE when
// ReportStreamChange follows. libmms ends at every one with HR 0, so none is
// sent when a StartPlaying takes the place of another.
type ReportEndOfStream struct {
	HR              HRESULT
	PlayIncarnation uint32 // of the StopPlaying, or of the last start
}

// ParseReportEndOfStream parses the Body of a MIDReportEndOfStream.
func ParseReportEndOfStream(body []byte) (ReportEndOfStream, error) {
	hr, incarnation, err := parseTwo(MIDReportEndOfStream, body)
	return ReportEndOfStream{HRESULT(hr), incarnation}, err
}

// Append appends the message.
func (m *ReportEndOfStream) Append(b []byte) []byte {
	return appendTwo(b, MIDReportEndOfStream, uint32(m.HR), m.PlayIncarnation)
}
