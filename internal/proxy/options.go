package proxy

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"caracal/internal/credential"
	"caracal/internal/event"
	"caracal/internal/point"
	"caracal/internal/pull"
	"caracal/internal/source"
)

// Options say what a proxy stands for, and what it may use. Zero times and sizes
// are those that the configuration has by default.
type Options struct {
	Point  string // name of the publishing point
	Origin string // URL of what stands for the point there
	Name   string // of this server, in Via; "" is a usual one

	Folder     string        // of the cache; "" is none
	Size       int64         // bytes of all files
	MaxContent int64         // bytes of one
	Lifetime   time.Duration // of content whose origin does not say how long it is good

	Linger    time.Duration // that a broadcast goes on without players
	Broadcast point.BroadcastOptions

	Cache *source.Cache
	Bus   *event.Bus
	Dial  pull.DialFunc             // a net.Dialer does for nil
	TLS   *tls.Config               // of https:// and rtsps://; nil: as the system has it
	Own   func(netip.AddrPort) bool // whether this server listens at an address

	Credentials *credential.Book // who logs in at the origin whose URL names no user
}

// dial connects to an origin, but not to this server itself. It notes from where.
func (o *Options) dial(local *atomic.Pointer[netip.Addr]) pull.DialFunc {
	return func(ctx context.Context, _, address string) (net.Conn, error) {
		c, err := pull.Dial(ctx, o.Dial, address)
		if err != nil {
			return nil, err
		}
		if o.Own != nil && o.Own(pull.AddrPort(c.RemoteAddr())) {
			c.Close()
			return nil, source.ErrLoop
		}
		if a := pull.AddrPort(c.LocalAddr()).Addr(); a.IsValid() {
			local.Store(&a)
		}
		return c, nil
	}
}
