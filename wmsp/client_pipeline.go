package wmsp

import "context"

// testPipeline finds out whether pipelined mode works, [MS-WMSP] 2.2.2.5: two
// requests at once, of which the second has to arrive while the first one's
// response has no end yet. When it does not work the connection is closed and
// the session goes on without.
func (s *clientSession) testPipeline(ctx context.Context) error {
	s.pipelineAllowed = false
	c, _, err := s.connection(ctx)
	if err != nil {
		return err
	}
	release := c.bind(ctx)
	defer release()
	if s.pipelined, err = s.pipeline(c); s.pipelined {
		s.conn = c
		return nil
	}
	c.Close()
	if ctx.Err() != nil {
		return contextError(ctx, err)
	}
	return nil // whatever went wrong: Play shows whether there is a server
}

func (s *clientSession) pipeline(c *clientConn) (works bool, err error) {
	r := clientRequest{kind: Pipeline, method: "GET", minor: 1}
	r.pragma = Pragma{Present: TokenNoCache | TokenPipelineRequest, PipelineRequest: true}
	if err := s.send(c, clientPending{again: &r}, clientPending{again: &r}); err != nil {
		return false, err
	}
	resp, _, err := c.readResponse()
	if err != nil || resp.Status >= 300 || !resp.Chunked() {
		return false, err
	}
	if err := s.learn(resp); err != nil {
		return false, err
	}
	frames := newFrameReader(c.body)
	if f, err := frames.next(); err != nil || f.ID != FrameTest {
		return false, err
	}
	if !c.skipBody(resp) {
		return false, nil
	}
	if resp, _, err = c.readResponse(); err != nil {
		return false, err
	}
	p := resp.Pragma()
	return resp.Status < 300 && resp.KeepAlive() && p.PipelineResult, nil
}
