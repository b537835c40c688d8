package front

import (
	"sync/atomic"
	"time"
)

// Requests is the rate of the requests of each connection, of all front-ends that have
// it. Any goroutine may use it; nil and the zero value are no limit.
type Requests struct{ rate atomic.Pointer[Rate] }

// Set has another rate hold from now on.
func (r *Requests) Set(rate Rate) { r.rate.Store(&rate) }

// TooMany counts a request and says that it is one more than the connection may send
// now: the protocol says so in its words.
func (c *Conn) TooMany(now time.Time) bool {
	r := c.acceptor.opt.Requests
	if r == nil {
		return false
	}
	rate := r.rate.Load()
	return rate != nil && !c.requests.take(*rate, now)
}

// LimitRequests names the limit of TooMany.
const LimitRequests = "connection.request_rate"
