// Package forward finds out who sends a request that a reverse proxy hands on: from
// Forwarded, RFC 7239, and X-Forwarded-For and X-Forwarded-Proto, of proxies that are
// trusted and of nobody else.
package forward

import (
	"net/netip"
	"slices"
	"strings"
)

// The bounds of what is read of headers.
const (
	maxHops = 32  // those nearest to the server
	maxHop  = 256 // bytes of one
)

// Proxies are the networks of the proxies that are trusted; nil is none.
type Proxies []netip.Prefix

// Has says whether a proxy is trusted.
func (p Proxies) Has(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	return slices.ContainsFunc(p, func(n netip.Prefix) bool { return n.Contains(a) })
}

// Header has the fields of a request.
type Header interface{ Values(name string) []string }

// From is who sends a request.
type From struct {
	Address netip.AddrPort // port 0: a proxy has not said it
	Scheme  string         // "http" or "https" that the client speaks; "" is as it came
	Proxied bool           // a trusted proxy says so
}

// Of returns who sends a request that came from peer. Of the hops that are named it is
// the last one that is no trusted proxy: what is named before that one, it may have
// made up. X-Forwarded-For counts before Forwarded, as the proxies that know the
// latter are few and the others hand it on unseen.
func (p Proxies) Of(peer netip.AddrPort, h Header) From {
	peer = netip.AddrPortFrom(peer.Addr().Unmap(), peer.Port())
	if len(p) == 0 || !p.Has(peer.Addr()) {
		return From{Address: peer}
	}
	hops := parseList(h.Values("X-Forwarded-For"))
	if len(hops) == 0 {
		hops = parseForwarded(h.Values("Forwarded"))
	}
	if len(hops) == 0 {
		return From{Address: peer}
	}
	from := From{Address: peer, Proxied: true}
	for _, hop := range slices.Backward(hops) {
		if !hop.address.IsValid() {
			break // what cannot be read may be anybody: the proxy stands for it
		}
		from.Address, from.Scheme = hop.address, hop.scheme
		if !p.Has(hop.address.Addr()) {
			break
		}
	}
	if v := h.Values("X-Forwarded-Proto"); len(v) > 0 {
		first, _, _ := strings.Cut(v[0], ",")
		from.Scheme = schemeOf(first)
	}
	return from
}

// hop is one that a request has come from.
type hop struct {
	address netip.AddrPort // not valid: not known, or not told
	scheme  string
}

// parseList reads X-Forwarded-For.
func parseList(values []string) []hop {
	var hops []hop
	for _, text := range last(values) {
		hops = append(hops, hop{address: parseNode(text)})
	}
	return hops
}

// parseForwarded reads Forwarded.
func parseForwarded(values []string) []hop {
	var hops []hop
	for _, element := range last(values) {
		var h hop
		for pair := range strings.SplitSeq(element, ";") {
			name, value, _ := strings.Cut(pair, "=")
			value = strings.Trim(strings.TrimSpace(value), `"`)
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "for":
				h.address = parseNode(value)
			case "proto":
				h.scheme = schemeOf(value)
			}
		}
		hops = append(hops, h)
	}
	return hops
}

// last splits lists at their commas and returns the last maxHops parts.
func last(values []string) []string {
	var parts []string
	for _, v := range slices.Backward(values) {
		for len(parts) < maxHops {
			at := strings.LastIndexByte(v, ',')
			if part := strings.TrimSpace(v[at+1:]); part != "" {
				parts = append(parts, part)
			}
			if at < 0 {
				break
			}
			v = v[:at]
		}
	}
	slices.Reverse(parts)
	return parts
}

// parseNode reads an address with or without a port: 192.0.2.1, 192.0.2.1:80,
// 2001:db8::1, [2001:db8::1], [2001:db8::1]:80. What is none is not valid.
func parseNode(s string) netip.AddrPort {
	if len(s) > maxHop {
		return netip.AddrPort{}
	}
	if at, err := netip.ParseAddrPort(s); err == nil {
		return netip.AddrPortFrom(at.Addr().Unmap().WithZone(""), at.Port())
	}
	if inner, ok := strings.CutPrefix(s, "["); ok {
		s = strings.TrimSuffix(inner, "]")
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(a.Unmap().WithZone(""), 0)
}

func schemeOf(s string) string {
	switch s = strings.ToLower(strings.TrimSpace(s)); s {
	case "http", "https":
		return s
	}
	return ""
}
