package rtsp

import "caracal/internal/head"

// Client tokens of the User-Agent header, [MS-RTSP] 2.2.6.12, and what other
// players' values begin with.
const (
	AgentPlayer     = "WMPlayer"
	AgentServer     = "WMServer" // of the Server header too
	AgentCacheProxy = "WMCacheProxy"
	AgentLavf       = "Lavf" // "Lavf59.27.100": FFmpeg and MPlayer
	AgentGStreamer  = "GStreamer"
)

// KnownAgent says that it is a player, server or proxy of Windows Media.
func KnownAgent(a head.Agent) bool {
	return a.Is(AgentPlayer) || a.Is(AgentServer) || a.Is(AgentCacheProxy)
}
