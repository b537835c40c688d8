package msbd

import (
	"time"

	"caracal/internal/session"
)

// sayEnd tells the client that nothing follows, [MS-MSBD] 3.1.5.3.
func (s *sender) sayEnd() {
	s.Send((&Message{ID: IndEOS}).Append(nil))
	s.info = &StreamInfo{HR: ENoStream}
	s.describe(IndStreamInfo)
}

// over is told that the last packet is out: the client closes now.
func (s *sender) over(why string, failure error) {
	if s.Ending() {
		return
	}
	s.finishStream(why, failure)
	s.client.ses.SetState(session.Idle)
	s.sayEnd()
	s.leave = time.Now().Add(leaveTime)
	s.Wake()
}

// finish ends the stream as if its content were over, and the connection.
func (s *sender) finish(why string) {
	if s.Ending() {
		return
	}
	if s.client != nil && s.leave.IsZero() {
		s.sayEnd()
	}
	s.leaves(why)
}

// leaves ends the connection behind what was said.
func (s *sender) leaves(why string) {
	if s.Ending() {
		return
	}
	s.why = why
	s.finishStream(why, nil)
	s.Close()
}

// finishStream forgets the Play, or the group, and tells the world.
func (s *sender) finishStream(why string, failure error) {
	s.leaveGroup(why)
	st := s.stream
	if st == nil {
		return
	}
	s.stream = nil
	st.play.Stop()
	st.entry.Close()
	s.conn.Streams(-1)
	s.conn.srv.opt.Bus.Publish(st.tally.Stopped(st.play, s.client.ses.Who(), why, failure))
}

// lost lets go of everything: the connection is gone.
func (s *sender) lost(why string) {
	if s.why != "" {
		why = s.why
	}
	s.finishStream(why, nil)
	if s.client != nil {
		s.client.close(why)
	}
}
