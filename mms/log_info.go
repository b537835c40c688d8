package mms

// LogInfo is CLIENT_LOG_INFO, [MS-MMSP] 2.2.1.2. Strings are in the code page
// of the player's Windows, which the message does not name, so they are kept
// as the bytes that came. "-" is an empty string on the wire and stays "-".
type LogInfo struct {
	URL                 string
	ChannelURL          string // of the .nsc file
	UserAgent           string // of the browser around the player
	HostingWebPage      string
	ClientVersion       Version
	Lang                string // "en-US"
	UniquePID           string // the player's GUID
	HostExe             string
	HostExeVer          Version
	FileDuration        uint32 // ms
	FileSize            uint64 // bytes
	AvgBandwidth        uint32 // bits per second
	AudioCodec          string
	VideoCodec          string
	StartTime           uint32 // ms
	Played              uint32 // ms
	Rate                int16  // 1 is normal
	BufferingCount      uint32
	BufferingTime       uint32 // ms
	BytesReceived       uint64 // payload of data packets
	PacketsReceived     uint32
	PacketsLostClient   uint32
	PacketsRecoveredECC uint32 // 0
	MinReceptionQuality uint32 // percent
	HR                  HRESULT
}

// Sizes in bytes.
const (
	logInfoSize = 1142

	logPath  = 260
	logName  = 64
	logGUID  = 40
	logExe   = 32
	logShort = 16
	logProto = 8
)

// Version is a version number of four parts, the major one in the upper bits.
type Version uint64

// Parts returns the four numbers.
func (v Version) Parts() [4]uint16 {
	return [4]uint16{uint16(v >> 48), uint16(v >> 32), uint16(v >> 16), uint16(v)}
}

func (f *fields) logInfo() LogInfo {
	f.skip(4) // cbSize: players disagree about padding, and the size is fixed
	return LogInfo{
		URL:                 f.ansi(logPath),
		ChannelURL:          f.ansi(logPath),
		UserAgent:           f.ansi(logName),
		HostingWebPage:      f.ansi(logPath),
		ClientVersion:       Version(f.u64()),
		Lang:                f.ansi(logShort),
		UniquePID:           f.ansi(logGUID),
		HostExe:             f.ansi(logExe),
		HostExeVer:          Version(f.u64()),
		FileDuration:        f.u32(),
		FileSize:            f.u64(),
		AvgBandwidth:        f.u32(),
		AudioCodec:          f.ansi(logName),
		VideoCodec:          f.ansi(logName),
		StartTime:           f.u32(),
		Played:              f.u32(),
		Rate:                int16(f.u16()),
		BufferingCount:      f.u32(),
		BufferingTime:       f.u32(),
		BytesReceived:       f.u64(),
		PacketsReceived:     f.u32(),
		PacketsLostClient:   f.u32(),
		PacketsRecoveredECC: f.u32(),
		MinReceptionQuality: f.u32(),
		HR:                  HRESULT(f.u32()),
	}
}

func (l *LogInfo) append(b []byte) []byte {
	b = appendU32(b, logInfoSize)
	b = appendANSI(b, l.URL, logPath)
	b = appendANSI(b, l.ChannelURL, logPath)
	b = appendANSI(b, l.UserAgent, logName)
	b = appendANSI(b, l.HostingWebPage, logPath)
	b = appendU64(b, uint64(l.ClientVersion))
	b = appendANSI(b, l.Lang, logShort)
	b = appendANSI(b, l.UniquePID, logGUID)
	b = appendANSI(b, l.HostExe, logExe)
	b = appendU64(b, uint64(l.HostExeVer))
	b = appendU32(b, l.FileDuration)
	b = appendU64(b, l.FileSize)
	b = appendU32(b, l.AvgBandwidth)
	b = appendANSI(b, l.AudioCodec, logName)
	b = appendANSI(b, l.VideoCodec, logName)
	b = appendU32(b, l.StartTime, l.Played)
	b = append(b, byte(l.Rate), byte(uint16(l.Rate)>>8))
	b = appendU32(b, l.BufferingCount, l.BufferingTime)
	b = appendU64(b, l.BytesReceived)
	return appendU32(b, l.PacketsReceived, l.PacketsLostClient, l.PacketsRecoveredECC,
		l.MinReceptionQuality, uint32(l.HR))
}
