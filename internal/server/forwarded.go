package server

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/netip"

	"caracal/internal/forward"
)

// fromKey is where the context of a request has who sends it, if a trusted proxy says
// so.
type fromKey struct{}

// behindProxies has a handler see the address of who sends a request, and whether that
// is over TLS, in the place of what is true of a trusted proxy. The headers stay: who comes through a proxy is never local,
// and no connection of its own is his.
func behindProxies(proxies forward.Proxies, h http.Handler) http.Handler {
	if len(proxies) == 0 {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil {
			h.ServeHTTP(w, r)
			return
		}
		from := proxies.Of(peer, r.Header)
		if !from.Proxied {
			h.ServeHTTP(w, r)
			return
		}
		r = r.WithContext(context.WithValue(r.Context(), fromKey{}, from))
		r.RemoteAddr = from.Address.String()
		switch from.Scheme {
		case "http":
			r.TLS = nil
		case "https":
			r.TLS = &tls.ConnectionState{} // of which only that it is there counts
		}
		h.ServeHTTP(w, r)
	})
}

// saidBy is what a trusted proxy says of a request; the zero value without one.
func saidBy(r *http.Request) forward.From {
	from, _ := r.Context().Value(fromKey{}).(forward.From)
	return from
}

// isSecure says whether who sends a request does so over TLS, here or at a trusted
// proxy.
func isSecure(r *http.Request) bool { return r.TLS != nil }
