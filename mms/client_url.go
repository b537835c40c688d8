package mms

import (
	"strings"

	"caracal/internal/credential"
	"caracal/internal/pull"
)

// clientURL is a URL for messages.
type clientURL struct {
	pull.URL
	file string // fileName of OpenFile: neither escaped nor with a slash before it
	udp  bool   // mmsu
	tcp  bool   // mmst
}

var clientURLs = pull.Scheme{Names: []string{"mms", "mmst", "mmsu"}, Port: "1755", Invalid: ErrInvalid}

// parseClientURL takes mms, mmst and mmsu.
func parseClientURL(s string) (clientURL, error) {
	u, err := clientURLs.Parse(s)
	if err != nil {
		return clientURL{}, err
	}
	c := clientURL{URL: u, file: strings.TrimLeft(u.Path, "/"), udp: u.Scheme == "mmsu", tcp: u.Scheme == "mmst"}
	if u.RawQuery != "" {
		c.file += "?" + u.RawQuery
	}
	return c, nil
}

// peerAt is who wants a Client to log in that asks for a URL at an address. A proxy that
// a server has named is not told what is for that server.
func (c *Client) peerAt(u clientURL, address string) *credential.Peer {
	if address == c.Proxy || address == u.Address {
		return c.Credentials.Peer(credential.Target{Scheme: "mms", Address: u.Address, Exposed: u.Exposed}, u.Login)
	}
	return c.Credentials.Peer(credential.Target{Scheme: "mms", Address: address, Exposed: u.Exposed}, nil)
}

// resolve follows the location of a redirect, which is not escaped, [MS-MMSP]
// 2.2.4.9. A user stays with its host.
func (c clientURL) resolve(location string) (clientURL, error) {
	if strings.HasPrefix(location, "/") {
		location = "mms://" + c.Host + location
	}
	next, err := parseClientURL(location)
	if err != nil {
		next, err = parseClientURL(strings.ReplaceAll(location, "%", "%25"))
	}
	if err == nil && next.Login == nil && next.Address == c.Address {
		next.Login = c.Login
	}
	return next, err
}
