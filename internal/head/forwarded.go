package head

import (
	"slices"
	"strings"
)

// Forwarded is what proxies add to a request, [MS-WMSP] 3.1.5.1 and [MS-RTSP]
// 3.1.5.1. The zero value is a request that comes straight from its player.
type Forwarded struct {
	Via   []Hop  // the proxies, the player's first
	Agent string // of the player: X-Proxy-Client-Agent; proxy-client-agent over HTTP
	Verb  string // the player's method: X-Proxy-Client-Verb

	MaxForwards    int // how many more servers it may go through
	HasMaxForwards bool
}

// Limits of what is read.
const (
	maxForwardedAgent = 256 // bytes
	maxForwardedVerb  = 32
	maxForwards       = 1000
)

// ParseForwarded never fails: what it cannot read it leaves out.
func ParseForwarded(f Fields) Forwarded {
	p := Forwarded{Agent: f.Get("X-Proxy-Client-Agent"), Verb: f.Get("X-Proxy-Client-Verb")}
	if via := f.Values("Via"); via != nil {
		p.Via = ParseVia(via...)
	}
	p.SetAgent(p.Agent)
	if len(p.Verb) > maxForwardedVerb || !IsToken(p.Verb) {
		p.Verb = ""
	}
	if n, ok := ParseDigits(f.Get("Max-Forwards")); ok {
		p.MaxForwards, p.HasMaxForwards = int(min(n, maxForwards)), true
	}
	return p
}

// SetAgent sets the agent, cut to what is kept of it.
func (p *Forwarded) SetAgent(agent string) { p.Agent = agent[:min(len(agent), maxForwardedAgent)] }

// ByProxy says that the request does not come straight from its player.
func (p *Forwarded) ByProxy() bool { return len(p.Via) > 0 }

// Through says that the request has come through a proxy or server of that name.
func (p *Forwarded) Through(name string) bool {
	return name != "" && slices.ContainsFunc(p.Via, func(h Hop) bool { return strings.EqualFold(h.By, name) })
}

// IsPassedOn says that the headers name somebody else for whom the peer asks.
func IsPassedOn(f Fields) bool {
	for _, name := range [...]string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} {
		if f.Has(name) {
			return true
		}
	}
	return false
}
