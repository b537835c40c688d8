package msbd

import (
	"errors"
	"fmt"
	"io"
	"os"
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
	pulse  pulse
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
		if err := c.In.Fill(); err != nil {
			c.cutShort(err)
			return false
		}
	}
}

// cutShort tells of a message that began and never ended.
func (c *conn) cutShort(err error) {
	switch {
	case len(c.In.Buffered()) == 0, c.Closing():
	case errors.Is(err, os.ErrDeadlineExceeded):
		c.BadInput("a message that did not come in time")
	case errors.Is(err, io.EOF):
		c.BadInput("a message that was cut short")
	}
}

// The bounds of what a connection may ask for: a client needs one message to begin
// and one every two minutes.
const (
	heartbeat   = 30 * time.Second
	maxMessages = 60 // in a heartbeat
)

// pulse counts a connection's messages.
type pulse struct {
	began    time.Time
	messages int
}

// take counts a message and says whether it is one too many.
func (p *pulse) take(now time.Time) bool {
	if now.Sub(p.began) >= heartbeat {
		p.began, p.messages = now, 0
	}
	p.messages++
	return p.messages > maxMessages
}

// serve serves a message and says whether the connection goes on. One that does
// not belong here ends it: no answer exists, and nobody knows what was meant.
func (c *conn) serve(m Message) (goOn bool) {
	err := error(nil)
	switch {
	case c.pulse.take(time.Now()):
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
