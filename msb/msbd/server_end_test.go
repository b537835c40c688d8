package msbd_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/fronttest"
	"caracal/internal/session"
	"caracal/msb/msbd"
)

// silentGroup is a group that nobody joins: its socket is real, its clock is not.
func silentGroup(t *testing.T) *msbd.Group {
	t.Helper()
	g, err := msbd.OpenGroup(msbd.GroupOptions{Address: groupAddress, Interface: loopback(t)})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// joined is a client of the group.
func (s *server) joined() *peer {
	s.T.Helper()
	p := s.connect()
	p.SetDeadline(time.Time{})
	p.ask(msbd.OverGroup)
	if _, group := p.accepted(); group != groupAddress {
		s.T.Errorf("packets come to %v", group)
	}
	return p
}

// The packets of another stream wait for its description, and the end for the last
// packets; when the last client has gone nothing is sent.
func TestGroupWaits(t *testing.T) {
	g := silentGroup(t)
	inMemory(t, setting{group: g}, func(s *server) {
		s.live(1)
		p, q := s.joined(), s.joined()
		sent := func() uint64 { return s.Sessions.All()[0].Packets.Load() }
		time.Sleep(msbd.TurnGrace + time.Second)
		if n := sent(); n != 1 {
			t.Errorf("%d packets", n)
		}
		if err := s.Feed.Header(filmCalled("the second").Header); err != nil {
			t.Fatal(err)
		}
		s.Bring(1)
		for _, p := range []*peer{p, q} {
			if info := p.info(msbd.IndStreamInfo); info.Stream != 2 {
				t.Errorf("stream %d", info.Stream)
			}
		}
		time.Sleep(msbd.TurnGrace - 50*time.Millisecond)
		if n := sent(); n != 1 {
			t.Error("a packet overtakes its description")
		}
		time.Sleep(time.Second)
		if n := sent(); n != 2 {
			t.Errorf("%d packets", n)
		}
		p.Close()
		s.WaitFor("one is gone", func() bool { return s.Known() == 1 })
		if g.Silent() {
			t.Error("nothing is sent to who is left")
		}
		began := time.Now()
		s.Feed.Close()
		q.over()
		if took := time.Since(began); took < linger+msbd.TurnGrace || took > linger+msbd.TurnGrace+time.Second {
			t.Errorf("the end came after %v", took)
		}
		if !g.Silent() {
			t.Error("something is sent to nobody")
		}
		q.Close()
		s.WaitFor("both are gone", s.Idle)
		s.live(1)
		r := s.joined()
		if g.Silent() {
			t.Error("nothing is sent")
		}
		r.Close()
		s.WaitFor("all are gone", s.Idle)
		if !g.Silent() {
			t.Error("something is sent to nobody")
		}
	})
}

// Who stays after the end is a connection that does nothing.
func TestKeptAfterTheEnd(t *testing.T) {
	for _, way := range []msbd.Delivery{msbd.OverTCP, msbd.OverGroup} {
		g := silentGroup(t)
		inMemory(t, setting{group: g, keep: 5 * time.Second}, func(s *server) {
			s.live(0)
			p := s.connect()
			p.SetDeadline(time.Time{})
			p.ask(way)
			p.accepted()
			s.Feed.Close()
			p.over()
			began := time.Now()
			p.closed()
			if took := time.Since(began).Round(time.Second); took != 5*time.Second {
				t.Errorf("left after %v", took)
			}
			s.WaitFor("the session ends", s.Idle)
		})
	}
}

// Who stays after the end is told of it once, also when the server ends.
func TestEndIsSaidOnce(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		s.live(0)
		p := s.connect()
		p.ask(msbd.OverTCP)
		p.accepted()
		p.SetDeadline(time.Time{})
		s.Feed.Close()
		p.over()
		go s.Stop()
		p.closed()
		p.Close()
		s.WaitFor("the session ends", s.Idle)
	})
}

// content makes the point content that knows who has it open.
func (s *server) content(c fronttest.Clip) *fronttest.Counted {
	s.Publish(pointName, c.File(), fronttest.Paced())
	return s.Count(pointName, pointName)
}

// Nobody keeps content open that nobody plays.
func TestContentIsClosed(t *testing.T) {
	g := silentGroup(t)
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, setting{group: g})
		w := s.content(filmCalled("long enough"))
		p, q, r := s.connect(), s.joined(), s.joined()
		p.ask(msbd.OverTCP)
		p.accepted()
		if n := w.InUse.Load(); n != 2 {
			t.Errorf("%d are open, want that of the connection and that of the group", n)
		}
		p.Close()
		q.Close()
		s.WaitFor("they are gone", func() bool { return s.Known() == 1 })
		if n := w.InUse.Load(); n != 1 {
			t.Errorf("%d are open, want that of the group", n)
		}
		r.Close()
		s.WaitFor("all are gone", s.Idle)
		s.WaitFor("all is closed", func() bool { return g.Silent() && w.InUse.Load() == 0 })
		large := s.content(filmCalled(strings.Repeat("x", 32_600)))
		u := s.connect()
		u.ask(msbd.OverTCP)
		if m := u.next(msbd.ResConnect); m.HR != msbd.EFileOpenFailed {
			t.Error(m.HR)
		}
		u.closed()
		if n := large.InUse.Load(); n != 0 {
			t.Errorf("%d are open of what cannot be sent", n)
		}
		u.Close()
		s.Stop()
	})
}

// A session that ends while its content is looked for leaves nothing behind,
// whatever is found.
func TestEndedWhileOpening(t *testing.T) {
	g := silentGroup(t)
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, setting{group: g})
		w := s.content(film())
		slow := make(chan error)
		w.Wait = func() error { return <-slow }
		for _, way := range []msbd.Delivery{msbd.OverTCP, msbd.OverGroup} {
			for _, found := range []error{nil, errors.New("nothing")} {
				p := s.connect()
				p.ask(way)
				synctest.Wait()
				s.Sessions.All()[0].End(session.ErrIdle)
				synctest.Wait()
				slow <- found
				p.Close()
				s.WaitFor("the session ends", s.Idle)
				s.WaitFor("all is closed", func() bool { return g.Silent() && w.InUse.Load() == 0 && s.Known() == 0 })
			}
		}
		s.Stop()
	})
}
