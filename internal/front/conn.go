// Package front is what the connections of every TCP front-end share: an
// accept loop with limits, a reader that needs neither goroutine nor buffer
// while a player streams, and an ordered out-queue on a pace shard that never
// blocks, notices who does not read, and closes without losing what was sent.
// It knows no protocol.
package front

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"caracal/internal/event"
	"caracal/internal/pace"
)

// lingerTime is how long a connection that we have closed is read from, so
// that the peer gets all that was sent before it gets a reset.
const lingerTime = 5 * time.Second

// Protocol is what a front-end makes of one connection.
type Protocol interface {
	// Next reads and serves one request and says whether there may be
	// another. It runs on the connection's goroutine.
	Next() bool
	// Drain sends what is due and returns when more will be; the zero time
	// means when it is woken. It runs on the shard, when nothing is queued.
	Drain(now time.Time) time.Time
	// Lost lets go of what streams: the connection is gone. It runs on the
	// shard, once.
	Lost(why string)
}

// Conn is a connection. Its methods belong to its goroutine, but for those
// that say otherwise; Tx belongs to its shard. It ends when Next says so, when
// its Sender has failed, or has closed it and the peer too or has had its time.
type Conn struct {
	Addr  netip.AddrPort // of the peer; not valid: the connection has none
	Local netip.AddrPort // of the server, likewise
	In    *Reader
	Tx    *Sender
	Shard *pace.Shard
	Net   net.Conn // to be asked for addresses; In reads and Tx writes it

	acceptor *Acceptor
	proto    Protocol
	gone     func()      // tells who accepted it that it is closed; nil: the acceptor did
	handed   bool        // to somebody else, who closes it
	last     bool        // the last request has been answered
	requests bucket      // that have come
	unserved int         // requests since the shard had done all that was posted
	parked   atomic.Bool // no goroutine reads: the poller will start one

	mu         sync.Mutex
	streams    int  // that were posted and have not ended
	quitting   bool // it ends when nothing streams
	lingering  bool // the sender has said its last word
	discarding bool // what still comes is read and forgotten
}

func newConn(a *Acceptor, nc net.Conn) *Conn {
	c := &Conn{acceptor: a, Net: nc, In: newReader(nc), Shard: a.opt.Shards.Pick()}
	c.Addr, c.Local = addrOf(nc.RemoteAddr()), addrOf(nc.LocalAddr())
	c.Tx = newSender(c)
	return c
}

// addrOf is not valid for connections that have no such address.
func addrOf(a net.Addr) netip.AddrPort {
	if a == nil {
		return netip.AddrPort{}
	}
	if t, ok := a.(*net.TCPAddr); ok {
		p := t.AddrPort()
		return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
	}
	p, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
}

// Post runs f on the connection's shard, after what was posted before, and does
// not wait for it. Any goroutine may call it.
func (c *Conn) Post(f func()) { c.Shard.Post(f) }

// serve reads requests until the connection ends. While it streams nobody
// need wait for the next one: serve returns, and is called again when there
// is something to read.
func (c *Conn) serve() {
	for c.proto.Next() {
		c.keepPace()
		if c.Streaming() && len(c.In.Buffered()) == 0 && c.park() {
			return
		}
	}
	if c.handed {
		c.acceptor.wg.Done()
		return
	}
	if c.last || c.isLingering() {
		c.discard()
	}
	c.end()
}

// end lets go of the connection.
func (c *Conn) end() {
	defer c.acceptor.wg.Done()
	c.In.drop()
	ended := make(chan struct{})
	c.Post(func() {
		c.Tx.Fail(ReasonGone)
		c.Tx.out.Writer().Close()
		close(ended)
	})
	<-ended
	if c.gone != nil {
		c.gone()
	}
	c.acceptor.unregister(c)
}

// maxUnserved is how many requests a connection is ahead of its shard: a peer may
// ask faster than answers can be written, and each waits in memory.
const maxUnserved = 32

// keepPace waits now and then until the shard has done all that was posted.
func (c *Conn) keepPace() {
	if c.unserved++; c.unserved < maxUnserved {
		return
	}
	c.unserved = 0
	served := make(chan struct{})
	c.Post(func() { close(served) })
	<-served
}

// park lets the goroutine go until there is something to read. It says
// whether it can.
func (c *Conn) park() bool {
	if c.In.ready == nil {
		return false
	}
	c.In.release()
	c.parked.Store(true)
	if !c.In.ready.Notify(c.unpark) {
		return !c.parked.CompareAndSwap(true, false)
	}
	if !c.Streaming() { // it has ended while we parked
		c.unpark()
	}
	return true
}

