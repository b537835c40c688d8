package mcs

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"caracal/t120/x224"
)

// Answer is what becomes of a Connect-Initial.
type Answer struct {
	Response Response // Connection and, unless it is refused, Parameters are filled in
	// Begin takes the Link once the response has gone out, and returns what takes its PDUs
	// and what is called at its end. Nil: the connection has said all, as one that only
	// asks which conferences there are.
	Begin func(*Link) (take func(*PDU) error, end func())
}

// Options are those of a Listener.
type Options struct {
	X224    x224.Options
	Ours    Ours
	Initial func(m *Initial, peer net.Addr) Answer // decides about a caller
	Connect time.Duration                          // for a Connect PDU from a connection's beginning; 10 s
	Tap     func(l *Link, sent bool, pdu []byte)   // sees all PDUs of domains; nil: nobody does
}

// Listener takes the transport connections of callers, and ties together those of one.
type Listener struct {
	opt   Options
	mu    sync.Mutex
	links map[uint32]*Link // by the number that Connect-Additional names
}

// NewListener returns one to which nobody has called yet.
func NewListener(o Options) *Listener {
	if o.Connect <= 0 {
		o.Connect = 10 * time.Second
	}
	return &Listener{opt: o, links: map[uint32]*Link{}}
}

var errUnexpected = errors.New("mcs: neither Connect-Initial nor Connect-Additional")

// Serve answers a connection, and returns when it is over.
func (n *Listener) Serve(nc net.Conn) error {
	defer nc.Close()
	c, err := x224.Accept(nc, n.opt.X224)
	if err != nil {
		return err
	}
	for {
		nc.SetReadDeadline(time.Now().Add(n.opt.Connect))
		b, err := c.Receive()
		if err != nil {
			return err
		}
		m, err := ParseConnect(b)
		if err != nil {
			return err
		}
		nc.SetReadDeadline(time.Time{})
		switch m := m.(type) {
		case *Initial:
			again, err := n.initial(c, m)
			if !again {
				return err
			}
		case *Additional:
			return n.additional(c, m)
		default:
			return errUnexpected
		}
	}
}

// initial answers a caller; again says that it may begin once more, having only asked.
func (n *Listener) initial(c *x224.Conn, m *Initial) (again bool, err error) {
	agreed, ok := n.opt.Ours.Agree(m.Target, m.Min, m.Max)
	if !ok {
		refused := Response{Result: ParametersUnacceptable, Parameters: agreed}
		_, err := c.Net.Write(c.Append(nil, refused.Append(nil)))
		return false, err
	}
	a := n.opt.Initial(m, c.Net.RemoteAddr())
	a.Response.Parameters = agreed
	if a.Begin == nil || a.Response.Result != Successful {
		_, err := c.Net.Write(c.Append(nil, a.Response.Append(nil)))
		return a.Response.Result != Successful || a.Begin == nil, err
	}
	l := newLink(agreed, c)
	if n.opt.Tap != nil {
		l.tap = func(sent bool, pdu []byte) { n.opt.Tap(l, sent, pdu) }
	}
	number := n.register(l)
	defer n.forget(number)
	a.Response.Connection = number
	if _, err := c.Net.Write(c.Append(nil, a.Response.Append(nil))); err != nil {
		return false, err
	}
	take, end := a.Begin(l)
	l.setTake(take)
	defer l.Wait()
	defer end()
	l.read(c, take)
	return false, l.Err()
}

// register gives a Link a number that is not guessed.
func (n *Listener) register(l *Link) uint32 {
	n.mu.Lock()
	defer n.mu.Unlock()
	for {
		var b [4]byte
		rand.Read(b[:])
		number := binary.BigEndian.Uint32(b[:]) & (1<<31 - 1)
		if n.links[number] == nil {
			n.links[number] = l
			return number
		}
	}
}

func (n *Listener) forget(number uint32) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.links, number)
}

// additional ties a connection to the one that it names, which has to come from the same
// address.
func (n *Listener) additional(c *x224.Conn, m *Additional) error {
	n.mu.Lock()
	l := n.links[m.Connection]
	n.mu.Unlock()
	result := Joined{Result: NoSuchDomain}
	if l != nil && sameHost(l.Peer, c.Net.RemoteAddr()) && l.add(m.Priority, c) {
		result.Result = Successful
	}
	if _, err := c.Net.Write(c.Append(nil, result.Append(nil))); err != nil || result.Result != Successful {
		return errors.Join(err, fmt.Errorf("mcs: an additional connection: %s", result.Result))
	}
	take := l.taker()
	if take == nil {
		return l.Err()
	}
	l.read(c, take)
	return l.Err()
}

func sameHost(a, b net.Addr) bool {
	ta, ok := a.(*net.TCPAddr)
	tb, also := b.(*net.TCPAddr)
	return ok && also && ta.IP.Equal(tb.IP) || !ok && !also
}
