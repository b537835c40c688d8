package wmsp

import (
	"time"

	"caracal/internal/pace"
)

// pipeline answers one of the two requests of a pipeline test, [MS-WMSP]
// 3.2.5.5: whether a proxy holds back the second until the first is answered.
func (c *conn) pipeline(r *Request, cl *client, _ []byte) bool {
	first := c.response(r, cl, nil, 1, 200, Pragma{})
	first.Add("Content-Type", TypeFramed)
	first.Add("Transfer-Encoding", "chunked")
	second := func(ok bool) []byte {
		minor := 0
		if ok {
			minor = 1
		}
		resp := c.response(r, cl, nil, minor, 204, Pragma{PipelineResult: ok, Present: TokenPipelineResult})
		resp.AddInt("Content-Length", 0)
		return resp.AppendTo(nil)
	}
	head := appendChunk(first.AppendTo(nil), AppendT(nil))
	c.Post(func() { c.tx.pipeline(head, second) })
	return true
}

// pipelineTest is a test under way on a connection.
type pipelineTest struct {
	timer *pace.Task
	until time.Time
	open  bool // the first response has not been ended
}

// pipeline sends the first response, which stays open, or ends it and sends
// the second.
func (s *sender) pipeline(first []byte, second func(ok bool) []byte) {
	if s.stream != nil || s.Ending() {
		s.reply(second(false), false)
		return
	}
	t := s.test
	if t == nil {
		t = &pipelineTest{until: time.Now().Add(s.conn.srv.opt.PipelineTest)}
		t.timer = s.conn.Shard.NewTask(func(now time.Time) time.Time {
			if now.Before(t.until) {
				return t.until
			}
			s.endTest(t)
			return time.Time{}
		})
		t.open = true
		s.test = t
		s.Send(first)
		t.timer.Wake()
		return
	}
	ok := t.open
	s.endTest(t)
	s.test = nil
	s.Send(second(ok))
}

// endTest ends the first response of a test, once.
func (s *sender) endTest(t *pipelineTest) {
	t.timer.Stop()
	if t.open {
		t.open = false
		s.Send(lastChunk)
	}
}
