package msbd

import "fmt"

// HRESULT is the hr field of every message, [MS-ERREF] 2.1. The values here are
// those that a server of this protocol has a use for.
type HRESULT uint32

const (
	SOK HRESULT = 0

	EFail         HRESULT = 0x80004005
	EAccessDenied HRESULT = 0x80070005
	EInvalidArg   HRESULT = 0x80070057 // 3.1.5.1: no multicast here

	ENetworkBusy     HRESULT = 0xC00D000E // NS_E_NETWORK_BUSY
	ETooManySessions HRESULT = 0xC00D000F // NS_E_TOO_MANY_SESS: the server's limit
	EFileNotFound    HRESULT = 0xC00D001A // NS_E_FILE_NOT_FOUND: nothing is broadcast
	EFileOpenFailed  HRESULT = 0xC00D001D // NS_E_FILE_OPEN_FAILED
	ENoStream        HRESULT = 0xC00D0033 // NS_E_NO_STREAM: 3.1.5.3, none follows
	EMaxClients      HRESULT = 0xC00D0049 // NS_E_MAX_CLIENTS
)

// Failed says that the result is an error.
func (hr HRESULT) Failed() bool { return hr&0x80000000 != 0 }

func (hr HRESULT) String() string { return fmt.Sprintf("0x%08X", uint32(hr)) }
