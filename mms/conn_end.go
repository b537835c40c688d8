package mms

import (
	"time"

	"caracal/internal/point"
)

// leaveTime is how long a player may be silent after the end: FFmpeg and MPlayer
// wait for the connection to close, Windows Media Player says Logging at once and
// may play again later.
const leaveTime = 3 * time.Second

// conclude tells the player that the last packet is out, when it is time,
// [MS-MMSP] 3.2.4.1.
func (s *sender) conclude(now time.Time) time.Time {
	st := s.stream
	if now.Before(st.ending) {
		return st.ending
	}
	end := &ReportEndOfStream{PlayIncarnation: st.report}
	if s.why != "" {
		s.tellEnd(st, end)
		s.leaves(s.why)
		return time.Time{}
	}
	if st.over == point.EndError {
		end.HR = EFail
	}
	s.finishStream(st.over.String())
	s.leave = now.Add(leaveTime)
	s.tellEnd(st, end)
	return s.leave
}

// tellEnd sends the end of a stream, and behind it over TCP what lets FFmpeg
// believe it: in one write, for a player may close as soon as it has read the end.
func (s *sender) tellEnd(st *stream, end *ReportEndOfStream) {
	if s.Ending() {
		return
	}
	b := s.packet(end)
	if info := st.play.Entry().Info(); st.out == nil && isFFmpeg(s.player.agent) {
		b = appendRelease(b, st.incarnation, info.PacketSize, info.Header.Streams())
	}
	s.Send(b)
}

// The KeepAlive timer, [MS-MMSP] 3.2.2.
const (
	// pingTime is how long a player may be silent before it is asked.
	pingTime = 30 * time.Second
	// pongTime is how long it may leave that unanswered while it gets data
	// packets over UDP: nothing else tells that it is gone.
	pongTime = time.Minute
)

// keepAlive asks a player that has been silent whether it is there, and says
// when to look again. The specification would not ask twice after one silence,
// 3.2.5.1; this does.
func (s *sender) keepAlive(now time.Time) time.Time {
	last := time.Unix(0, s.conn.heard.Load())
	if s.pings.After(last) {
		last = s.pings
	} else {
		s.asked = time.Time{}
	}
	if now.Sub(last) < pingTime {
		return last.Add(pingTime)
	}
	if st := s.stream; st != nil && st.out != nil && !s.asked.IsZero() && now.Sub(s.asked) >= pongTime {
		s.why = reasonSilent
		s.Fail(reasonSilent)
		return time.Time{}
	}
	if s.asked.IsZero() {
		s.asked = now
	}
	s.pings = now
	s.say(&Ping{})
	return now.Add(pingTime)
}
