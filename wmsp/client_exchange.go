package wmsp

import (
	"context"
	"encoding/base64"
	"strings"

	"caracal/internal/pull"
)

// exchange sends r on the kept connection or a new one, and returns the
// connection with the response's body to be read. It answers challenges. The
// error is a *StatusError when the server says no; the connection is closed
// then.
func (s *clientSession) exchange(ctx context.Context, r *clientRequest) (*clientConn, *Response, error) {
	for round := 1; ; round++ {
		c, resp, err := s.try(ctx, r)
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
		if resp.Status != 401 || round == pull.MaxAuthRounds || !s.answer(resp, r, round-1) {
			c.Close()
			return nil, nil, &StatusError{resp}
		}
		// NTLM authenticates the connection: the next round goes out on it.
		release := c.bind(ctx)
		if c.skipBody(resp) {
			s.conn = c
		} else {
			c.Close()
		}
		release()
	}
}

// try sends r once. A kept connection can have been closed by the server in
// the meantime; then a new one takes its place.
func (s *clientSession) try(ctx context.Context, r *clientRequest) (*clientConn, *Response, error) {
	c, kept, err := s.connection(ctx)
	if err != nil {
		return nil, nil, err
	}
	resp, err := c.roundTrip(ctx, r.kind, s.append(nil, r))
	if err != nil && kept && ctx.Err() == nil {
		return s.try(ctx, r)
	}
	return c, resp, err
}

// roundTrip closes the connection when it fails.
func (c *clientConn) roundTrip(ctx context.Context, kind Kind, request []byte) (*Response, error) {
	release := c.bind(ctx)
	defer release()
	err := c.send(kind, request)
	if err == nil {
		var resp *Response
		if resp, _, err = c.readResponse(); err == nil {
			return resp, nil
		}
	}
	c.Close()
	return nil, contextError(ctx, err)
}

// answer sets the Authorization header for the next round.
func (s *clientSession) answer(resp *Response, r *clientRequest, round int) bool {
	challenge := Challenge{
		Method: r.method, Target: s.target(),
		Schemes: resp.Header.Values("WWW-Authenticate"), Round: round,
	}
	value, ok := answerChallenge(challenge, s.c.Authorize, s.u)
	s.authorization = value
	return ok
}

// answerChallenge returns the value of an Authorization header: authorize's, or
// without it that of Basic for the URL's user and password.
func answerChallenge(c Challenge, authorize func(Challenge) (string, error), u pull.URL) (string, bool) {
	if authorize != nil {
		value, err := authorize(c)
		return value, err == nil && value != ""
	}
	if u.Login == nil || c.Round > 0 {
		return "", false
	}
	for _, scheme := range c.Schemes {
		if len(scheme) >= len("Basic") && strings.EqualFold(scheme[:len("Basic")], "Basic") {
			password, _ := u.Login.Password()
			pair := u.Login.Username() + ":" + password
			return "Basic " + base64.StdEncoding.EncodeToString([]byte(pair)), true
		}
	}
	return "", false
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
