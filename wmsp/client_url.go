package wmsp

import "caracal/internal/pull"

// clientURL is a URL for requests.
type clientURL struct {
	pull.URL
	target string // for the request line
}

// parseClientURL takes http:// and what players use in its place.
func parseClientURL(s string) (clientURL, error) {
	scheme := pull.Scheme{Names: []string{"http", "mms", "mmsh"}, Port: "80", Invalid: ErrInvalid}
	u, err := scheme.Parse(s)
	if err != nil {
		return clientURL{}, err
	}
	c := clientURL{u, u.EscapedPath()}
	if c.target == "" {
		c.target = "/"
	}
	if u.RawQuery != "" {
		c.target += "?" + u.RawQuery
	}
	return c, nil
}

// resolve follows a Location header.
func (c clientURL) resolve(location string) (clientURL, error) {
	next, err := c.Resolve(location)
	if err != nil {
		return clientURL{}, err
	}
	return parseClientURL(next)
}