// unpark has a goroutine read again: the poller calls it, and whoever ends a
// stream or the connection, which the poller does not tell.
func (c *Conn) unpark() {
	if c.parked.CompareAndSwap(true, false) {
		c.In.ready.Cancel()
		go c.serve()
	}
}

// Await waits for a request to begin and limits the time for the rest of its
// head. False means that the connection is over.
func (c *Conn) Await() bool {
	if err := c.In.wait(); err != nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lingering {
		return false
	}
	c.Net.SetReadDeadline(time.Now().Add(c.acceptor.opt.HeadTimeout))
	return true
}

// Expect sets how long the next request may take to begin. While the
// connection streams there is no limit: a player may be silent for hours.
func (c *Conn) Expect() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.expect()
}

func (c *Conn) expect() {
	switch {
	case c.lingering: // linger has set it
	case c.streams > 0:
		c.Net.SetReadDeadline(time.Time{})
	default:
		c.Net.SetReadDeadline(time.Now().Add(c.acceptor.opt.KeepAlive))
	}
}

// Streams counts the streams of the connection: +1 by its goroutine before it
// posts one, -1 by the shard when that has ended or was refused.
func (c *Conn) Streams(n int) {
	c.mu.Lock()
	c.streams += n
	c.expect()
	ended, quits := c.streams == 0, c.quitting
	c.mu.Unlock()
	if ended && quits {
		c.Post(c.Tx.Close)
	}
	if ended {
		c.unpark()
	}
}

// quit ends the connection when all that waits is out and nothing streams: its
// protocol ends streams in its own words first. Any goroutine may call it.
func (c *Conn) quit() {
	c.mu.Lock()
	c.quitting = true
	idle := c.streams == 0
	c.mu.Unlock()
	if idle {
		c.Post(c.Tx.Close)
	}
}

// Streaming says that a stream was posted and has not ended. Any goroutine may
// ask.
func (c *Conn) Streaming() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.streams > 0
}

// Last says that no further request is served: the peer has been or will be
// answered, and the connection then closes without losing the answer.
func (c *Conn) Last() { c.last = true }

// Hand gives the connection to somebody else, with the bytes that have been
// read, unless an answer is still under way on it. gone has to be called when
// it is closed.
func (c *Conn) Hand(take func(nc net.Conn, read []byte, gone func()) bool) {
	idle := make(chan bool, 1)
	c.Post(func() {
		ok := !c.Tx.closing && c.Tx.Idle() && !c.Streaming()
		if ok {
			c.Tx.closed = true
		}
		idle <- ok
	})
	if !<-idle {
		return
	}
	c.handed = true
	c.Net.SetReadDeadline(time.Time{})
	if base := c.base(); base != nil {
		base.Release()
	}
	taken := take(c.Net, c.In.Buffered(), func() { c.acceptor.unregister(c) })
	c.In.drop()
	if !taken {
		c.Net.Close()
		c.acceptor.unregister(c)
	}
}

// linger is called by the sender when it has said its last word: whoever
// waits for a request need not any more.
func (c *Conn) linger() {
	c.mu.Lock()
	c.lingering = true
	if !c.discarding {
		c.Net.SetReadDeadline(time.Now())
	}
	c.mu.Unlock()
	c.unpark()
}

func (c *Conn) isLingering() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lingering
}

// discard reads and forgets what still comes, until the peer closes or has
// had its time.
func (c *Conn) discard() {
	c.mu.Lock()
	c.discarding = true
	c.Net.SetReadDeadline(time.Now().Add(lingerTime))
	c.mu.Unlock()
	c.In.discard()
}

// More has In hold more of a request that has begun, and tells if that was cut
// short; what is its name for the events.
func (c *Conn) More(what string) error {
	err := c.In.Fill()
	if err != nil && len(c.In.Buffered()) > 0 {
		c.CutShort(what, err)
	}
	return err
}

// CutShort publishes that a request began and never ended, unless that is this
// side's doing.
func (c *Conn) CutShort(what string, err error) {
	switch {
	case c.isLingering():
	case errors.Is(err, os.ErrDeadlineExceeded):
		c.BadInput(what + " that did not come in time")
	case errors.Is(err, io.EOF):
		c.BadInput(what + " that was cut short")
	}
}

// BadInput publishes that the peer sent what its protocol forbids. Any
// goroutine may call it.
func (c *Conn) BadInput(reason string) {
	c.acceptor.opt.Bus.Publish(event.BadInput{
		Player: event.Player{Protocol: c.acceptor.opt.Protocol, Address: c.Addr, Local: c.Local}, Reason: reason,
	})
}
