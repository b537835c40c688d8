package wmsp

import (
	"bufio"
	"context"
	"io"
	"net"
	"time"

	"caracal/internal/credential"
)

// clientConn is one connection of a client: requests out, responses in.
type clientConn struct {
	net.Conn
	r *bufio.Reader

	body    *clientBody     // of the last response that was read; nil for none
	pending []clientPending // requests without a response, [MS-WMSP] Expected-Responses

	server, proxy *credential.Conn
}

// clientPending is a request without a response.
type clientPending struct {
	kind   Kind
	sent   clientProof
	again  *clientRequest // in a stream: what is sent again after a challenge; nil for nothing
	rounds int            // that it was sent before
}

func newClientConn(c net.Conn, peers clientPeers) *clientConn {
	return &clientConn{Conn: c, r: bufio.NewReaderSize(c, 64<<10), server: peers.server.Conn(), proxy: peers.proxy.Conn()}
}

// bind makes ctx end reads and writes. The returned function ends that.
func (c *clientConn) bind(ctx context.Context) (release func()) {
	stop := context.AfterFunc(ctx, func() { c.SetDeadline(time.Unix(1, 0)) })
	return func() { stop() }
}

// contextError prefers the reason of ctx: the deadline that ends reads is its
// doing.
func contextError(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// send writes a request. Its response is read by a later readResponse.
func (c *clientConn) send(p clientPending, request []byte) error {
	if len(c.pending) == maxClientPending {
		return ErrLimit
	}
	c.pending = append(c.pending, p)
	_, err := c.Write(request)
	return err
}

// readResponse reads the head of the next response. The body before has to be
// read to its end.
func (c *clientConn) readResponse() (*Response, clientPending, error) {
	if len(c.pending) == 0 {
		return nil, clientPending{}, ErrUnexpected
	}
	p := c.pending[0]
	for range maxInterimHeads {
		resp, err := c.readHead()
		if err != nil {
			return nil, p, err
		}
		if resp.Status >= 200 {
			c.pending = c.pending[1:]
			c.body = newClientBody(c.r, resp)
			c.accepted(resp, p.sent)
			return resp, p, nil
		}
	}
	return nil, p, ErrUnexpected
}

func (c *clientConn) readHead() (*Response, error) {
	var head []byte
	for {
		line, err := c.r.ReadSlice('\n')
		head = append(head, line...)
		if len(head) > MaxHead || err == bufio.ErrBufferFull {
			return nil, &ParseError{"response head", len(head), ErrLimit}
		}
		if err != nil {
			return nil, endsEarly(err)
		}
		resp, _, err := ParseResponse(head)
		if err != ErrNeedMore {
			return resp, err
		}
	}
}

// skipBody reads what is left of the body when that is not much, and says
// whether the connection can go on.
func (c *clientConn) skipBody(resp *Response) bool {
	n, err := io.CopyN(io.Discard, c.body, maxIgnoredBody)
	return err == io.EOF && n < maxIgnoredBody && c.body.delimited() && resp.KeepAlive()
}

func endsEarly(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
