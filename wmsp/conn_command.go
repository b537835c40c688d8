package wmsp

import (
	"time"

	"caracal/internal/event"
	"caracal/internal/front"
	"caracal/internal/point"
)

// The commands that a connection's goroutine, or another connection of the
// same player, posts to a sender. They run on its shard, in order.

// reply sends a whole response; behind a stream it waits for its end.
func (s *sender) reply(b []byte, last bool) {
	if s.test != nil && s.test.open {
		s.endTest(s.test) // or b would become a part of its body
	}
	switch {
	case s.Ending():
	case s.stream == nil:
		s.Send(b)
		if last {
			s.Close()
		}
	case len(s.pending) == maxPending, s.waiting > maxPendingBytes:
		s.conn.BadInput(errTooManyPending.Error())
		s.Fail(front.ReasonGone)
	default:
		s.pending = append(s.pending, b)
		s.waiting += len(b)
		s.last = s.last || last
	}
}

// pieces sends the parts of a response, each in a write of its own, so that
// each is the beginning of a segment: a packet-pair experiment measures that.
func (s *sender) pieces(parts [][]byte, last bool) {
	if s.stream != nil || s.Ending() {
		var whole []byte
		for _, p := range parts {
			whole = append(whole, p...)
		}
		s.reply(whole, last)
		return
	}
	for _, p := range parts {
		s.Send(p)
	}
	if last {
		s.Close()
	}
}

// play sends the head of a Play response and begins to stream.
func (s *sender) play(head []byte, st *stream, start point.Start, begun event.Playing) {
	if s.Ending() {
		s.refuseStream(st)
		return
	}
	if s.stream != nil {
		s.cut(reasonReplaced)
	}
	if s.test != nil {
		s.endTest(s.test)
	}
	s.Send(head)
	if s.Closed() {
		s.refuseStream(st)
		return
	}
	now := time.Now()
	st.tally.Began = now
	s.Batch(st.batch)
	s.stream = st
	st.play.Begin(start, now)
	s.skipped(now)
	s.conn.srv.opt.Bus.Publish(begun)
	s.Wake()
}

// refuseStream gives up a stream that came too late.
func (s *sender) refuseStream(st *stream) {
	st.play.Entry().Close()
	st.client.stopped(s.conn, st)
}

// cut ends a stream without $E: the player has asked for it.
func (s *sender) cut(why string) {
	if s.stream.chunked {
		s.Send(lastChunk)
	}
	s.finishStream(why)
	s.sendPending()
}

// stop ends the stream of this client and answers, [MS-WMSP] 3.2.5.10.
func (s *sender) stop(cl *client, response []byte, last bool) {
	if s.stream != nil && s.stream.client == cl {
		chunked := s.stream.chunked
		s.cut(reasonStopped)
		if !chunked { // its body ends with the connection
			s.Close()
			return
		}
	}
	s.reply(response, last)
}

// selectStreams changes the streams that go out; in pipelined mode the
// response, or the refusal, continues the stream in a body of its own, [MS-WMSP]
// 3.2.5.7.
func (s *sender) selectStreams(what choice, response, refusal []byte) {
	if s.stream == nil { // it has ended while the request was read
		s.reply(append(response, lastChunk...), false)
		return
	}
	if err := s.choose(what); err != nil {
		s.refused(err)
		response = refusal
	}
	if !s.stream.chunked {
		s.reply(response, false)
		return
	}
	s.Send(lastChunk)
	s.sendPending()
	s.Send(response)
	s.Wake()
}

// selectFor is selectStreams for a request that came on another connection,
// which answers it.
func (s *sender) selectFor(cl *client, what choice) error {
	if s.stream == nil || s.stream.client != cl {
		return nil
	}
	err := s.choose(what)
	s.Wake()
	return err
}

func (s *sender) announceSwitch(list []point.Switch) {
	e := event.Switched{Player: s.stream.client.session.Who()}
	for _, sw := range list {
		e.Streams = append(e.Streams, sw.To)
	}
	s.conn.srv.opt.Bus.Publish(e)
}

// finish ends the stream of this client as if its content were over: players
// are told, and the connection closes. Without a stream it just closes.
func (s *sender) finish(cl *client, why string) {
	if s.Closed() {
		return
	}
	if s.stream != nil && s.stream.client == cl {
		s.sendEnd(ReasonDone)
		if s.stream == nil { // the connection failed
			return
		}
		s.finishStream(why)
		s.sendPending()
	}
	if s.stream == nil {
		s.Close()
	}
}
