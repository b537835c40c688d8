package wmsp

import (
	"errors"
	"net/netip"
	"time"

	"caracal/internal/front"
	"caracal/internal/head"
)

const protocolName = "http"

// MaxBody is the longest body of a request, bytes; logs take 2 to 4 KB.
const MaxBody = 64 << 10

// conn is a connection's reading half: it reads requests, finds out what they
// need and posts the answers to its sender.
type conn struct {
	*front.Conn
	srv  *Server
	tx   *sender
	from netip.AddrPort // who sends the request, perhaps through a trusted proxy

	access access
}

func newConn(s *Server, fc *front.Conn) *conn {
	c := &conn{Conn: fc, srv: s, from: fc.Addr}
	c.tx = &sender{Sender: fc.Tx, conn: c}
	return c
}

// Drain and Lost are the shard's; the sender has them.
func (c *conn) Drain(now time.Time) time.Time { return c.tx.drain(now) }

// Lost lets go of the stream.
func (c *conn) Lost(why string) { c.tx.lost(why) }

// Next serves one request and says whether there may be another.
func (c *conn) Next() bool {
	if !c.Await() {
		return false
	}
	req, n, err := c.head()
	if err == nil && !isMediaRequest(req) {
		c.Hand(c.srv.other.take)
		return false
	}
	var body []byte
	if err == nil {
		c.from = c.srv.opt.Proxies.Of(c.Addr, req.Header).Address
		c.In.Use(n)
		body, err = c.body(req)
	}
	if err != nil {
		c.syntaxError(err)
		return false
	}
	c.Expect()
	if !c.dispatch(req, body) {
		c.Last()
		return c.Streaming() // the answer waits for the end of the stream
	}
	return true
}

// head reads a head without using it up, and returns its length too. Anything
// but a *head.SyntaxError is the connection's end.
func (c *conn) head() (*Request, int, error) {
	for {
		req, n, err := ParseRequest(c.In.Buffered())
		if err == nil || !errors.Is(err, ErrNeedMore) {
			return req, n, err
		}
		if err := c.More("a request"); err != nil {
			return nil, 0, err
		}
	}
}

// body reads a request's body.
func (c *conn) body(r *Request) ([]byte, error) {
	if r.Chunked {
		return nil, head.NewSyntaxError(411, "a request with a chunked body")
	}
	if r.ContentLength > MaxBody {
		return nil, head.NewSyntaxError(413, "a request with a body that is too long")
	}
	body := make([]byte, max(r.ContentLength, 0))
	err := c.In.Full(body)
	if err != nil {
		c.CutShort("a request", err)
	}
	return body, err
}

// isMediaRequest says whether a request is for this protocol.
func isMediaRequest(r *Request) bool {
	return r.Player() && !isAnnouncement(r.Path) && r.Method != "HEAD" && !isPush(r)
}

// syntaxError answers a request that cannot be read, if it is one.
func (c *conn) syntaxError(err error) {
	var se *head.SyntaxError
	if !errors.As(err, &se) {
		return // the connection has ended
	}
	if isMMS(c.In.Buffered()) {
		c.BadInput("MMS over TCP on the port of HTTP")
		return
	}
	c.Last()
	c.BadInput(se.Text)
	r := c.plainResponse(nil, se.Status)
	r.Add("Connection", "close")
	b := appendText(r, se.Text)
	c.Post(func() { c.tx.reply(b, true) })
}
