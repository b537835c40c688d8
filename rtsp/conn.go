package rtsp

import (
	"errors"
	"sync/atomic"
	"time"

	"caracal/internal/front"
)

// conn is a connection's reading half: it reads requests and the answers to
// ours, finds out what they need and posts the responses to its sender.
type conn struct {
	*front.Conn
	srv   *Server
	tx    *sender
	pulse pulse
	last  *player // whose request came last

	access access

	players atomic.Int32 // sessions that are on it now
}

func newConn(s *Server, fc *front.Conn) *conn {
	c := &conn{Conn: fc, srv: s}
	c.tx = &sender{Sender: fc.Tx, conn: c}
	return c
}

// Drain is the sender's.
func (c *conn) Drain(now time.Time) time.Time { return c.tx.drain(now) }

// Lost lets go of the stream; the session stays for a new connection.
func (c *conn) Lost(why string) {
	c.tx.suspend(why)
	c.tx.past = nil
}

// Next serves what comes next: a request, a response or an interleaved frame.
func (c *conn) Next() bool {
	if !c.Await() {
		return false
	}
	for {
		opening, blank := Peek(c.In.Buffered())
		c.In.Use(blank)
		n, goOn, err := c.one(opening)
		c.In.Use(n)
		switch {
		case errors.Is(err, ErrNeedMore):
			if c.More("a message") != nil {
				return false
			}
		case err != nil:
			return c.syntaxError(err, n > 0)
		default:
			c.Expect()
			if !goOn {
				c.Last()
			}
			return goOn
		}
	}
}

// one serves the message at the beginning of what is buffered, and returns its
// length.
func (c *conn) one(opening Opening) (n int, goOn bool, err error) {
	b := c.In.Buffered()
	switch opening {
	case OpeningFrame:
		var f Frame
		f, n, err = ParseFrame(b)
		if err == nil && c.last != nil {
			c.last.reports(f.Data)
		}
		return n, true, err
	case OpeningResponse:
		var resp *Response
		if resp, n, err = ParseResponse(b, MaxRequestBody); err == nil {
			c.responded(resp)
		}
		return n, true, err
	case OpeningRequest:
		r, n, err := ParseRequest(b, MaxRequestBody)
		if err != nil {
			return n, true, err
		}
		return n, c.dispatch(r), nil
	}
	return 0, true, ErrNeedMore
}

// responded takes the answer to a request of ours, EndOfStream or Announce. Its
// status is ignored, [MS-RTSP] 3.2.5.13; but it has to be an answer to something.
func (c *conn) responded(resp *Response) {
	if resp.CSeq < 1 || resp.CSeq > c.tx.cseq.Load() {
		c.BadInput("an answer to no request")
		return
	}
	c.Post(func() { c.tx.answered(resp.CSeq) })
}

// syntaxError answers a request that cannot be read. The connection goes on if
// it is known where the next one begins.
func (c *conn) syntaxError(err error, goOn bool) bool {
	var se *SyntaxError
	if !errors.As(err, &se) {
		c.BadInput(err.Error())
		return false
	}
	c.BadInput(se.Text)
	resp := c.response(se.Status, se.CSeq)
	b := resp.AppendTo(nil)
	c.Post(func() { c.tx.reply(b, !goOn) })
	if goOn {
		c.Expect()
	} else {
		c.Last()
	}
	return goOn
}
