package rtsp

import "caracal/internal/pull"

// clientURL is a URL for requests.
type clientURL struct {
	pull.URL
	text string // for the request line: rtsp, without user and password
}

// parseClientURL takes rtsp:// and what players use in its place.
func parseClientURL(s string) (clientURL, error) {
	scheme := pull.Scheme{Names: []string{"rtsp", "rtspt", "rtspu", "mms"}, Port: "554", Invalid: ErrInvalid}
	u, err := scheme.Parse(s)
	if err != nil {
		return clientURL{}, err
	}
	u.Scheme = "rtsp"
	return clientURL{u, u.String()}, nil
}

// resolve follows a Location header.
func (c clientURL) resolve(location string) (clientURL, error) {
	next, err := c.Resolve(location)
	if err != nil {
		return clientURL{}, err
	}
	return parseClientURL(next)
}
