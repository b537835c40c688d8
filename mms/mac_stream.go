package mms

// ReportStreamChange is LinkMacToViewerReportStreamChange, [MS-MMSP] 2.2.4.12:
// the next entry of a server-side playlist.
type ReportStreamChange struct {
	HR                HRESULT // 0
	TCPHdrIncarnation uint32  // HeaderIncarnationTCP
	PacketSize        uint32  // bytes of the largest ASF packet
	HeaderSize        uint32  // bytes of the ASF file header
	BitRate           uint32  // bits per second of all streams
	StreamID          uint32  // to be ignored
}

// ParseReportStreamChange parses the Body of a MIDReportStreamChange.
func ParseReportStreamChange(body []byte) (ReportStreamChange, error) {
	if err := checkBody(MIDReportStreamChange, body, 24); err != nil {
		return ReportStreamChange{}, err
	}
	f := fields{body}
	return ReportStreamChange{HRESULT(f.u32()), f.u32(), f.u32(), f.u32(), f.u32(), f.u32()}, nil
}

// Append appends the message.
func (m *ReportStreamChange) Append(b []byte) []byte {
	b, at := beginMessage(b, MIDReportStreamChange)
	b = appendU32(b, uint32(m.HR), m.TCPHdrIncarnation, m.PacketSize, m.HeaderSize, m.BitRate, m.StreamID)
	return endMessage(b, at)
}

// ReportStreamSwitch is LinkMacToViewerReportStreamSwitch, [MS-MMSP] 2.2.4.13:
// the answer to StreamSwitch.
type ReportStreamSwitch struct {
	HR HRESULT
}

// ParseReportStreamSwitch parses the Body of a MIDReportStreamSwitch.
func ParseReportStreamSwitch(body []byte) (ReportStreamSwitch, error) {
	if err := checkBody(MIDReportStreamSwitch, body, 4); err != nil {
		return ReportStreamSwitch{}, err
	}
	f := fields{body}
	return ReportStreamSwitch{HRESULT(f.u32())}, nil
}

// Append appends the message.
func (m *ReportStreamSwitch) Append(b []byte) []byte {
	b, at := beginMessage(b, MIDReportStreamSwitch)
	return endMessage(appendU32(b, uint32(m.HR)), at)
}
