package wmsp

import (
	"time"

	"caracal/internal/event"
	"caracal/internal/head"
	"caracal/internal/point"
	"caracal/internal/session"
)

// turn is a change to what follows an entry, under way, [MS-WMSP] 3.2.4.2.
type turn struct {
	next  point.Entry // nil: there is none
	began time.Time
	at    time.Time // when the player may be told
	told  bool      // the new header is out, and the player chooses its streams
}

// The times of a change.
const (
	// maxLag is the most that a player's client-lag holds it back.
	maxLag = 15 * time.Second
	// selectGap is the least between a SelectStream and a change.
	selectGap = 8 * time.Second
)

// turnRequests is how many a player sends at a change: SelectStream or a Play with the
// Pipeline before it, and its log.
const turnRequests = 3

// beginTurn has the change begin when it may.
func (s *sender) beginTurn(next point.Entry, now time.Time) time.Time {
	st := s.stream
	if err := st.play.Afford(next, st.reserved, st.client.predicts()); err != nil {
		s.turnedAway(err)
		return time.Time{}
	}
	if st.oneHeader {
		return s.goOn(next)
	}
	if _, ok := next.(*point.Listed); ok && st.metadata {
		s.sendEntryDone()    // the others take any $E for the end of all
		if s.stream == nil { // the connection failed
			return time.Time{}
		}
	}
	at := now.Add(st.lag)
	if st.selected.Add(selectGap).After(at) {
		at = st.selected.Add(selectGap)
	}
	st.turn = turn{next: next, began: now, at: at}
	return s.stepTurn(now)
}

// turnedAway ends a stream whose next entry takes more than the limits leave.
func (s *sender) turnedAway(err error) {
	s.refused(err)
	s.finish(s.stream.client, err.Error())
}

// refused tells the world that a limit has been reached.
func (s *sender) refused(err error) {
	s.conn.srv.opt.Bus.Publish(event.Refused{
		Player: s.stream.client.session.Who(), Status: 503, Reason: err.Error(), Limit: session.LimitOf(err),
	})
}

// goOn streams an entry of which the player is told nothing, if what it knows is true
// of that too. Otherwise this is the end: it may come back.
func (s *sender) goOn(next point.Entry) time.Time {
	st := s.stream
	if !point.Continues(st.play.Entry(), next) {
		s.endOfStream(point.EndChange)
		return time.Time{}
	}
	st.client.come(next)
	point.Leave(st.play.Turn(next), next)
	st.play.Splice()
	s.Wake()
	return time.Time{}
}

// stepTurn does the next step of a change when it is due, and says when to look
// again; zero when the stream goes on, or the player has to choose first. It has all
// the time that its session has: who plays faster than real time shows the entry
// before for minutes yet.
func (s *sender) stepTurn(now time.Time) time.Time {
	st := s.stream
	switch {
	case st.turn.told:
		return time.Time{}
	case now.Before(st.turn.at):
		return st.turn.at
	}
	s.sendEntry(st.turn.next)
	switch {
	case s.stream == nil: // the connection failed
	case st.client.predicts():
		s.endTurn(now)
	default:
		st.turn.told = true
		st.client.session.SetState(session.Waiting)
	}
	return time.Time{}
}

// sendEntry says that another entry follows, and its header.
func (s *sender) sendEntry(e point.Entry) {
	st := s.stream
	st.generation = max(point.Generation(e), st.generation+1)
	st.client.come(e)
	st.client.owed.Expect(turnRequests)
	st.client.unsaid.Store(true)
	b := AppendC(nil, ReasonChangeForward)
	b = s.conn.appendEntry(b, e.Info().HeaderBytes, e, st.metadata, st.generation)
	if st.chunked {
		b = appendChunk(nil, b)
	}
	s.Send(b)
}

// sendEntryDone says that an entry of a list is over, and another one follows.
func (s *sender) sendEntryDone() {
	e := AppendE(nil, ReasonEntryDone)
	if s.stream.chunked {
		e = appendChunk(nil, e)
	}
	s.Send(e)
}

// predicts says that the server chooses the streams of the next entry.
func (cl *client) predicts() bool { return cl.supports(head.FeaturePredStrm) }

// changeReason says whether the player rewinds into the entry before. One that skips
// back and plays on from there is not told so: it would expect no packets, [MS-WMSP]
// 3.1.5.14.
func (st *stream) changeReason() uint32 {
	if st.receding {
		return ReasonChangeReceding
	}
	return ReasonChangeForward
}

// endTurn streams the next entry, also because its player has chosen its streams.
func (s *sender) endTurn(now time.Time) {
	st := s.stream
	if st.turn.next != st.play.Entry() {
		point.Leave(st.play.Turn(st.turn.next), st.turn.next)
		point.TellEntry(s.conn.srv.opt.Bus, st.client.session.Who(), st.turn.next)
	}
	st.play.Postpone(now.Sub(st.turn.began))
	st.turn = turn{}
	st.client.session.SetState(session.Streaming)
	s.Wake()
}

// choice is a SelectStream, or a PlayNextEntry.
type choice struct {
	kind Kind
	list []point.Switch
	lag  time.Duration
}

// choose has a choice of streams take effect: it may be about the entry that is about
// to begin. Only a SelectStream keeps the next change away. The error is a limit that
// does not leave the bandwidth of these streams: what went out goes on.
func (s *sender) choose(c choice) error {
	st, now := s.stream, time.Now()
	st.lag = min(c.lag, maxLag)
	if c.kind == SelectStream {
		st.selected = now
	}
	if st.turn.told {
		s.endTurn(now)
	}
	if err := st.play.AffordSwitch(c.list, st.reserved); err != nil {
		return err
	}
	st.play.Select(c.list)
	s.announceSwitch(c.list)
	return nil
}
