package wmsp

import "strings"

// Client tokens of the User-Agent header, [MS-WMSP] 2.2.1.8.
const (
	TokenPlayer     = "NSPlayer"     // a player
	TokenServer     = "NSServer"     // a server that pulls, or a proxy without a cache
	TokenCacheProxy = "WMCacheProxy" // a caching proxy
)

// Agent is the User-Agent header, or the proxy-client-agent token of Pragma,
// [MS-WMSP] 2.2.1.8. The zero value is an absent header.
type Agent struct {
	Token        string   // the first product as its sender spelled it: "NSPlayer"
	Major, Minor int      // 9 and 0 of "9.0.0.2980"
	Via          bool     // "; via WMCacheProxy": it asks for somebody else
	Products     []string // what follows: "WMFSDK/9.0"
	Raw          string
}

// ParseAgent never fails: what it cannot read stays in Raw.
func ParseAgent(s string) Agent {
	a := Agent{Raw: s}
	product, rest, _ := strings.Cut(strings.TrimSpace(s), " ")
	product, semicolon := strings.CutSuffix(product, ";")
	token, version, _ := strings.Cut(product, "/")
	if before, after, ok := strings.Cut(version, ";"); ok { // "NSServer/9.0;via ..."
		version, rest, semicolon = before, after+" "+rest, true
	}
	a.Token = token
	a.Major, a.Minor = parseVersion(version)
	a.Products = strings.Fields(rest)
	if semicolon && len(a.Products) > 0 && strings.EqualFold(a.Products[0], "via") {
		a.Via = true
		a.Products = a.Products[min(2, len(a.Products)):]
	}
	return a
}

// Known says that the agent speaks this protocol: a player, server or proxy
// of Windows Media, or a program that calls itself one.
func (a Agent) Known() bool { return a.Is(TokenPlayer) || a.Is(TokenServer) || a.Is(TokenCacheProxy) }

// Is compares the client token without regard to case.
func (a Agent) Is(token string) bool { return strings.EqualFold(a.Token, token) }

// AtLeast compares the version.
func (a Agent) AtLeast(major, minor int) bool {
	return a.Major > major || a.Major == major && a.Minor >= minor
}

// parseVersion reads the first two numbers of "9.00.00.3178". What is not a
// number counts as 0.
func parseVersion(s string) (major, minor int) {
	first, rest, _ := strings.Cut(s, ".")
	second, _, _ := strings.Cut(rest, ".")
	return versionNumber(first), versionNumber(second)
}

func versionNumber(s string) int {
	const most = 99_999 // no product counts higher
	n := 0
	for i := 0; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		n = min(n*10+int(s[i]-'0'), most)
	}
	return n
}
