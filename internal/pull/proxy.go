package pull

import (
	"cmp"
	"strconv"
	"time"

	"caracal/internal/cachecontrol"
	"caracal/internal/head"
)

// ProxyToken is the client token of a cache, [MS-WMSP] 2.2.1.8 and [MS-RTSP]
// 2.2.6.12; ProxyAgent is the User-Agent of one that names none.
const (
	ProxyToken = "WMCacheProxy"
	ProxyAgent = ProxyToken + "/9.6.7600.16564"
)

// DefaultForwards is how many servers a request may go through if nobody says it.
const DefaultForwards = 10

// Proxy says that a Client asks as a cache or a proxy, for somebody else or for
// itself, [MS-WMSP] 3.1.5.1 and [MS-RTSP] 3.1.5.1.
type Proxy struct {
	Name string   // a pseudonym of this server for Via; ProxyToken for ""
	Via  []string // the Via headers of the request that it serves; nil for none

	// ClientAgent is X-Proxy-Client-Agent, or proxy-client-agent over HTTP, of the
	// request that it serves, or else its User-Agent; ClientVerb is its
	// X-Proxy-Client-Verb or else its method. "" for none.
	ClientAgent, ClientVerb string

	// MaxForwards is that of the request that it serves, and one less goes on; 0:
	// it had none. One that may go no further, with a 0, is not to be sent on.
	MaxForwards int
}

// Hops is the Via of the Client's requests: those of the request before it and
// this server. protocol is "HTTP/1.1" or "RTSP/1.0".
func (p *Proxy) Hops(protocol, agent string) string {
	return Through(p.Via, head.Hop{Protocol: protocol, By: cmp.Or(p.Name, ProxyToken), Comment: "(" + agent + ")"})
}

// Through is the Via of a message that has come through the hops of other Via
// headers, the last of them if they are too many, and then through one more.
func Through(via []string, last head.Hop) string {
	hops := head.ParseVia(via...)
	return head.JoinVia(append(hops[max(0, len(hops)+1-head.MaxHops):], last))
}

// Forwards is the Max-Forwards of the Client's requests.
func (p *Proxy) Forwards() string {
	n := p.MaxForwards
	if n <= 0 || n > DefaultForwards {
		n = DefaultForwards
	}
	return strconv.Itoa(n - 1)
}

// ContentInfo is what a server says of content without sending it, [MS-WMSP]
// 2.2.2.2 and [MS-RTSP] 2.2.7.4.
type ContentInfo struct {
	URL          string // after redirects
	Control      cachecontrol.Control
	ETag         string // with its quotes
	LastModified string // as sent
	Server       string
	Via          []string // the hops that the response names
}

// ReadInfo reads what the headers of a response say. Control is not set: it
// depends on the protocol.
func ReadInfo(url string, h head.Fields) ContentInfo {
	return ContentInfo{
		URL: url, ETag: h.Get("ETag"), LastModified: h.Get("Last-Modified"), Server: h.Get("Server"), Via: h.Values("Via"),
	}
}

// Modified is the time of LastModified, zero if there is none.
func (i ContentInfo) Modified() time.Time {
	t, _ := head.ParseDate(i.LastModified)
	return t
}

// Same says that a copy that was made when the server said then is still the
// content: the entity tags agree, or without them the times.
func (i ContentInfo) Same(then ContentInfo) bool {
	if i.ETag != "" || then.ETag != "" {
		return i.ETag == then.ETag
	}
	return i.LastModified != "" && i.LastModified == then.LastModified
}
