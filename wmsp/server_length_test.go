package wmsp_test

import (
	"io"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/internal/session"
	"caracal/wmsp"
)

// Who has played for as long as a session may last is told that it is over, [MS-WMSP]
// 2.2.3.4, in both modes, and the connection closes.
func TestSessionLength(t *testing.T) {
	for _, pipelined := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			s := startServer(t, true, func(_ *wmsp.ServerOptions, o *point.Options) { *o = pacedOptions() })
			defer s.Stop()
			began := time.Now()
			s.Sessions.SetOptions(session.Options{Limits: session.Limits{Server: session.Bounds{Length: 10 * time.Second}}})
			c := s.connect()
			id := c.describe12()
			var fr *frames
			if pipelined {
				fr = c.play12(id, allThree)
			} else {
				c.send("GET /clip.wmv HTTP/1.0", agent12, "Pragma: xPlayStrm=1", id, testGUID, allThree)
				fr = c.stream(c.head())
				fr.upTo(wmsp.FrameHeader)
			}
			packets, end := fr.data()
			reason(t, end, wmsp.FrameEnd, wmsp.ReasonDone)
			if took := time.Since(began); took < 10*time.Second || took > 12*time.Second || len(packets) == 0 || len(packets) >= testClip().Count() {
				t.Errorf("pipelined %t: %d packets, ended after %v", pipelined, len(packets), took)
			}
			if fr.next().ID != 0 { // the body ends
				t.Error("more comes behind the end")
			}
			if more, err := io.ReadAll(c.r); len(more) > 0 || err != nil {
				t.Errorf("%q, %v behind the end", more, err)
			}
			c.Close()
			s.WaitFor("the session ends", s.Idle)
			const why = "session: it has lasted as long as it may (server.session_length)"
			if gone := fronttest.EventsOf[event.Disconnected](s.Rig); len(gone) != 1 || gone[0].Reason != why {
				t.Errorf("%+v", gone)
			}
		})
	}
}
