package mms

import "fmt"

// HRESULT is the result in most messages of a server, [MS-ERREF] 2.1. The
// values here are those that a server of MMS has a use for.
type HRESULT uint32

const (
	SOK    HRESULT = 0
	SFalse HRESULT = 1 // ReportEndOfStream: another playlist entry follows

	ENotImpl      HRESULT = 0x80004001
	EFail         HRESULT = 0x80004005
	EUnexpected   HRESULT = 0x8000FFFF
	EAccessDenied HRESULT = 0x80070005
	EInvalidArg   HRESULT = 0x80070057

	ENetworkBusy           HRESULT = 0xC00D000E // NS_E_NETWORK_BUSY
	ETooManySessions       HRESULT = 0xC00D000F // NS_E_TOO_MANY_SESS: the server's limit
	EProtocolMismatch      HRESULT = 0xC00D0012 // NS_E_PROTOCOL_MISMATCH
	ETimeout               HRESULT = 0xC00D0013 // NS_E_TIMEOUT
	EFileNotFound          HRESULT = 0xC00D001A // NS_E_FILE_NOT_FOUND
	EInvalidName           HRESULT = 0xC00D001C // NS_E_INVALID_NAME
	EFileOpenFailed        HRESULT = 0xC00D001D // NS_E_FILE_OPEN_FAILED
	EInvalidRequest        HRESULT = 0xC00D002B // NS_E_INVALID_REQUEST: not in this state
	EInsufficientBandwidth HRESULT = 0xC00D002C // NS_E_INSUFFICIENT_BANDWIDTH
	EFileBandwidthLimit    HRESULT = 0xC00D0030 // NS_E_FILE_BANDWIDTH_LIMIT
	EBadControlData        HRESULT = 0xC00D0032 // NS_E_BAD_CONTROL_DATA
	ENoStream              HRESULT = 0xC00D0033 // NS_E_NO_STREAM
	EMaxClients            HRESULT = 0xC00D0049 // NS_E_MAX_CLIENTS
	EPointRemoved          HRESULT = 0xC00D145A // NS_E_PUBLISHING_POINT_REMOVED
	EPointStopped          HRESULT = 0xC00D145E // NS_E_PUBLISHING_POINT_STOPPED
)

// Failed says that the result is an error.
func (hr HRESULT) Failed() bool { return hr&0x80000000 != 0 }

func (hr HRESULT) String() string { return fmt.Sprintf("0x%08X", uint32(hr)) }
