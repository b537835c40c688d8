package head

import "strings"

// Agent is the User-Agent header, [MS-RTSP] 2.2.6.12 and [MS-WMSP] 2.2.1.8, the
// Server header of RTSP, or what a proxy says of its client. The zero value is
// an absent header.
type Agent struct {
	Token        string   // the first product as its sender spelled it: "NSPlayer"
	Major, Minor int      // 9 and 0 of "9.0.0.2980"
	Via          bool     // "; via WMCacheProxy": it asks for somebody else
	GUID         string   // of "guid/B64345F5-...", which names the player's installation
	Products     []string // what else follows: "WMFSDK/9.0"
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
	a.Major, a.Minor = ParseProductVersion(version)
	products := strings.Fields(rest)
	if semicolon && len(products) > 0 && strings.EqualFold(products[0], "via") {
		a.Via = true
		products = products[min(2, len(products)):]
	}
	for _, product := range products {
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

// Begins says that the header begins with prefix, for players that write their
// version without a slash before it, or with other words.
func (a Agent) Begins(prefix string) bool {
	return len(a.Raw) >= len(prefix) && strings.EqualFold(a.Raw[:len(prefix)], prefix)
}

// AtLeast compares the version.
func (a Agent) AtLeast(major, minor int) bool {
	return a.Major > major || a.Major == major && a.Minor >= minor
}

// ParseProductVersion reads the first two numbers of "9.00.00.3178". What is
// not a number counts as 0.
func ParseProductVersion(s string) (major, minor int) {
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
