package wmsp

// Kind is a request's type, [MS-WMSP] 2.2.2.
type Kind uint8

const (
	Unknown        Kind = iota // none of them, or conditions of several
	Describe                   // 2.2.2.1
	GetContentInfo             // 2.2.2.2
	KeepAlive                  // 2.2.2.3
	Log                        // 2.2.2.4
	Pipeline                   // 2.2.2.5
	Play                       // 2.2.2.6
	PlayNextEntry              // 2.2.2.7
	SelectStream               // 2.2.2.8
	SendEvent                  // 2.2.2.9
	Stop                       // 2.2.2.10
)

var kindNames = [...]string{
	"Unknown", "Describe", "GetContentInfo", "KeepAlive", "Log", "Pipeline",
	"Play", "PlayNextEntry", "SelectStream", "SendEvent", "Stop",
}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return kindNames[Unknown]
}

// Content types of requests and replies, [MS-WMSP] 2.2.1.2.
const (
	TypeOctetStream    = "application/octet-stream"
	TypeHeader         = "application/vnd.ms.wms-hdr.asfv1"
	TypeFramed         = "application/x-mms-framed"
	TypeGetContentInfo = "application/x-wms-getcontentinfo"
	TypeLogStats       = "application/x-wms-LogStats"
	TypeSendEvent      = "application/x-wms-sendevent"
	TypeText           = "text/plain"
)

// classify holds a request against the conditions of [MS-WMSP] 2.2.2.1 to
// 2.2.2.10. The method tells the group, tokens and content type the rest.
func classify(r *Request) Kind {
	switch r.Method {
	case "GET":
		return classifyGet(r)
	case "POST":
		return classifyPost(r)
	case "OPTIONS":
		if r.Target == "*" && r.HTTP11() { // 2.2.2.3.2
			return KeepAlive
		}
	}
	return Unknown
}

func classifyGet(r *Request) Kind {
	p := &r.Pragma
	next, strm := p.Has(TokenPlayNextEntry), p.Has(TokenPlayStrm)
	switch {
	case p.Has(TokenPipelineRequest):
		if r.HTTP11() && !next && !strm {
			return Pipeline
		}
	case next:
		if r.HTTP11() && !p.PlayStrm {
			return PlayNextEntry
		}
	case p.PlayStrm:
		return Play
	case p.Has(TokenSwitchEntry):
		if !strm && !p.HasAny(TokenKeepAliveInPause|TokenStopStrm) {
			return SelectStream
		}
	default:
		return Describe
	}
	return Unknown
}

func classifyPost(r *Request) Kind {
	p := &r.Pragma
	bare := !r.HasBody() && !r.Header.Has("Content-Type")
	stats := r.IsType(TypeLogStats)
	logs := p.Has(TokenLogLine) || stats
	commands := p.Present & (TokenSwitchEntry | TokenStopStrm | TokenKeepAliveInPause)
	switch {
	case p.Has(TokenPipelineRequest):
	case commands == TokenSwitchEntry:
		if bare && !p.HasAny(TokenPlayNextEntry|TokenPlayStrm) {
			return SelectStream
		}
	case commands == TokenStopStrm:
		if bare && !logs && r.HTTP11() {
			return Stop
		}
	case commands == TokenKeepAliveInPause:
		if bare && !logs {
			return KeepAlive
		}
	case commands != 0: // several at once
	case logs:
		if stats || !r.HasBody() && (r.ContentType() == "" || r.IsType(TypeText)) {
			return Log
		}
	case r.IsType(TypeGetContentInfo):
		if r.HasBody() {
			return GetContentInfo
		}
	case r.IsType(TypeSendEvent):
		return SendEvent
	}
	return Unknown
}
