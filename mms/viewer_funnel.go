package mms

// FunnelInfo is LinkViewerToMacFunnelInfo, [MS-MMSP] 2.2.4.19: it asks for the
// identifier of ResendRequest and for packet pairs.
type FunnelInfo struct {
	PlayIncarnation uint32 // see AnswerPacketPair
}

// ParseFunnelInfo parses the Body of a MIDFunnelInfo.
func ParseFunnelInfo(body []byte) (FunnelInfo, error) {
	if err := checkBody(MIDFunnelInfo, body, 4); err != nil {
		return FunnelInfo{}, err
	}
	f := fields{body}
	return FunnelInfo{f.u32()}, nil
}

// Append appends the message.
func (m *FunnelInfo) Append(b []byte) []byte {
	b, at := beginMessage(b, MIDFunnelInfo)
	return endMessage(appendU32(b, m.PlayIncarnation), at)
}

// ConnectFunnel is LinkViewerToMacConnectFunnel, [MS-MMSP] 2.2.4.18: how and
// where data packets are to go.
type ConnectFunnel struct {
	PlayIncarnation uint32 // to be ignored
	MaxBlockBytes   uint32 // 0xFFFFFFFF
	MaxFunnelBytes  uint32 // 0
	MaxBitRate      uint32 // bits per second, 10,000,000
	FunnelMode      uint32 // 2
	FunnelName      string // see ParseFunnel
}

// Values of ConnectFunnel.
const (
	FunnelMode uint32 = 2
	MaxBitRate uint32 = 0x00989680 // bits per second; also in ReportConnectedEX
)

// ParseConnectFunnel parses the Body of a MIDConnectFunnel.
func ParseConnectFunnel(body []byte) (ConnectFunnel, error) {
	if err := checkBody(MIDConnectFunnel, body, 20); err != nil {
		return ConnectFunnel{}, err
	}
	f := fields{body}
	m := ConnectFunnel{
		PlayIncarnation: f.u32(),
		MaxBlockBytes:   f.u32(),
		MaxFunnelBytes:  f.u32(),
		MaxBitRate:      f.u32(),
		FunnelMode:      f.u32(),
	}
	m.FunnelName, _ = decodeUTF16(f.b)
	return m, nil
}

// Append appends the message.
func (m *ConnectFunnel) Append(b []byte) []byte {
	b, at := beginMessage(b, MIDConnectFunnel)
	b = appendU32(b, m.PlayIncarnation, m.MaxBlockBytes, m.MaxFunnelBytes, m.MaxBitRate, m.FunnelMode)
	return endMessage(appendUTF16Z(b, m.FunnelName), at)
}
