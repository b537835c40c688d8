package wmsp

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"caracal/internal/event"
	"caracal/internal/pace"
)

const protocolName = "http"

// lingerTime is how long a connection that we have closed is read from, so
// that the peer gets all that was sent before it gets a reset.
const lingerTime = 5 * time.Second

// conn is a connection's reading half: it reads requests, finds out what they
// need and posts the answers to its sender.
type conn struct {
	srv   *Server
	net   net.Conn
	addr  netip.AddrPort
	in    *connReader
	shard *pace.Shard
	tx    *sender

	handed    bool        // to net/http, which closes it
	last      bool        // the last request has been answered
	streaming atomic.Bool // a stream was posted and has not ended
	parked    atomic.Bool // no goroutine reads: the poller will start one

	mu         sync.Mutex
	lingering  bool // the sender has said its last word
	discarding bool // what still comes is read and forgotten
}

func newConn(s *Server, nc net.Conn) *conn {
	c := &conn{srv: s, net: nc, in: newConnReader(nc), shard: s.opt.Shards.Pick()}
	if a, err := netip.ParseAddrPort(nc.RemoteAddr().String()); err == nil {
		c.addr = netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
	}
	c.tx = newSender(c, c.shard)
	return c
}

// post runs f on the connection's shard, after what was posted before.
func (c *conn) post(f func()) { c.shard.Post(f) }

// serve reads requests until the connection ends. While it streams nobody
// need wait for the next one: serve returns, and is called again when there
// is something to read.
func (c *conn) serve() {
	for c.next() {
		if c.streaming.Load() && len(c.in.buffered()) == 0 && c.park() {
			return
		}
	}
	defer c.srv.wg.Done()
	if c.handed {
		return
	}
	if c.last || c.isLingering() {
		c.discard()
	}
	c.in.drop()
	ended := make(chan struct{})
	c.post(func() {
		c.tx.fail(reasonGone)
		c.tx.out.Writer().Close()
		close(ended)
	})
	<-ended
	c.srv.unregister(c)
}

// park lets the goroutine go until there is something to read. It says
// whether it can.
func (c *conn) park() bool {
	if c.in.ready == nil {
		return false
	}
	c.in.release()
	c.parked.Store(true)
	if !c.in.ready.Notify(c.unpark) {
		return !c.parked.CompareAndSwap(true, false)
	}
	if !c.streaming.Load() { // it has ended while we parked
		c.unpark()
	}
	return true
}

// unpark has a goroutine read again. The sender calls it when it ends a
// stream or the connection, which the poller does not tell.
func (c *conn) unpark() {
	if c.parked.CompareAndSwap(true, false) {
		c.in.ready.Cancel()
		go c.serve()
	}
}

// next serves one request and says whether there may be another.
func (c *conn) next() bool {
	if err := c.in.wait(); err != nil || c.isLingering() {
		return false
	}
	c.net.SetReadDeadline(time.Now().Add(c.srv.opt.HeadTimeout))
	req, err := c.peek()
	if err == nil && !isMediaRequest(req) {
		return c.hand()
	}
	if err == nil {
		req, err = c.in.request()
	}
	var body []byte
	if err == nil {
		body, err = c.in.body(req)
	}
	if err != nil {
		if isMMS(c.in.buffered()) {
			c.badInput("MMS over TCP on the port of HTTP")
			return false
		}
		c.syntaxError(err)
		return false
	}
	c.expectRequest()
	c.last = !c.dispatch(req, body)
	return !c.last
}

// peek reads a head without using it up.
func (c *conn) peek() (*Request, error) {
	for {
		req, _, err := ParseRequest(c.in.buffered())
		if err == nil || !errors.Is(err, ErrNeedMore) {
			return req, err
		}
		if err := c.in.fill(); err != nil {
			return nil, err
		}
	}
}

// isMediaRequest says whether a request is for this protocol.
func isMediaRequest(r *Request) bool {
	return r.Player() && !isAnnouncement(r.Path) && r.Method != "HEAD"
}

// hand gives the connection to net/http, unless an answer is still under way
// on it.
func (c *conn) hand() bool {
	idle := make(chan bool, 1)
	c.post(func() {
		ok := !c.tx.closing && c.tx.stream == nil && !c.tx.out.Parked()
		if ok {
			c.tx.closed = true
		}
		idle <- ok
	})
	if !<-idle {
		return false
	}
	c.net.SetReadDeadline(time.Time{})
	c.handed = c.srv.other.take(c.net, c.in.buffered(), func() { c.srv.unregister(c) })
	c.in.r = c.in.w
	c.in.release()
	if !c.handed {
		c.net.Close()
		c.srv.unregister(c)
		c.handed = true
	}
	return false
}

// expectRequest sets how long the next request may take to begin. While the
// connection streams there is no limit: a player may be silent for hours.
func (c *conn) expectRequest() {
	if c.streaming.Load() {
		c.net.SetReadDeadline(time.Time{})
		return
	}
	c.awaitRequest()
}

// awaitRequest limits the wait for the next request.
func (c *conn) awaitRequest() {
	c.net.SetReadDeadline(time.Now().Add(c.srv.opt.KeepAlive))
	c.unpark()
}

// linger is called by the sender when it has said its last word: whoever
// waits for a request need not any more.
func (c *conn) linger() {
	c.mu.Lock()
	c.lingering = true
	if !c.discarding {
		c.net.SetReadDeadline(time.Now())
	}
	c.mu.Unlock()
	c.unpark()
}

func (c *conn) isLingering() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lingering
}

// discard reads and forgets what still comes, until the peer closes or has
// had its time.
func (c *conn) discard() {
	c.mu.Lock()
	c.discarding = true
	c.net.SetReadDeadline(time.Now().Add(lingerTime))
	c.mu.Unlock()
	c.in.discard()
}

// syntaxError answers a request that cannot be read.
func (c *conn) syntaxError(err error) {
	var se *SyntaxError
	if !errors.As(err, &se) {
		return // the connection has ended
	}
	c.last = true
	c.badInput(se.Text)
	r := c.plainResponse(nil, se.Status)
	r.Add("Connection", "close")
	b := appendText(r, se.Text)
	c.post(func() { c.tx.reply(b, true) })
}

func (c *conn) badInput(reason string) {
	c.srv.opt.Bus.Publish(event.BadInput{
		Player: event.Player{Protocol: protocolName, Address: c.addr}, Reason: reason,
	})
}
