package mms

import (
	"time"

	"caracal/internal/event"
	"caracal/internal/point"
	"caracal/internal/session"
)

// The commands that a connection's goroutine posts to a sender. They run on
// its shard, in order.

// connect begins the session.
func (s *sender) connect(p *player, report Appender) {
	if s.Ending() { // it was lost before it began
		p.close(reasonClosed)
		return
	}
	s.player = p
	s.say(report)
	s.Wake() // for the pings
}

// play answers a Play and begins to stream: the answer is the last message
// before the packets. What was under way is over without a word, for libmms takes
// any EndOfStream for the end of all.
func (s *sender) play(report Appender, st *stream, start point.Start, begun event.Playing) {
	if s.Ending() || s.why != "" {
		s.conn.Streams(-1)
		st.reserved.Release()
		return
	}
	s.finishStream(s.resume(st, &start))
	s.say(report)
	if s.Ending() {
		s.conn.Streams(-1)
		st.reserved.Release()
		return
	}
	now := time.Now()
	st.tally.Began = now
	s.header, s.leave = nil, time.Time{}
	s.next = s.next.Restart()
	s.Batch(st.batch)
	s.stream = st
	s.resends.bound = st.limit
	s.player.ses.SetState(session.Streaming)
	st.play.Begin(start, now)
	s.conn.srv.opt.Bus.Publish(begun)
	s.Wake()
}

// selectStreams changes the streams that go out and answers; bound is for all of
// them over UDP.
func (s *sender) selectStreams(list []point.Switch, bound limit) {
	s.stay()
	if err := s.affordSwitch(list); err != nil {
		s.refused(err)
		s.say(&ReportStreamSwitch{HR: hresultOf(err)})
		return
	}
	s.say(&ReportStreamSwitch{})
	if s.stream == nil || s.Ending() || len(list) == 0 {
		return
	}
	s.stream.play.Select(list)
	if s.stream.out != nil {
		s.stream.limit, s.resends.bound = bound, bound
	}
	e := event.Switched{Player: s.player.ses.Who()}
	for _, sw := range list {
		e.Streams = append(e.Streams, sw.To)
	}
	s.conn.srv.opt.Bus.Publish(e)
	s.Wake()
}

// affordSwitch has the stream take the bandwidth of other streams.
func (s *sender) affordSwitch(list []point.Switch) error {
	if s.stream == nil {
		return nil
	}
	return s.stream.play.AffordSwitch(list, s.stream.reserved)
}

// refused tells the world that a limit has been reached.
func (s *sender) refused(err error) {
	s.conn.srv.opt.Bus.Publish(event.Refused{
		Player: s.player.ses.Who(), Status: int(hresultOf(err)), Reason: err.Error(), Limit: session.LimitOf(err),
	})
}

// stop ends the stream and answers, [MS-MMSP] 3.2.5.14, also if it has just
// ended by itself: the player waits for this answer.
func (s *sender) stop(incarnation uint32) {
	s.finishStream(reasonStopped)
	s.leave = time.Time{}
	s.say(&ReportEndOfStream{PlayIncarnation: incarnation})
	if s.why != "" {
		s.leaves(s.why)
	}
}

// stay has a player that reacts to the end not be left.
func (s *sender) stay() {
	s.leave = time.Time{}
	s.waits()
}

// finish ends the stream as if its content were over, and the connection: at
// once, or when the last datagrams have had their time.
func (s *sender) finish(why string) {
	st := s.stream
	if st == nil || s.Ending() {
		s.leaves(why)
		return
	}
	st.play.Stop()
	s.why = why
	if now := time.Now(); st.ending.IsZero() {
		st.ending = now.Add(st.grace())
		s.conclude(now)
	}
	s.Wake()
}

// leaves ends the connection behind what was said.
func (s *sender) leaves(why string) {
	if s.Ending() {
		return
	}
	s.why = why
	s.finishStream(why)
	s.Close()
}
