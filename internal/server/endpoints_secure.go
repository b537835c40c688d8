package server

import (
	"cmp"
	"net"
	"net/http"
	"strings"

	"caracal/internal/announce"
)

// webOf is the web address of the server for who sends a request: over TLS as the
// request came.
func (s *Server) webOf(r *http.Request) announce.Endpoint {
	if isSecure(r) {
		return announce.Endpoint{Scheme: "https", Host: s.secureHostFor(r)}
	}
	return announce.Endpoint{Scheme: "http", Host: s.hostFor(r)}
}

// plainWebOf is webOf without TLS.
func (s *Server) plainWebOf(r *http.Request) announce.Endpoint {
	web := s.webOf(r)
	if web.Scheme == "https" && saidBy(r).Scheme == "" {
		web.Host = withPortOf(web.Host, s.Addr(), "80")
	}
	web.Scheme = "http"
	return web
}

// waysFor are the ways to what has a name for who sends a request. Who asks over TLS
// is told of nothing that goes in the open; mmsh:// has no form over TLS, and programs
// that know it get the web address in its place.
func (s *Server) waysFor(r *http.Request, name string) announce.Ways {
	web := s.webOf(r)
	w := s.ways(web.Host, name)
	if web.Scheme == "http" {
		return w
	}
	for _, way := range []announce.Way{announce.HTTP, announce.MMSH, announce.Plain, announce.Station} {
		if w[way].Host != "" {
			w[way].Scheme = web.Scheme
		}
	}
	w[announce.MMS], w[announce.RTSP] = announce.Endpoint{}, s.rtspsEndpoint(web.Host)
	return w
}

// linksFor are an item's URLs for who sends a request. Over TLS there is no MMS.
func (s *Server) linksFor(r *http.Request, name string) Links {
	web := s.webOf(r)
	if web.Scheme == "http" {
		return s.LinksOf(web.Host, name)
	}
	l := Links{HTTP: web.URL(name), ASX: web.URL(name) + ".asx"}
	if e := s.rtspsEndpoint(web.Host); e.Host != "" {
		l.RTSP = e.URL(name)
	}
	return l
}

// rtspsEndpoint has no host if the server has no RTSP over TLS.
func (s *Server) rtspsEndpoint(host string) announce.Endpoint {
	a := s.RTSPSAddr()
	if a == nil {
		return announce.Endpoint{}
	}
	return announce.Endpoint{Scheme: "rtsps", Host: withPortOf(s.hostOf(host, a), a, "322")}
}

// secureHostFor is hostFor for requests over TLS: the port of a configured host is
// that of the plain listener, unless a proxy stands before it.
func (s *Server) secureHostFor(r *http.Request) string {
	public := s.config().HTTP.PublicHost
	a := s.HTTPSAddr()
	switch {
	case public == "" && isHost(r.Host):
		return strings.TrimSuffix(r.Host, ":443")
	case saidBy(r).Scheme != "" || a == nil:
		return cmp.Or(strings.TrimSuffix(public, ":443"), s.PublicHost())
	case public != "":
		return withPortOf(public, a, "443")
	}
	if at, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok {
		if host, _, err := net.SplitHostPort(at.String()); err == nil {
			return withPortOf(bracketed(host), a, "443")
		}
	}
	return withPortOf(s.PublicHost(), a, "443")
}
