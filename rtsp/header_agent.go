package rtsp

import "strings"

// Client tokens of the User-Agent header, [MS-RTSP] 2.2.6.12, and what other
// players' values begin with.
const (
	AgentPlayer     = "WMPlayer"
	AgentServer     = "WMServer" // of the Server header too
	AgentCacheProxy = "WMCacheProxy"
	AgentLavf       = "Lavf" // "Lavf59.27.100": FFmpeg and MPlayer
	AgentGStreamer  = "GStreamer"
)

// Agent is the User-Agent header, [MS-RTSP] 2.2.6.12, X-Proxy-Client-Agent or
// the Server header. The zero value is an absent header.
type Agent struct {
	Token        string   // the first product as its sender spelled it: "WMPlayer"
	Major, Minor int      // 9 and 0 of "9.0.0.2833"
	GUID         string   // of "guid/B64345F5-...", which names the player's installation
	Products     []string // what else follows
	Raw          string
}

// ParseAgent never fails: what it cannot read stays in Raw.
func ParseAgent(s string) Agent {
	a := Agent{Raw: s}
	first, rest, _ := strings.Cut(strings.TrimSpace(s), " ")
	token, version, _ := strings.Cut(first, "/")
	a.Token = token
	a.Major, a.Minor = parseProductVersion(version)
	for product := range strings.FieldsSeq(rest) {
		if name, value, _ := strings.Cut(product, "/"); strings.EqualFold(name, "guid") {
			a.GUID = value
			continue
		}
		a.Products = append(a.Products, product)
	}
	return a
}

// Is compares the client token without regard to case.
func (a Agent) Is(token string) bool { return strings.EqualFold(a.Token, token) }

// Begins says that the header begins with prefix, as with AgentLavf, whose
// version has no slash before it.
func (a Agent) Begins(prefix string) bool {
	return len(a.Raw) >= len(prefix) && strings.EqualFold(a.Raw[:len(prefix)], prefix)
}

// Known says that it is a player, server or proxy of Windows Media.
func (a Agent) Known() bool { return a.Is(AgentPlayer) || a.Is(AgentServer) || a.Is(AgentCacheProxy) }

// AtLeast compares the version.
func (a Agent) AtLeast(major, minor int) bool {
	return a.Major > major || a.Major == major && a.Minor >= minor
}

// parseProductVersion reads the first two numbers of "9.00.00.3178". What is
// not a number counts as 0.
func parseProductVersion(s string) (major, minor int) {
	first, rest, _ := strings.Cut(s, ".")
	second, _, _ := strings.Cut(rest, ".")
	return productNumber(first), productNumber(second)
}

func productNumber(s string) int {
	const most = 99_999 // no product counts higher
	n := 0
	for i := 0; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		n = min(n*10+int(s[i]-'0'), most)
	}
	return n
}
