package mms

import "fmt"

// MID is a message ID, [MS-MMSP] 2.2.4: the direction in the upper 16 bits,
// the message in the lower.
type MID uint32

// Messages of the client, LinkViewerToMac in the specification.
const (
	MIDConnect          MID = 0x00030001 // 2.2.4.17
	MIDConnectFunnel    MID = 0x00030002 // 2.2.4.18
	MIDOpenFile         MID = 0x00030005 // 2.2.4.21
	MIDStartPlaying     MID = 0x00030007 // 2.2.4.25
	MIDStopPlaying      MID = 0x00030009 // 2.2.4.27
	MIDCloseFile        MID = 0x0003000D // 2.2.4.16
	MIDReadBlock        MID = 0x00030015 // 2.2.4.23
	MIDFunnelInfo       MID = 0x00030018 // 2.2.4.19
	MIDSecurityResponse MID = 0x0003001A // 2.2.4.24
	MIDPong             MID = 0x0003001B // 2.2.4.22
	MIDCancelReadBlock  MID = 0x00030025 // 2.2.4.15
	MIDStartStriding    MID = 0x00030028 // 2.2.4.26
	MIDLogging          MID = 0x00030032 // 2.2.4.20
	MIDStreamSwitch     MID = 0x00030033 // 2.2.4.28
)

// Messages of the server, LinkMacToViewer in the specification.
const (
	MIDReportConnectedEX        MID = 0x00040001 // 2.2.4.2
	MIDReportConnectedFunnel    MID = 0x00040002 // 2.2.4.3
	MIDReportDisconnectedFunnel MID = 0x00040003 // 2.2.4.4
	MIDReportStartedPlaying     MID = 0x00040005 // 2.2.4.10
	MIDReportOpenFile           MID = 0x00040006 // 2.2.4.7
	MIDReportStartStriding      MID = 0x0004000A // 2.2.4.11
	MIDReportReadBlock          MID = 0x00040011 // 2.2.4.8
	MIDReportFunnelInfo         MID = 0x00040015 // 2.2.4.6
	MIDSecurityChallenge        MID = 0x0004001A // 2.2.4.14
	MIDPing                     MID = 0x0004001B // 2.2.4.1
	MIDReportEndOfStream        MID = 0x0004001E // 2.2.4.5
	MIDReportStreamChange       MID = 0x00040020 // 2.2.4.12
	MIDReportStreamSwitch       MID = 0x00040021 // 2.2.4.13
	MIDReportRedirect           MID = 0x00040022 // 2.2.4.9
)

// FromViewer says that the message is one of a client.
func (m MID) FromViewer() bool { return m>>16 == 3 }

// String returns the name of the specification without its first word, for
// logs: "ConnectFunnel".
func (m MID) String() string {
	if name := midNames(m); name != "" {
		return name
	}
	return fmt.Sprintf("MID(0x%08X)", uint32(m))
}

func midNames(m MID) string {
	if m.FromViewer() {
		return viewerName(m)
	}
	return macName(m)
}

func viewerName(m MID) string {
	switch m {
	case MIDConnect:
		return "Connect"
	case MIDConnectFunnel:
		return "ConnectFunnel"
	case MIDOpenFile:
		return "OpenFile"
	case MIDStartPlaying:
		return "StartPlaying"
	case MIDStopPlaying:
		return "StopPlaying"
	case MIDCloseFile:
		return "CloseFile"
	case MIDReadBlock:
		return "ReadBlock"
	case MIDFunnelInfo:
		return "FunnelInfo"
	case MIDSecurityResponse:
		return "SecurityResponse"
	case MIDPong:
		return "Pong"
	case MIDCancelReadBlock:
		return "CancelReadBlock"
	case MIDStartStriding:
		return "StartStriding"
	case MIDLogging:
		return "Logging"
	case MIDStreamSwitch:
		return "StreamSwitch"
	}
	return ""
}

func macName(m MID) string {
	switch m {
	case MIDReportConnectedEX:
		return "ReportConnectedEX"
	case MIDReportConnectedFunnel:
		return "ReportConnectedFunnel"
	case MIDReportDisconnectedFunnel:
		return "ReportDisconnectedFunnel"
	case MIDReportStartedPlaying:
		return "ReportStartedPlaying"
	case MIDReportOpenFile:
		return "ReportOpenFile"
	case MIDReportStartStriding:
		return "ReportStartStriding"
	case MIDReportReadBlock:
		return "ReportReadBlock"
	case MIDReportFunnelInfo:
		return "ReportFunnelInfo"
	case MIDSecurityChallenge:
		return "SecurityChallenge"
	case MIDPing:
		return "Ping"
	case MIDReportEndOfStream:
		return "ReportEndOfStream"
	case MIDReportStreamChange:
		return "ReportStreamChange"
	case MIDReportStreamSwitch:
		return "ReportStreamSwitch"
	case MIDReportRedirect:
		return "ReportRedirect"
	}
	return ""
}
