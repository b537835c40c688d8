package rtsp

// Kind is a request's type, [MS-RTSP] 2.2.7.
type Kind uint8

const (
	Unknown         Kind = iota // a method or a use of it that is none of them
	Options                     // RFC 2326 10.1
	Announce                    // 2.2.7.1
	Describe                    // 2.2.7.2
	EndOfStream                 // 2.2.7.3, from the server
	GetContentInfo              // 2.2.7.4
	KeepAlive                   // 2.2.7.5
	LogConnect                  // 2.2.7.6
	LogPlay                     // 2.2.7.7
	Pause                       // 2.2.7.8
	Play                        // 2.2.7.9
	SelectSetup                 // 2.2.7.10.1, SelectStream using SETUP
	SelectTeardown              // 2.2.7.10.2, SelectStream using TEARDOWN
	SelectParameter             // 2.2.7.10.3, SelectStream using SET_PARAMETER
	SendEvent                   // 2.2.7.11
	TcpPacketPair               // 2.2.7.12
	Teardown                    // 2.2.7.13
	UdpPacketPair               // 2.2.7.14
	GetOther                    // GET_PARAMETER with another body or type
	SetOther                    // SET_PARAMETER with another body or type
)

var kindNames = [...]string{
	"Unknown", "Options", "Announce", "Describe", "EndOfStream", "GetContentInfo", "KeepAlive",
	"LogConnect", "LogPlay", "Pause", "Play", "SelectSetup", "SelectTeardown", "SelectParameter",
	"SendEvent", "TcpPacketPair", "Teardown", "UdpPacketPair", "GetOther", "SetOther",
}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return kindNames[Unknown]
}

// SelectStream says that it is one of the three forms of 2.2.7.10.
func (k Kind) SelectStream() bool {
	return k == SelectSetup || k == SelectTeardown || k == SelectParameter
}

// Methods of requests.
const (
	MethodAnnounce     = "ANNOUNCE"
	MethodDescribe     = "DESCRIBE"
	MethodGetParameter = "GET_PARAMETER"
	MethodOptions      = "OPTIONS"
	MethodPause        = "PAUSE"
	MethodPlay         = "PLAY"
	MethodSetParameter = "SET_PARAMETER"
	MethodSetup        = "SETUP"
	MethodTeardown     = "TEARDOWN"
)

// PublicMethods is the value of the Public header that answers OPTIONS.
const PublicMethods = "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER, SET_PARAMETER"

// Media types, [MS-RTSP] 2.2.6.3.
const (
	TypeSDP            = "application/sdp"
	TypePacketPair     = "application/x-rtsp-packetpair"
	TypeUDPPacketPair  = "application/x-rtsp-udp-packetpair"
	TypeContentDesc    = "application/x-wms-contentdesc"
	TypeExtensionCmd   = "application/x-wms-extension-cmd"
	TypeGetContentInfo = "application/x-wms-getcontentinfo"
	TypeGetTemplates   = "application/x-wms-gettemplates"
	TypeLogConnect     = "application/x-wms-Logconnectstats"
	TypeLogPlay        = "application/x-wms-Logplaystats"
	TypeSendEvent      = "application/x-wms-sendevent"
	TypeStreamSwitch   = "application/x-wms-streamswitch"
)

// classify holds a request against [MS-RTSP] 2.2.7. Methods count in their own
// case, media types in any.
func classify(r *Request) Kind {
	switch r.Method {
	case MethodOptions:
		return Options
	case MethodAnnounce:
		return Announce
	case MethodDescribe:
		return Describe
	case MethodPause:
		return Pause
	case MethodPlay:
		return Play
	case MethodSetup:
		return SelectSetup
	case MethodTeardown:
		return classifyTeardown(r)
	case MethodGetParameter:
		return classifyGet(r)
	case MethodSetParameter:
		return classifySet(r)
	}
	return Unknown
}

// classifyTeardown tells the session's end from a stream's by the URL. Content
// whose own name looks like a stream's is for the server to sort out, who
// knows what the session plays.
func classifyTeardown(r *Request) Kind {
	if _, _, ok := SplitControl(r.Target.Path); ok || r.IsType(TypeStreamSwitch) {
		return SelectTeardown
	}
	return Teardown
}

func classifyGet(r *Request) Kind {
	switch {
	case r.IsType(TypePacketPair):
		return TcpPacketPair
	case r.IsType(TypeGetContentInfo):
		return GetContentInfo
	case r.Media() == "" && len(r.Body) == 0:
		return KeepAlive
	}
	return GetOther
}

func classifySet(r *Request) Kind {
	for _, known := range setKinds {
		if r.IsType(known.media) {
			return known.kind
		}
	}
	if r.Media() == "" && len(r.Body) == 0 {
		return KeepAlive // RFC 2326 10.9 has it as a no-op like 10.8
	}
	return SetOther
}

var setKinds = [...]struct {
	media string
	kind  Kind
}{
	{TypeUDPPacketPair, UdpPacketPair},
	{TypeExtensionCmd, EndOfStream},
	{TypeLogConnect, LogConnect},
	{TypeLogPlay, LogPlay},
	{TypeSendEvent, SendEvent},
	{TypeStreamSwitch, SelectParameter},
}
