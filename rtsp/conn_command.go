package rtsp

import (
	"time"

	"caracal/internal/event"
	"caracal/internal/point"
)

// The commands that a connection's goroutine posts to a sender. They run on
// its shard, in order.

// reply sends a whole response.
func (s *sender) reply(b []byte, last bool) {
	if s.Ending() {
		return
	}
	s.Send(b)
	if last {
		s.Close()
	}
}

// pieces sends the parts of a response, each in a write of its own, so that
// each is a segment: a packet-pair experiment measures that.
func (s *sender) pieces(parts [][]byte) {
	for _, p := range parts {
		s.Send(p)
	}
}

// play answers a Play and begins to stream. Only here is it known which
// sequence numbers the packets get: those after the last ones of a Play that was
// under way.
func (s *sender) play(response *Response, st *stream, start point.Start) {
	if s.Ending() {
		s.conn.Streams(-1)
		st.abandon()
		return
	}
	s.finishStream(reasonReplaced)
	if status := st.player.starts(s.conn, st); status != 0 {
		s.conn.Streams(-1)
		st.abandon()
		s.Send(s.conn.response(status, response.CSeq).AppendTo(nil))
		return
	}
	if st.back != 0 {
		st.player.generation.Store(st.back)
	}
	response.Add("RTP-Info", string(AppendRTPInfo(nil, st.rtpInfo(true))))
	s.Send(response.AppendTo(nil))
	now := time.Now()
	st.tally.Began, st.begun, st.reported = now, now, now
	s.past, s.leave = nil, time.Time{} // nobody needs what came before
	s.Batch(st.batch)
	s.stream = st
	st.play.Begin(start, now)
	if st.missed != nil {
		s.beginTurn(st.missed, now)
	}
	s.Wake()
}

// suspend ends the stream so that a Play without a Range goes on where it is.
func (s *sender) suspend(why string) {
	if st := s.stream; st != nil {
		st.player.pausedAt(st.play.Position())
		s.finishStream(why)
	}
}

// pause stops the stream of this player and answers.
func (s *sender) pause(p *player, response *Response) {
	if s.stream != nil && s.stream.player == p {
		s.suspend(reasonPaused)
	}
	s.reply(response.AppendTo(nil), false)
}

// arrange changes where the streams of this player go, and answers.
func (s *sender) arrange(p *player, l *layout, response *Response) {
	switch st := s.streamOf(p); {
	case st == nil:
	case l.entry != st.entry(): // of which the player is told that it is over
	case st == s.past: // only where copies go may change
		st.layout = l
	default:
		st.arrange(l)
	}
	s.reply(response.AppendTo(nil), false)
}

// selectStreams changes the streams that go out and answers.
func (s *sender) selectStreams(p *player, l *layout, list []point.Switch, response *Response) {
	if st := s.stream; st != nil && st.player == p && l.entry == st.entry() {
		if err := st.play.AffordSwitch(list, st.reserved); err != nil {
			s.refused(st, err)
			s.reply(s.conn.response(statusBandwidth, response.CSeq).AppendTo(nil), false)
			return
		}
		st.arrange(l)
		st.play.Select(list)
		e := event.Switched{Player: p.ses.Who()}
		for _, sw := range list {
			e.Streams = append(e.Streams, sw.To)
		}
		s.conn.srv.opt.Bus.Publish(e)
		s.Wake()
	}
	s.reply(response.AppendTo(nil), false)
}

// endOfStream tells the player that the last packet is out, [MS-RTSP] 3.2.4.1.
func (s *sender) endOfStream(why point.EndReason) {
	reason := EndPlain
	if why == point.EndReceding {
		reason = EndReceding
	}
	s.sayEnd(reason)
	s.finishStream(why.String())
}

// farewell is how long a connection outlives an end that was told over UDP: a
// player plays what it has buffered, two seconds with GStreamer, and then tears the
// session down, and is upset when there is nobody.
const farewell = 3 * time.Second

// finish ends the stream of this player as an administrator does, and the
// connection if no other player needs it.
func (s *sender) finish(p *player, why string) {
	if st := s.stream; st != nil && st.player == p {
		s.sayEnd(EndAdministrative)
		if st.grace() > 0 {
			st.play.Stop()
			st.ending, st.ended = time.Now().Add(farewell), why
			s.Wake()
			return
		}
		s.finishStream(why)
	}
	p.closed(s.conn, why)
	s.closeUnused()
}

// closeUnused ends the connection if no session is left on it.
func (s *sender) closeUnused() {
	if s.stream == nil && s.conn.players.Load() == 0 {
		s.Close()
	}
}
