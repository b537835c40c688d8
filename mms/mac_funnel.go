package mms

// ReportFunnelInfo is LinkMacToViewerReportFunnelInfo, [MS-MMSP] 2.2.4.6: the
// answer to FunnelInfo, three of them when Pair is used.
type ReportFunnelInfo struct {
	HR                HRESULT
	PlayIncarnation   uint32 // see AnswerPacketPair
	TransportMask     uint32 // 8
	BlockFragments    uint32 // 1
	FragmentBytes     uint32 // 0x10000
	Cubs              uint32 // identifier of the client, the dwClientId of ResendRequest
	FailedCubs        uint32 // 0
	Disks             uint32 // 1
	Decluster         uint32 // 0
	CubddDatagramSize uint32 // 0
	Pair              []byte // random bytes, see PairMessagePayload; aliases the input
}

const funnelInfoFixed = 40 // bytes before Pair

// NewReportFunnelInfo returns the message with the values that never change. id
// should be hard to guess, [MS-MMSP] 5.1.
func NewReportFunnelInfo(pair, id uint32) ReportFunnelInfo {
	return ReportFunnelInfo{
		PlayIncarnation: pair,
		TransportMask:   8,
		BlockFragments:  1,
		FragmentBytes:   0x10000,
		Cubs:            id,
		Disks:           1,
	}
}

// ParseReportFunnelInfo parses the Body of a MIDReportFunnelInfo.
func ParseReportFunnelInfo(body []byte) (ReportFunnelInfo, error) {
	if err := checkBody(MIDReportFunnelInfo, body, funnelInfoFixed); err != nil {
		return ReportFunnelInfo{}, err
	}
	f := fields{body}
	return ReportFunnelInfo{
		HR:                HRESULT(f.u32()),
		PlayIncarnation:   f.u32(),
		TransportMask:     f.u32(),
		BlockFragments:    f.u32(),
		FragmentBytes:     f.u32(),
		Cubs:              f.u32(),
		FailedCubs:        f.u32(),
		Disks:             f.u32(),
		Decluster:         f.u32(),
		CubddDatagramSize: f.u32(),
		Pair:              f.b,
	}, nil
}

// Append appends the message.
func (m *ReportFunnelInfo) Append(b []byte) []byte {
	b, at := beginMessage(b, MIDReportFunnelInfo)
	b = appendU32(b, uint32(m.HR), m.PlayIncarnation, m.TransportMask, m.BlockFragments, m.FragmentBytes,
		m.Cubs, m.FailedCubs, m.Disks, m.Decluster, m.CubddDatagramSize)
	return endMessage(append(b, m.Pair...), at)
}

// FunnelName is the funnelName of ReportConnectedFunnel.
const FunnelName = "Funnel Of The Gods"

// ReportConnectedFunnel is LinkMacToViewerReportConnectedFunnel, [MS-MMSP]
// 2.2.4.3: the answer to ConnectFunnel.
type ReportConnectedFunnel struct {
	HR                HRESULT // 0
	PlayIncarnation   uint32  // to be ignored
	PacketPayloadSize uint32  // to be ignored
	FunnelName        string
}

// ParseReportConnectedFunnel parses the Body of a MIDReportConnectedFunnel.
func ParseReportConnectedFunnel(body []byte) (ReportConnectedFunnel, error) {
	if err := checkBody(MIDReportConnectedFunnel, body, 12); err != nil {
		return ReportConnectedFunnel{}, err
	}
	f := fields{body}
	m := ReportConnectedFunnel{HR: HRESULT(f.u32()), PlayIncarnation: f.u32(), PacketPayloadSize: f.u32()}
	m.FunnelName, _ = decodeUTF16(f.b)
	return m, nil
}

// Append appends the message, with a terminator behind the name, of which the
// specification says nothing.
func (m *ReportConnectedFunnel) Append(b []byte) []byte {
	b, at := beginMessage(b, MIDReportConnectedFunnel)
	b = appendU32(b, uint32(m.HR), m.PlayIncarnation, m.PacketPayloadSize)
	return endMessage(appendUTF16Z(b, m.FunnelName), at)
}

// ReportDisconnectedFunnel is LinkMacToViewerReportDisconnectedFunnel,
// [MS-MMSP] 2.2.4.4: ConnectFunnel has failed. The player may ask again with
// the other protocol.
type ReportDisconnectedFunnel struct {
	HR              HRESULT
	PlayIncarnation uint32 // to be ignored
}

// ParseReportDisconnectedFunnel parses the Body of a
// MIDReportDisconnectedFunnel.
func ParseReportDisconnectedFunnel(body []byte) (ReportDisconnectedFunnel, error) {
	hr, incarnation, err := parseTwo(MIDReportDisconnectedFunnel, body)
	return ReportDisconnectedFunnel{HRESULT(hr), incarnation}, err
}

// Append appends the message.
func (m *ReportDisconnectedFunnel) Append(b []byte) []byte {
	return appendTwo(b, MIDReportDisconnectedFunnel, uint32(m.HR), m.PlayIncarnation)
}
