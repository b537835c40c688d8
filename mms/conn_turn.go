package mms

import (
	"time"

	"caracal/internal/point"
	"caracal/internal/session"
)

// turn is a change to what follows an entry, under way, [MS-MMSP] 3.2.4.2.
type turn struct {
	next point.Entry // nil: there is none
	at   time.Time   // when the next step is due
	told bool        // the player knows, and may choose its streams
}

// The times of a change.
const (
	// askTime is how long a player over UDP may take from one step to the next:
	// for the header to the slowest modem, five times, [MS-MMSP] 3.1.6.1.
	askTime = 30 * time.Second
	// waitTime is how long a player over TCP may take to start that does so
	// though it need not; then it gets what the specification would have it get
	// at once.
	waitTime = 2 * time.Second
)

// turnMessages is how many a player sends at a change: Logging, ReadBlock,
// StreamSwitch and StartPlaying, [MS-MMSP] 4.5.1, and CancelReadBlock.
const turnMessages = 5

// beginTurn has the change begin, behind the last packet.
func (s *sender) beginTurn(next point.Entry, now time.Time) time.Time {
	st, p := s.stream, s.player
	before := st.play.Entry().Info()
	if err := st.play.Afford(next, st.reserved, takesTurns(p.agent)); err != nil {
		s.refused(err)
		s.finish(err.Error())
		return time.Time{}
	}
	if p.sendable(next) == nil {
		switch {
		case takesTurns(p.agent):
			st.turn = turn{next: next, at: now.Add(st.grace())}
			return s.stepTurn(now)
		case sameMedia(before.Header, next.Info().Header):
			s.enter(next)
			st.play.Splice()
			return now
		}
	}
	st.over, st.ending = point.EndChange, now.Add(st.grace())
	return s.conclude(now)
}

// stepTurn does the next step of a change when it is due, and says when to look
// again.
func (s *sender) stepTurn(now time.Time) time.Time {
	st := s.stream
	if now.Before(st.turn.at) {
		return st.turn.at
	}
	switch {
	case !st.turn.told:
		return s.tellTurn(now)
	case st.out != nil:
		s.leaves(reasonIdle)
		return time.Time{}
	}
	return s.endTurn(now)
}

// tellTurn says that another entry follows. Over TCP its header follows too,
// over UDP the player asks for it.
func (s *sender) tellTurn(now time.Time) time.Time {
	st := s.stream
	next := st.turn.next
	info := next.Info()
	st.turn.told = true
	header := s.enter(next)
	s.conn.owed.Expect(turnMessages)
	s.say(&ReportEndOfStream{HR: SFalse, PlayIncarnation: st.report})
	s.say(&ReportStreamChange{
		TCPHdrIncarnation: uint32(HeaderIncarnationTCP), PacketSize: uint32(info.PacketSize),
		HeaderSize: uint32(len(header)), BitRate: info.BitRate,
	})
	if s.stream == nil { // the connection failed
		return time.Time{}
	}
	if st.out != nil {
		st.turn.at = now.Add(askTime)
		s.player.ses.SetState(session.Waiting)
		return st.turn.at
	}
	s.header = &headerOut{incarnation: HeaderIncarnationTCP, bytes: header, packetSize: info.PacketSize, began: now}
	s.sendHeader(now)
	if s.stream == nil {
		return time.Time{}
	}
	if s.player.startsAgain() {
		st.turn.at = now.Add(waitTime)
		s.player.ses.SetState(session.Waiting)
		return st.turn.at
	}
	return s.endTurn(now)
}

// endTurn streams the next entry over TCP, which needs no StartPlaying: its
// packets have the incarnation of their header.
func (s *sender) endTurn(now time.Time) time.Time {
	st := s.stream
	st.turn, st.incarnation = turn{}, HeaderIncarnationTCP
	s.player.ses.SetState(session.Streaming)
	return now
}

// enter makes the next entry the one that is played, and hands it to the
// connection's goroutine, before the player can speak of it. It returns the
// header as the player gets it.
func (s *sender) enter(next point.Entry) []byte {
	st, p := s.stream, s.player
	st.play.Turn(next)
	point.TellEntry(s.conn.srv.opt.Bus, p.ses.Who(), next)
	e := &entered{entry: next, header: headerFor(p.agent, next.Info().HeaderBytes), levels: levelsOf(next.Info().Header, st.play.Selection())}
	if passed := p.entered.Swap(e); passed != nil { // the player has said nothing in all of that
		point.Leave(passed.entry, next)
	}
	return e.header
}

// resume says where a Play of a broadcast goes on that takes the place of
// another, [MS-MMSP] 3.2.5.11: where that is, which is the beginning of an entry
// that the player has just been told of. It returns why the other one is over.
func (s *sender) resume(st *stream, start *point.Start) (why string) {
	old := s.stream
	live := st.play.Entry().Info().Broadcast
	if old == nil || old.play.Entry() != st.play.Entry() || live && st.sought {
		return reasonReplaced
	}
	if live {
		start.Resume(old.play)
	}
	if old.turn.told {
		return point.EndChange.String()
	}
	return reasonReplaced
}

// waits notes that a player that has been told of a change is at it.
func (s *sender) waits() {
	if st := s.stream; st != nil && st.turn.told && st.out != nil {
		st.turn.at = time.Now().Add(askTime)
	}
}
