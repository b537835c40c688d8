package mms

import (
	"errors"
	"sync/atomic"
	"time"

	"caracal/internal/front"
)

// conn is a connection's reading half: it reads messages, finds out what they
// need and posts the answers to its sender.
type conn struct {
	*front.Conn
	srv    *Server
	tx     *sender
	player *player // nil before Connect
	state  state
	login  login
	pulse  front.Pulse
	owed   front.Owed   // after an entry that it was told of
	heard  atomic.Int64 // when the player said something last, UnixNano
}

func newConn(s *Server, fc *front.Conn) *conn {
	c := &conn{Conn: fc, srv: s}
	c.tx = &sender{Sender: fc.Tx, conn: c}
	return c
}

// Drain is the sender's.
func (c *conn) Drain(now time.Time) time.Time { return c.tx.drain(now) }

// Lost lets go of the stream and of the session, which is the connection's,
// [MS-MMSP] 3.2.7.1.
func (c *conn) Lost(why string) { c.tx.lost(why) }

// hear notes that the player is there. Any goroutine may call it.
func (c *conn) hear() { c.heard.Store(time.Now().UnixNano()) }

// Next serves the messages of one TcpMessageHeader.
func (c *conn) Next() bool {
	if !c.Await() {
		return false
	}
	for {
		messages, n, err := parsePacket(c.In.Buffered())
		switch {
		case errors.Is(err, ErrNeedMore):
			if c.More("a message") != nil {
				return false
			}
			continue
		case err != nil:
			c.BadInput(err.Error())
			return false
		}
		c.hear()
		goOn := c.serve(messages)
		c.In.Use(n)
		c.Expect()
		return goOn
	}
}

// parsePacket finds the messages of the TcpMessageHeader that b begins with,
// and returns how many bytes they take together.
func parsePacket(b []byte) (messages []byte, n int, err error) {
	h, n, err := ParseTCPMessageHeader(b)
	if err != nil {
		return nil, 0, err
	}
	if len(b) < n+h.Size() {
		return nil, 0, ErrNeedMore
	}
	return b[n : n+h.Size()], n + h.Size(), nil
}

// serve serves messages in their order and says whether the connection goes on.
// After what cannot be read it does not: nobody knows what the player meant.
// A packet without a message is none: it would count for nothing in dispatch.
func (c *conn) serve(messages []byte) bool {
	for more := true; more; more = len(messages) > 0 {
		m, n, err := ParseMessage(messages)
		goOn := false
		if err == nil {
			goOn, err = c.dispatch(m)
		}
		if err != nil {
			c.BadInput(err.Error())
		}
		if !goOn || err != nil {
			return false
		}
		messages = messages[n:]
	}
	return true
}
