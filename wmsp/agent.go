package wmsp

import "caracal/internal/head"

// Client tokens of the User-Agent header, [MS-WMSP] 2.2.1.8.
const (
	TokenPlayer     = "NSPlayer"     // a player
	TokenServer     = "NSServer"     // a server that pulls, or a proxy without a cache
	TokenCacheProxy = "WMCacheProxy" // a caching proxy
)

// KnownAgent says that the agent speaks this protocol: a player, server or
// proxy of Windows Media, or a program that calls itself one.
func KnownAgent(a head.Agent) bool {
	return a.Is(TokenPlayer) || a.Is(TokenServer) || a.Is(TokenCacheProxy)
}
