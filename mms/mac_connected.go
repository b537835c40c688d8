package mms

// ReportConnectedEX is LinkMacToViewerReportConnectedEX, [MS-MMSP] 2.2.4.2: the
// answer to Connect.
type ReportConnectedEX struct {
	HR                          HRESULT
	PlayIncarnation             uint32 // UsePacketPair or DisablePacketPair
	MacToViewerProtocolRevision uint32
	ViewerToMacProtocolRevision uint32
	BlockGroupPlayTime          float64 // 1
	BlockGroupBlocks            uint32  // 1
	MaxOpenFiles                uint32  // 1
	BlockMaxBytes               uint32  // 0x8000
	MaxBitRate                  uint32  // bits per second
	ServerVersionInfo           string  // "9.0"; 9 and later make players ask for a Fast Start
	VersionInfo                 string  // of the player to upgrade to, or ""
	VersionURL                  string  // where to get it
	AuthenPackage               string  // "BASIC", "NTLM" or ""
}

const connectedFixed = 56 // bytes before the strings

// NewReportConnectedEX returns the message with the values that never change.
func NewReportConnectedEX(hr HRESULT, pair uint32, version, authen string) ReportConnectedEX {
	return ReportConnectedEX{
		HR:                          hr,
		PlayIncarnation:             pair,
		MacToViewerProtocolRevision: MacToViewerProtocolRevision,
		ViewerToMacProtocolRevision: ViewerToMacProtocolRevision,
		BlockGroupPlayTime:          1,
		BlockGroupBlocks:            1,
		MaxOpenFiles:                1,
		BlockMaxBytes:               ReadBlockLength,
		MaxBitRate:                  MaxBitRate,
		ServerVersionInfo:           version,
		AuthenPackage:               authen,
	}
}

// ParseReportConnectedEX parses the Body of a MIDReportConnectedEX.
func ParseReportConnectedEX(body []byte) (ReportConnectedEX, error) {
	if err := checkBody(MIDReportConnectedEX, body, connectedFixed); err != nil {
		return ReportConnectedEX{}, err
	}
	f := fields{body}
	m := ReportConnectedEX{
		HR:                          HRESULT(f.u32()),
		PlayIncarnation:             f.u32(),
		MacToViewerProtocolRevision: f.u32(),
		ViewerToMacProtocolRevision: f.u32(),
		BlockGroupPlayTime:          f.float(),
		BlockGroupBlocks:            f.u32(),
		MaxOpenFiles:                f.u32(),
		BlockMaxBytes:               f.u32(),
		MaxBitRate:                  f.u32(),
	}
	sizes := [4]uint32{f.u32(), f.u32(), f.u32(), f.u32()}
	strings := [4]*string{&m.ServerVersionInfo, &m.VersionInfo, &m.VersionURL, &m.AuthenPackage}
	for i, units := range sizes {
		if uint64(units)*2 > uint64(len(f.b)) {
			return ReportConnectedEX{}, &ParseError{MIDReportConnectedEX.String(), 48 + 4*i, ErrInvalid}
		}
		*strings[i], _ = decodeUTF16(f.b[:2*units])
		f.skip(int(2 * units))
	}
	return m, nil
}

// Append appends the message. An empty string takes no room, and its count is
// 0.
func (m *ReportConnectedEX) Append(b []byte) []byte {
	b, at := beginMessage(b, MIDReportConnectedEX)
	b = appendU32(b, uint32(m.HR), m.PlayIncarnation, m.MacToViewerProtocolRevision, m.ViewerToMacProtocolRevision)
	b = appendFloat(b, m.BlockGroupPlayTime)
	b = appendU32(b, m.BlockGroupBlocks, m.MaxOpenFiles, m.BlockMaxBytes, m.MaxBitRate)
	sizes := len(b)
	b = appendU32(b, 0, 0, 0, 0)
	for i, s := range [4]string{m.ServerVersionInfo, m.VersionInfo, m.VersionURL, m.AuthenPackage} {
		if s == "" {
			continue
		}
		before := len(b)
		b = appendUTF16Z(b, s)
		putU32(b[sizes+4*i:], uint32((len(b)-before)/2))
	}
	return endMessage(b, at)
}
