package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"time"
)

const dialTimeout = 10 * time.Second

// target is what the clients open.
type target struct {
	host string // host:port, for requests
	path string // and query, escaped
	dial func(context.Context) (net.Conn, error)
}

// parseTarget takes URLs of any scheme whose host is a loopback address or
// localhost, which is taken for 127.0.0.1; port is for those that name none.
func parseTarget(raw, port string) (*target, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("-url %q: write it as http://127.0.0.1:8080/name", raw)
	}
	host := u.Hostname()
	if host == "localhost" {
		host = "127.0.0.1"
	}
	addr, err := netip.ParseAddr(host)
	if err != nil || !addr.IsLoopback() {
		return nil, fmt.Errorf("-url %s: only loopback addresses are allowed", raw)
	}
	if u.Port() != "" {
		port = u.Port()
	}
	t := &target{host: net.JoinHostPort(host, port), path: u.RequestURI()}
	d := net.Dialer{Timeout: dialTimeout}
	t.dial = func(ctx context.Context) (net.Conn, error) { return d.DialContext(ctx, "tcp", t.host) }
	return t, nil
}
