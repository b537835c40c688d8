package point

import "net/url"

// ProxyFor is the URL at which players of a scheme, "http" or "rtsp", are to ask
// for content by way of a proxy; "" if they are to ask here. Who takes it for the
// proxy's address, RFC 2616 10.3.6, looks at no path; who takes it for another
// server's finds the content there under the same name.
func (p *Point) ProxyFor(scheme, path, query string) string {
	for _, text := range p.UseProxy {
		u, err := url.Parse(text)
		if err != nil || u.Scheme != scheme {
			continue
		}
		if u.Path == "" || u.Path == "/" {
			u.Path, u.RawQuery = path, query
		}
		return u.String()
	}
	return ""
}
