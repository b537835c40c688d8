package mms

// ReportReadBlock is LinkMacToViewerReportReadBlock, [MS-MMSP] 2.2.4.8: the
// ASF file header follows.
type ReportReadBlock struct {
	HR              HRESULT
	PlayIncarnation uint32 // of the ReadBlock
	PlaySequence    uint32 // 0
}

// ParseReportReadBlock parses the Body of a MIDReportReadBlock.
func ParseReportReadBlock(body []byte) (ReportReadBlock, error) {
	hr, incarnation, last, err := parseThree(MIDReportReadBlock, body)
	return ReportReadBlock{HRESULT(hr), incarnation, last}, err
}

// Append appends the message.
func (m *ReportReadBlock) Append(b []byte) []byte {
	b, at := beginMessage(b, MIDReportReadBlock)
	return endMessage(appendU32(b, uint32(m.HR), m.PlayIncarnation, m.PlaySequence), at)
}

func parseThree(mid MID, body []byte) (hr, incarnation, last uint32, err error) {
	if err := checkBody(mid, body, 12); err != nil {
		return 0, 0, 0, err
	}
	f := fields{body}
	return f.u32(), f.u32(), f.u32(), nil
}
