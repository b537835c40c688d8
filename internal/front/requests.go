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

// maxOwed is the most requests that a peer may be behind with: over TCP hundreds of
// short entries are on their way before it reads of the first.
const maxOwed = 4096

// Owed counts the requests that a server has asked a peer for: one that is told of
// another entry has to choose its streams, to play and to say what it has got of the
// one before. They are not held against it, however soon entries follow each other.
// Any goroutine may use it; the zero value is none.
type Owed struct{ n atomic.Int32 }

// Expect notes that n more are to come.
func (o *Owed) Expect(n int) {
	for {
		was := o.n.Load()
		if o.n.CompareAndSwap(was, min(was+int32(n), maxOwed)) {
			return
		}
	}
}

// Take says whether a request is one of them, and that it has come.
func (o *Owed) Take() bool {
	for {
		was := o.n.Load()
		if was == 0 {
			return false
		}
		if o.n.CompareAndSwap(was, was-1) {
			return true
		}
	}
}
