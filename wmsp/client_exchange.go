package wmsp

import (
	"context"

	"caracal/internal/pull"
)

// exchange sends r on the kept connection or a new one, and returns the
// connection with the response's body to be read. It answers challenges. The
// error is a *StatusError when the server says no; the connection is closed
// then.
func (s *clientSession) exchange(ctx context.Context, r *clientRequest) (*clientConn, *Response, error) {
	for round := 1; ; round++ {
		c, resp, sent, err := s.try(ctx, r)
		if err != nil {
			return nil, nil, err
		}
		if resp.Status < 300 {
			if err := s.learn(resp); err != nil {
				c.Close()
				return nil, nil, err
			}
			return c, resp, nil
		}
		again, why := c.challenged(resp, sent)
		if !again || round == pull.MaxAuthRounds {
			c.Close()
			return nil, nil, &StatusError{resp, why}
		}
		// NTLM authenticates the connection: the next round goes out on it.
		release := c.bind(ctx)
		if c.skipBody(resp) {
			s.conn = c
		} else {
			why = c.ended(resp, sent)
			c.Close()
		}
		release()
		if why != nil {
			return nil, nil, &StatusError{resp, why}
		}
	}
}

// try sends r once. A kept connection can have been closed by the server in
// the meantime; then a new one takes its place.
func (s *clientSession) try(ctx context.Context, r *clientRequest) (*clientConn, *Response, clientProof, error) {
	c, kept, err := s.connection(ctx)
	if err != nil {
		return nil, nil, clientProof{}, err
	}
	sent := c.prove(r.method, s.target(r))
	resp, err := c.roundTrip(ctx, clientPending{kind: r.kind, sent: sent}, s.append(nil, r, sent))
	if err != nil && kept && ctx.Err() == nil {
		return s.try(ctx, r)
	}
	return c, resp, sent, err
}

// send writes requests at once.
func (s *clientSession) send(c *clientConn, pending ...clientPending) error {
	if len(c.pending)+len(pending) > maxClientPending {
		return ErrLimit
	}
	var b []byte
	for _, p := range pending {
		p.kind, p.sent = p.again.kind, c.prove(p.again.method, s.target(p.again))
		c.pending = append(c.pending, p)
		b = s.append(b, p.again, p.sent)
	}
	_, err := c.Write(b)
	return err
}

// roundTrip closes the connection when it fails.
func (c *clientConn) roundTrip(ctx context.Context, p clientPending, request []byte) (*Response, error) {
	release := c.bind(ctx)
	defer release()
	err := c.send(p, request)
	if err == nil {
		var resp *Response
		if resp, _, err = c.readResponse(); err == nil {
			return resp, nil
		}
	}
	c.Close()
	return nil, contextError(ctx, err)
}

// command sends a request whose response has no body that matters, on a
// connection of its own.
func (s *clientSession) command(ctx context.Context, r *clientRequest) (*Response, error) {
	kept := s.conn
	s.conn = nil
	defer func() {
		s.drop()
		s.conn = kept
	}()
	c, resp, err := s.exchange(ctx, r)
	if err != nil {
		return nil, err
	}
	return resp, c.Close()
}
