package mms

import (
	"bytes"
	"encoding/binary"
)

// Logging is LinkViewerToMacLogging, [MS-MMSP] 2.2.4.20: what the player made
// of a stream that has stopped. It holds CLIENT_LOG, [MS-MMSP] 2.2.1.1, with
// strings as in LogInfo. There is no answer.
type Logging struct {
	Info                   LogInfo
	SourceID               uint32 // openFileId
	IPAddress              uint32 // 0xFFFFFFFF, or IPv4 of old players
	ComputerDNS            string
	OS                     string
	OSVersion              Version
	CPU                    string
	Proto                  string // "mms"
	Transport              string // "UDP" or "TCP"
	PacketsLostNet         uint32
	PacketsLostContNet     uint32 // most in one go
	ResendRequests         uint32 // packets asked for again
	PacketsRecoveredResent uint32
	PacketsResent          uint32
}

const clientLogSize = 1490 // bytes

// ParseLogging parses the Body of a MIDLogging.
func ParseLogging(body []byte) (Logging, error) {
	if err := checkBody(MIDLogging, body, clientLogSize); err != nil {
		return Logging{}, err
	}
	f := fields{body}
	f.skip(4) // cbSize, as in LogInfo
	return Logging{
		Info:                   f.logInfo(),
		SourceID:               f.u32(),
		IPAddress:              f.u32(),
		ComputerDNS:            f.ansi(logPath),
		OS:                     f.ansi(logShort),
		OSVersion:              Version(f.u64()),
		CPU:                    f.ansi(logShort),
		Proto:                  f.ansi(logProto),
		Transport:              f.ansi(logProto),
		PacketsLostNet:         f.u32(),
		PacketsLostContNet:     f.u32(),
		ResendRequests:         f.u32(),
		PacketsRecoveredResent: f.u32(),
		PacketsResent:          f.u32(),
	}, nil
}

// Append appends the message. Strings that are too long for their field are
// cut.
func (m *Logging) Append(b []byte) []byte {
	b, at := beginMessage(b, MIDLogging)
	b = m.Info.append(appendU32(b, clientLogSize))
	b = appendU32(b, m.SourceID, m.IPAddress)
	b = appendANSI(b, m.ComputerDNS, logPath)
	b = appendANSI(b, m.OS, logShort)
	b = appendU64(b, uint64(m.OSVersion))
	b = appendANSI(b, m.CPU, logShort)
	b = appendANSI(b, m.Proto, logProto)
	b = appendANSI(b, m.Transport, logProto)
	b = appendU32(b, m.PacketsLostNet, m.PacketsLostContNet, m.ResendRequests,
		m.PacketsRecoveredResent, m.PacketsResent)
	return endMessage(b, at)
}

// ansi reads a string in a field of size bytes.
func (f *fields) ansi(size int) string {
	text, _, _ := bytes.Cut(f.b[:size], []byte{0})
	f.skip(size)
	return string(text)
}

// appendANSI appends a string in a field of size bytes, one of them a NUL; an
// empty string is "-".
func appendANSI(b []byte, s string, size int) []byte {
	if s == "" {
		s = "-"
	}
	s = s[:min(len(s), size-1)]
	b = append(b, s...)
	for range size - len(s) {
		b = append(b, 0)
	}
	return b
}

func appendU64(b []byte, v uint64) []byte { return binary.LittleEndian.AppendUint64(b, v) }
