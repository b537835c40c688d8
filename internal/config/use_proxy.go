package config

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// proxySchemes are those whose players can be sent to a proxy.
var proxySchemes = []string{"http", "rtsp"}

// useProxy checks the proxies of a point, one for each protocol at most.
func (k *checker) useProxy(key string, p *Point) {
	if len(p.UseProxy) > 0 && p.Redirect != "" {
		k.fail(key, "a point that leads elsewhere has no proxies of its own: take out one of the two")
	}
	var seen []string
	for i, text := range p.UseProxy {
		key := fmt.Sprintf("%s[%d]", key, i)
		u, err := url.Parse(text)
		switch {
		case err != nil || u.Host == "" || len(text) > maxRedirect || !slices.Contains(proxySchemes, u.Scheme) || u.User != nil:
			k.fail(key, "%q is not a URL such as http://edge.example:8080 or rtsp://edge.example", text)
		case slices.Contains(seen, u.Scheme):
			k.fail(key, "there is a proxy for %s already: players of a protocol are sent to one", strings.ToUpper(u.Scheme))
		default:
			seen = append(seen, u.Scheme)
		}
	}
}
