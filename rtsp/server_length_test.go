package rtsp_test

import (
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/session"
	"caracal/rtsp"
)

// Who has played for as long as a session may last is told that it is over, with a
// notice or BYE, [MS-RTSP] 3.2.4.1, and the connection closes.
func TestSessionLength(t *testing.T) {
	for _, supported := range []string{wantsNumbers, wantsNotice} {
		synctest.Test(t, func(t *testing.T) {
			s := startServerWith(t, setting{memory: true})
			defer s.Stop()
			began := time.Now()
			s.Sessions.SetOptions(session.Options{Limits: session.Limits{Server: session.Bounds{Length: 20 * time.Second}}})
			c, long := s.connect(), s.url("long.wmv")
			c.setUp(long, supported)
			c.must("PLAY", long)
			frames, notice := c.receiveRest()
			if took := time.Since(began); took < 20*time.Second || took > 22*time.Second || frames == 0 {
				t.Errorf("%d frames, ended after %v", frames, took)
			}
			if (notice != nil) != (supported == wantsNotice) || notice != nil && rtsp.ParseEndOfStream(notice.Body).Reason != rtsp.EndAdministrative {
				t.Errorf("the stream ends with %+v", notice)
			}
			c.atEnd()
			c.Close()
			s.WaitFor("the session ends", s.Idle)
			const why = "session: it has lasted as long as it may (server.session_length)"
			if gone := fronttest.EventsOf[event.Disconnected](s.Rig); len(gone) != 1 || gone[0].Reason != why {
				t.Errorf("%+v", gone)
			}
		})
	}
}
