package mms

import (
	"strings"

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
