package mms_test

import (
	"testing"
	"time"

	"caracal/internal/session"
)

// Who has played for as long as a session may last is told that it is over, over TCP
// and UDP, and the connection closes.
func TestSessionLength(t *testing.T) {
	for _, overUDP := range []bool{false, true} {
		inMemory(t, setting{}, func(s *server) {
			began := time.Now()
			s.Sessions.SetOptions(session.Options{Limits: session.Limits{Server: session.Bounds{Length: 20 * time.Second}}})
			var p *peer
			if overUDP {
				p = s.playUDP("long.wmv")
			} else {
				p = s.ready(player9, "long.wmv")
				p.start(beginning, 4)
			}
			p.end(4)
			if took := time.Since(began); took < 20*time.Second || took > 22*time.Second {
				t.Errorf("UDP %t: ended after %v", overUDP, took)
			}
			if sent := len(p.data); !overUDP && (sent == 0 || sent >= longClip().Count()) {
				t.Errorf("%d packets", sent)
			}
			p.closed()
			s.left("session: it has lasted as long as it may (server.session_length)")
		})
	}
	inMemory(t, setting{}, func(s *server) { // and who has opened a file, and waits
		s.Sessions.SetOptions(session.Options{Limits: session.Limits{Server: session.Bounds{Length: 20 * time.Second}}})
		p := s.ready(player9, "long.wmv")
		p.closed()
		s.left("session: it has lasted as long as it may (server.session_length)")
	})
}
