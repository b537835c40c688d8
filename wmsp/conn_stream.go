package wmsp

import (
	"time"

	"caracal/internal/point"
	"caracal/internal/session"
)

// stream is a Play under way on a connection.
type stream struct {
	play     *point.Play
	client   *client
	chunked  bool
	reserved *session.Reservation
	batch    time.Duration
	mark     bool // packets of a Fast Start have their B bit set
	seq      byte // of the next $D packet
	tally    point.Tally
	failure  error // of the storage, if that ended it

	metadata   bool   // $M goes before $H
	oneHeader  bool   // the player knows no second one, keepsHeader
	generation uint32 // of the entry, its playlist-gen-id
	skipped    bool   // the player skips to the entry
	receding   bool   // and rewinds
	turn       turn
	lag        time.Duration // client-lag of the last SelectStream
	selected   time.Time     // when that came
}

// drain takes from the Play what is due and sends it in one write.
func (s *sender) drain(now time.Time) time.Time {
	st := s.stream
	if st == nil {
		return time.Time{}
	}
	if st.turn.next != nil {
		if next := s.stepTurn(now); s.stream != st || st.turn.next != nil {
			return next
		}
	}
	s.Mem.Vector = append(s.Mem.Vector, nil) // room for the chunk's head
	size, last := st.play.Run(now, s.Mem, point.MaxRunBytes, func(it *point.Step) int { return s.carry(st, it) })
	if size > 0 {
		s.flush(s.Mem.Vector, size)
	}
	switch {
	case last.Kind != point.End, s.Closed():
	case last.Next != nil:
		return s.beginTurn(last.Next, now)
	default:
		st.failure = last.Err
		s.endOfStream(last.Reason)
	}
	return last.At
}

// carry puts an ASF packet, whole and with its padding, into a $D packet.
func (s *sender) carry(st *stream, it *point.Step) (size int) {
	head := AppendD(s.Mem.Grab(DataHeadSize)[:0], st.mark && it.Ahead, uint32(it.Number), 0, st.seq, len(it.Data))
	s.Mem.Vector = append(s.Mem.Vector, head, it.Data)
	st.seq++
	st.tally.Packets++
	return len(head) + len(it.Data)
}

// flush sends a vector of heads and packets, as one chunk if the reply is
// chunked.
func (s *sender) flush(vec [][]byte, size int) {
	s.stream.tally.Count(s.stream.play, s.stream.client.session, size)
	if s.stream.chunked {
		vec[0] = appendChunkHead(s.Mem.Grab(maxChunkHead)[:0], size)
		vec = append(vec, crlf)
	}
	s.Mem.Vector = vec
	s.SendVector(vec)
}
