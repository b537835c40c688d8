package wmsp_test

import (
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/session"
	"caracal/wmsp"
)

// 3.2.6.1: only $H, $D and $C restart the Idle-Timeout.
func TestPushIdle(t *testing.T) {
	inPush(t, func(t *testing.T, s *pushServer) {
		c := s.connect()
		cookie := c.setUp("/live", "", newPush)
		c.start(cookie, unending, pushH())
		for range 5 {
			time.Sleep(50 * time.Second)
			c.put(pushD(0, 1))
		}
		for range 5 {
			time.Sleep(11 * time.Second)
			c.put(wmsp.AppendPush(nil, wmsp.FrameFill, nil))
		}
		began := time.Now()
		if st := c.status(); st != 408 || time.Since(began) > 6*time.Second || !c.closed() {
			t.Errorf("status %d after %v more", st, time.Since(began))
		}
		s.dark(s.live)
		again := s.connect()
		again.start(cookie, unending)
		if st := again.status(); st != 400 {
			t.Errorf("the session is there still: %d", st)
		}
	})
}

// 3.2.7.1: a session whose connection is lost may go on for a while.
func TestPushResumes(t *testing.T) {
	inPush(t, func(t *testing.T, s *pushServer) {
		c := s.connect()
		cookie := c.setUp("/live", "", newPush)
		c.start(cookie, unending, pushH(), pushD(0, 10), pushD(10, 11)[:100]) // within a packet
		c.Close()
		time.Sleep(50 * time.Second)
		other := s.connect()
		other.send("POST /live HTTP/1.1", "Host: h", setupIs, encoder, "Content-Length: 0", "X-From: 10.9.9.9")
		if st := other.status(); st != 409 {
			t.Errorf("somebody else took the place: %d", st)
		}
		c = s.connect()
		c.start(cookie, unending, pushD(10, 20))
		s.has(s.live, 0, 20)
		c.Close()
		time.Sleep(time.Minute + time.Second)
		s.dark(s.live)
		late := s.connect()
		late.start(cookie, unending)
		if st := late.status(); st != 400 {
			t.Errorf("too late, but %d", st)
		}
	})
}

// A second encoder is refused at its setup already; the same one, whose
// connection is half open, takes its place again when that has been silent.
func TestPushSecondEncoder(t *testing.T) {
	inPush(t, func(t *testing.T, s *pushServer) {
		c := s.connect()
		first := c.setUp("/live", "", newPush)
		c.start(first, unending, pushH(), pushD(0, 3))
		s.has(s.live, 0, 3)
		setup := []string{"POST /live HTTP/1.1", "Host: h", setupIs, encoder, "Content-Length: 0", newPush}
		second := s.connect()
		second.send(setup...)
		if st := second.status(); st != 409 {
			t.Errorf("status %d", st)
		}
		plain := s.connect()
		plain.send("POST /live HTTP/1.1", "Host: h", "Content-Length: 100")
		if st := plain.status(); st != 409 {
			t.Errorf("a plain one: status %d", st)
		}
		time.Sleep(6 * time.Second) // the first one has lost its machine
		far := s.connect()
		far.send(append(setup, "X-From: 10.9.9.9")...)
		if st := far.status(); st != 409 {
			t.Errorf("from elsewhere: status %d", st)
		}
		again := s.connect()
		again.start(again.setUp("/live", "", newPush), unending, pushH(), pushD(3, 9))
		s.has(s.live, 3, 9)
		if st := c.status(); st != 409 || !c.closed() {
			t.Errorf("the old connection: status %d", st)
		}
		if now, _ := s.Sessions.Count(); now != 1 {
			t.Errorf("%d sessions", now)
		}
	})
}

// 3.2.5.1 and 3.2.5.2: nothing else for a session that streams.
func TestPushSessionStreamsOnce(t *testing.T) {
	inPush(t, func(t *testing.T, s *pushServer) {
		c := s.connect()
		cookie := c.setUp("/live", "", newPush)
		c.start(cookie, unending, pushH())
		synctest.Wait()
		twice := s.connect()
		twice.start(cookie, unending)
		if st := twice.status(); st != 409 {
			t.Errorf("a second PushStart: %d", st)
		}
		setup := s.connect()
		setup.send("POST /live HTTP/1.1", "Host: h", setupIs, encoder, "Content-Length: 0", cookie)
		if st := setup.status(); st != 409 {
			t.Errorf("a second PushSetup: %d", st)
		}
		c.put(pushD(0, 4))
		s.has(s.live, 0, 4)
		// A half-open connection is cut for the next try.
		time.Sleep(6 * time.Second)
		third := s.connect()
		third.start(cookie, unending)
		third.status()
		if st := c.status(); st != 400 || !c.closed() {
			t.Errorf("the half-open connection: status %d", st)
		}
		fourth := s.connect()
		fourth.start(cookie, unending, pushD(4, 8))
		s.has(s.live, 0, 8)
	})
}

// 3.2.4.1, and the end of the server: at once, and with an answer.
func TestPushIsEnded(t *testing.T) {
	for name, end := range map[string]func(s *pushServer){
		"administrator": func(s *pushServer) {
			for _, ses := range s.Sessions.All() {
				ses.End(session.ErrDraining)
			}
		},
		"shutdown": func(s *pushServer) { s.push.Shutdown() },
	} {
		inPush(t, func(t *testing.T, s *pushServer) {
			c := s.connect()
			c.start(c.setUp("/live", "", newPush), unending, pushH(), pushD(0, 2))
			plain := s.connect()
			plain.send("PUT /live HTTP/1.1", "Host: h", "Content-Length: 100")
			plain.status()
			synctest.Wait()
			began := time.Now()
			end(s)
			if st := c.status(); st != 503 || !c.closed() || time.Since(began) > 2*time.Second {
				t.Errorf("%s: status %d after %v", name, st, time.Since(began))
			}
			s.dark(s.live)
		})
	}
}
