package mcs

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"caracal/t120/x224"
)

// The bounds of what waits for a peer.
const (
	maxQueued    = 4 << 20          // octets, of one Link
	writeTimeout = 30 * time.Second // that a peer may take nothing
)

// ErrSlow says that a peer takes less than it is sent.
var ErrSlow = errors.New("mcs: the peer is too slow")

// Link is an MCS connection: one transport connection for each priority that was agreed,
// T.125 6.2. Any goroutine may use it.
type Link struct {
	Parameters Parameters // agreed
	Peer       net.Addr

	mu     sync.Mutex
	lanes  []*lane // by priority; nil: not there yet
	queued int
	err    error // why it is over
	over   chan struct{}
	all    sync.WaitGroup // goroutines that read and write
	tap    func(sent bool, pdu []byte)
	ready  chan struct{} // closed when take is there
	take   func(*PDU) error
}

// lane is one transport connection of a Link.
type lane struct {
	conn    *x224.Conn
	out     net.Buffers
	size    int
	writing bool
	ending  bool // when out is empty, the connection is closed
}

func newLink(p Parameters, first *x224.Conn) *Link {
	l := &Link{Parameters: p, Peer: first.Net.RemoteAddr(), lanes: make([]*lane, max(1, min(p.Priorities, uint32(Priorities)))), over: make(chan struct{}), ready: make(chan struct{})}
	l.lanes[0] = &lane{conn: first}
	return l
}

// laneOf is the connection that data of a priority goes over: T.125 table 1. Until it is
// there, the first one.
func (l *Link) laneOf(p Priority) *lane {
	for at := min(int(p), len(l.lanes)-1); at > 0; at-- {
		if l.lanes[at] != nil {
			return l.lanes[at]
		}
	}
	return l.lanes[0]
}

// add takes one more transport connection. False: there is no room for it.
func (l *Link) add(p Priority, c *x224.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil || p == Top || int(p) >= len(l.lanes) || l.lanes[p] != nil {
		return false
	}
	l.lanes[p] = &lane{conn: c}
	return true
}

// setTake says what takes the PDUs of all connections.
func (l *Link) setTake(take func(*PDU) error) {
	l.take = take
	close(l.ready)
}

// taker waits for that; nil: the Link is over before.
func (l *Link) taker() func(*PDU) error {
	select {
	case <-l.ready:
		return l.take
	case <-l.over:
		return nil
	}
}

// Deliver sends a PDU: data at its priority, all else first.
func (l *Link) Deliver(f *Frame) {
	p := Top
	if isData(f.PDU.Kind) {
		p = f.PDU.Priority
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return
	}
	to := l.laneOf(p)
	b := f.Packets(to.conn.Largest())
	if l.tap != nil {
		l.tap(true, f.encode())
	}
	if l.queued += len(b); l.queued > maxQueued {
		l.fail(ErrSlow)
		return
	}
	l.push(to, b)
}

// push queues packets. The mutex is held.
func (l *Link) push(to *lane, b []byte) {
	to.out = append(to.out, b)
	to.size += len(b)
	if !to.writing {
		to.writing = true
		l.all.Go(func() { l.write(to) })
	}
}

// write writes what waits, until nothing does.
func (l *Link) write(to *lane) {
	for {
		l.mu.Lock()
		out, size, ending := to.out, to.size, to.ending
		to.out, to.size = nil, 0
		if len(out) == 0 {
			to.writing = false
			l.mu.Unlock()
			if ending {
				to.conn.Close()
			}
			return
		}
		l.mu.Unlock()
		to.conn.Net.SetWriteDeadline(time.Now().Add(writeTimeout))
		_, err := out.WriteTo(to.conn.Net)
		l.mu.Lock()
		l.queued -= size
		if err != nil {
			l.fail(err)
		}
		l.mu.Unlock()
	}
}

// fail ends the Link at once. The mutex is held.
func (l *Link) fail(err error) {
	if l.err == nil {
		l.err = err
		close(l.over)
	}
	for _, to := range l.lanes {
		if to != nil {
			to.out, to.size = nil, 0
			to.conn.Close()
		}
	}
}

// End sends a last PDU and closes the Link when that has gone out.
func (l *Link) End(last PDU, why error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return
	}
	l.err = why
	close(l.over)
	f := &Frame{PDU: last}
	if l.tap != nil {
		l.tap(true, f.encode())
	}
	for at, to := range l.lanes {
		if to == nil {
			continue
		}
		to.ending = true
		if at == 0 {
			l.push(to, f.Packets(to.conn.Largest()))
		} else if !to.writing {
			to.conn.Close()
		}
	}
}

// Close ends the Link at the user's request.
func (l *Link) Close() {
	l.End(PDU{Kind: DisconnectProviderUltimatum, Reason: UserRequested}, ErrClosed)
}

// Err says why the Link is over; nil if it is not.
func (l *Link) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// Over is closed when the Link is over.
func (l *Link) Over() <-chan struct{} { return l.over }

// Wait returns when no goroutine of the Link's is left.
func (l *Link) Wait() { l.all.Wait() }

// read hands take each PDU that comes over a connection, until one of them is over.
func (l *Link) read(c *x224.Conn, take func(*PDU) error) {
	for {
		b, err := c.Receive()
		if err == nil && uint32(len(b)) > l.Parameters.MaxPDU {
			err = &Violation{InvalidPER, RejectUltimatum}
		}
		var pdu PDU
		if err == nil {
			if l.tap != nil {
				l.tap(false, b)
			}
			if pdu, err = Parse(b); err != nil {
				err = errors.Join(&Violation{InvalidPER, pdu.Kind}, err)
			} else {
				err = take(&pdu)
			}
		}
		if err != nil {
			l.finish(err, b)
			return
		}
	}
}

// finish ends the Link because of what came, or did not: a violation in T.125's words.
func (l *Link) finish(err error, b []byte) {
	var v *Violation
	if errors.As(err, &v) {
		l.End(PDU{Kind: RejectUltimatum, Diagnostic: v.Diagnostic, Data: append([]byte(nil), b[:min(len(b), maxRejected)]...)}, err)
		return
	}
	if errors.Is(err, io.EOF) {
		err = ErrDisconnected
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fail(err)
}

// maxRejected is how many octets of a PDU its sender is shown.
const maxRejected = 32
