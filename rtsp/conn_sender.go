package rtsp

import (
	"sync/atomic"
	"time"

	"caracal/internal/event"
	"caracal/internal/front"
	"caracal/internal/point"
)

// The bounds of one run of a sender.
const (
	maxRunPackets = 128
	maxRunBytes   = 512 << 10

	// A stream's wake-ups are rounded up to a sixteenth of its batch
	// interval, within these.
	minGrain = 5 * time.Millisecond
	maxGrain = 50 * time.Millisecond
)

const (
	reasonPaused   = "paused by the player"
	reasonReplaced = "replaced by a new Play"
	reasonMoved    = "the player came back on another connection"
)

// sender is the half of a connection that its shard owns.
type sender struct {
	*front.Sender
	conn   *conn
	stream *stream      // nil: nothing is streaming
	cseq   atomic.Int64 // of our last request; the connection's goroutine reads it

	past   *stream   // that has ended and whose packets may be asked for again
	pastAt time.Time // when it is forgotten
	leave  time.Time // when a player that does not react to the end is left; zero: none
}

// drain takes from the Play what is due and sends it together.
func (s *sender) drain(now time.Time) time.Time {
	st := s.stream
	if st == nil {
		return s.rest(now)
	}
	if !st.ending.IsZero() {
		return s.conclude(now)
	}
	var it point.Step
	var next time.Time
	size, ended := 0, false
	for n := 0; ; n++ {
		if n == maxRunPackets || size >= maxRunBytes {
			next = now
			break
		}
		st.play.Next(now, s.Mem, &it)
		if it.Kind != point.Packet {
			next, ended = it.At, it.Kind == point.End
			break
		}
		size += st.carry(s.Mem, &it)
	}
	st.play.Rest()
	if size > 0 {
		s.flush(st, size, now)
	}
	if ended && s.stream == st {
		st.over, st.ending = it.Reason, now.Add(st.grace())
		return s.conclude(now)
	}
	return next
}

// flush sends what a run has gathered.
func (s *sender) flush(st *stream, size int, now time.Time) {
	st.count(size)
	s.report(st, now)
	if st.carriers[LowerUDP] != nil {
		st.layout.media.rtp.Flush()
	}
	if st.carriers[LowerTCP] != nil && len(s.Mem.Vector) > 0 {
		s.SendVector(s.Mem.Vector)
	}
}

// finishStream forgets the Play and tells the world.
func (s *sender) finishStream(why string) {
	st := s.stream
	if st == nil {
		return
	}
	s.stream = nil
	st.play.Stop()
	s.conn.Streams(-1)
	st.player.stopped(st)
	s.remember(st)
	s.conn.srv.opt.Bus.Publish(event.Stopped{
		Player: st.player.ses.Player, Reason: why, Packets: st.packets, Bytes: st.bytes,
		Late: st.play.Late, Elapsed: time.Since(st.began),
	})
	if st.ended != "" {
		st.player.closed(s.conn, st.ended)
	}
}

// suspendOf is suspend if it is this player's.
func (s *sender) suspendOf(p *player, why string) {
	if s.stream != nil && s.stream.player == p {
		s.suspend(why)
	}
}
