package msbd

import (
	"errors"
	"fmt"
	"time"

	"caracal/internal/front"
)

// conn is a connection's reading half: it reads messages, finds out what they
// need and posts the answers to its sender.
type conn struct {
	*front.Conn
	srv    *Server
	tx     *sender
	client *client // nil before ReqConnect
	pulse  front.Pulse
}

func newConn(s *Server, fc *front.Conn) *conn {
	c := &conn{Conn: fc, srv: s}
	c.tx = &sender{Sender: fc.Tx, conn: c}
	return c
}

// Drain is the sender's.
func (c *conn) Drain(now time.Time) time.Time { return c.tx.drain(now) }

// Lost lets go of the stream and of the session, which is the connection's.
func (c *conn) Lost(why string) { c.tx.lost(why) }

// Next serves one message.
func (c *conn) Next() bool {
	if !c.Await() {
		return false
	}
	for {
		m, n, err := ParseMessage(c.In.Buffered())
		switch {
		case err == nil:
			goOn := c.serve(m)
			c.In.Use(n)
			c.Expect()
			return goOn
		case !errors.Is(err, ErrNeedMore):
			c.BadInput(err.Error())
			return false
		}
		if c.More("a message") != nil {
			return false
		}
	}
}

// maxMessages is how many a connection may send in a front.Heartbeat: a client needs
// one to begin and one every two minutes.
const maxMessages = 60

// serve serves a message and says whether the connection goes on. One that does
// not belong here ends it: no answer exists, and nobody knows what was meant.
func (c *conn) serve(m Message) (goOn bool) {
	err := error(nil)
	switch {
	case c.pulse.Add(1, time.Now()) > maxMessages:
		err = errors.New("msbd: too many messages")
	case m.ID == ReqConnect && c.client == nil:
		goOn, err = c.connect(m.Body)
	case c.client == nil, m.ID == ReqConnect:
		err = fmt.Errorf("msbd: %v out of order", m.ID)
	case m.ID == ReqStreamInfo:
		c.Post(func() { c.tx.describe(ResStreamInfo) })
		goOn = true
	case m.ID == ResPing: // is no request: the session may still be idle
		c.Post(c.tx.pong)
		goOn = true
	default:
		err = fmt.Errorf("msbd: %v is no message of a client", m.ID)
	}
	if err != nil {
		c.BadInput(err.Error())
	}
	return goOn && err == nil
}
