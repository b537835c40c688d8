package wmsp

import (
	"time"

	"caracal/internal/head"
	"caracal/internal/point"
	"caracal/internal/session"
)

// turn is a change to what follows an entry, under way, [MS-WMSP] 3.2.4.2.
type turn struct {
	next point.Entry // nil: there is none
	at   time.Time   // when the next step is due
	told bool        // the new header is out, and the player may choose its streams
}

// The times of a change.
const (
	// maxLag is the most that a player's client-lag holds it back.
	maxLag = 15 * time.Second
	// selectGap is the least between a SelectStream and a change.
	selectGap = 8 * time.Second
	// waitTime is how long a player may take to choose that has said that it does
	// not leave that to the server. The specification would wait for ever.
	waitTime = 2 * time.Second
)

// beginTurn has the change begin when it may.
func (s *sender) beginTurn(next point.Entry, now time.Time) time.Time {
	st := s.stream
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
	st.turn = turn{next: next, at: at}
	return s.stepTurn(now)
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
// again; zero when the stream goes on.
func (s *sender) stepTurn(now time.Time) time.Time {
	st := s.stream
	if now.Before(st.turn.at) {
		return st.turn.at
	}
	if !st.turn.told {
		s.sendEntry(st.turn.next)
		if s.stream == nil { // the connection failed
			return time.Time{}
		}
		st.turn.told = true
		if !st.client.predicts() {
			st.client.session.SetState(session.Waiting)
			st.turn.at = now.Add(waitTime)
			return st.turn.at
		}
	}
	s.endTurn()
	return time.Time{}
}

// sendEntry says that another entry follows, and its header.
func (s *sender) sendEntry(e point.Entry) {
	st := s.stream
	st.generation = max(point.Generation(e), st.generation+1)
	st.client.come(e)
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

// changeReason says whether the player skips back.
func (st *stream) changeReason() uint32 {
	if st.receding {
		return ReasonChangeReceding
	}
	return ReasonChangeForward
}

// endTurn streams the next entry, also because its player has chosen its streams.
func (s *sender) endTurn() {
	st := s.stream
	if st.turn.next == nil {
		return
	}
	if st.turn.next != st.play.Entry() {
		point.Leave(st.play.Turn(st.turn.next), st.turn.next)
	}
	st.turn = turn{}
	st.client.session.SetState(session.Streaming)
	s.Wake()
}

// chosen is called before the player's choice of streams takes effect: it may be
// about the entry that is about to begin.
func (s *sender) chosen(lag time.Duration) {
	st := s.stream
	st.lag, st.selected = min(lag, maxLag), time.Now()
	if st.turn.told {
		s.endTurn()
	}
}
