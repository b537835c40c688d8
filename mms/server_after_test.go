package mms_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/internal/session"
	"caracal/mms"
)

// Who says something after the end stays: only silence is left.
func TestReactionsToTheEnd(t *testing.T) {
	for _, m := range []mms.Appender{
		&mms.Logging{}, &mms.StreamSwitch{}, &mms.StopPlaying{OpenFileID: 1}, &mms.ReadBlock{OpenFileID: 1, PlayIncarnation: 3}, &mms.Pong{},
	} {
		inMemory(t, setting{}, func(s *server) {
			p := s.ready(player9, "clip.wmv")
			p.start(beginning, 4)
			p.end(4)
			if got := s.Sessions.All()[0].State(); got != session.Idle {
				t.Errorf("%v after the end", got)
			}
			p.say(m)
			go func() {
				for {
					if _, err := p.in.Next(); err != nil {
						return
					}
				}
			}()
			time.Sleep(mms.LeaveTime + time.Second)
			_, silent := m.(*mms.Pong)
			if stays := s.Connections() == 1; stays == silent {
				t.Errorf("%T: stays %v", m, stays)
			}
			p.Close()
		})
	}
}

// Who ends a session again does not put its end off.
func TestSessionIsEndedTwice(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		p := s.playUDP("long.wmv")
		if got := s.Sessions.All()[0].State(); got != session.Streaming {
			t.Errorf("%v", got)
		}
		ses, began := s.Sessions.All()[0], time.Now()
		for range 4 {
			ses.End(errors.New("enough"))
			time.Sleep(mms.EndGrace / 5)
		}
		p.end(4)
		if took := time.Since(began); took != mms.EndGrace {
			t.Errorf("told after %v", took)
		}
		p.closed()
	})
}

// Who stops while the server ends its session is left at once.
func TestStoppedWhileEnded(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		p := s.playUDP("long.wmv")
		began := time.Now()
		s.Sessions.All()[0].End(errors.New("enough"))
		p.say(&mms.StopPlaying{OpenFileID: 1, PlayIncarnation: 9})
		p.end(9)
		p.closed()
		if took := time.Since(began); took >= mms.EndGrace {
			t.Errorf("left after %v", took)
		}
		if list := fronttest.EventsOf[event.Stopped](s.Rig); len(list) != 1 {
			t.Errorf("%+v", list)
		}
	})
}

// failing is content whose storage fails behind its first packets.
type failing struct{ point.Opener }

func (o failing) Open(ctx context.Context, name string) (point.Entry, error) {
	e, err := o.Opener.Open(ctx, name)
	return failingEntry{e}, err
}

type failingEntry struct{ point.Entry }

var errStorage = errors.New("storage is broken")

func (failingEntry) Block(int64, func()) (*point.Block, error) { return nil, errStorage }

// Storage that fails is the end of the stream, with an error.
func TestStorageFails(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		clip, _, err := s.Points.Lookup("clip.wmv")
		if err != nil {
			t.Fatal(err)
		}
		s.Points.Add(&point.Point{Name: "failing.wmv", Options: clip.Options, Opener: failing{clip.Opener}})
		p := s.ready(player9, "failing.wmv")
		p.start(beginning, 4)
		if r := want(p, mms.MIDReportEndOfStream, mms.ParseReportEndOfStream); r.HR != mms.EFail || r.PlayIncarnation != 4 {
			t.Errorf("%+v", r)
		}
		p.closed()
		if list := fronttest.EventsOf[event.Stopped](s.Rig); len(list) != 1 || !errors.Is(list[0].Err, errStorage) {
			t.Errorf("%+v", list)
		}
	})
}

// A session that ends while its content is looked for leaves nothing open.
func TestEndedWhileOpening(t *testing.T) {
	for _, shutDown := range []bool{false, true} {
		inMemory(t, setting{}, func(s *server) {
			content, opening, open := s.Count("clip.wmv", "slow.wmv"), make(chan struct{}), make(chan struct{})
			content.Wait = func() error { close(opening); <-open; return nil }
			p := s.connect()
			p.greet(player9)
			p.funnel(overTCP)
			p.say(&mms.OpenFile{FileName: "slow.wmv"})
			<-opening
			if shutDown {
				go s.Stop()
			} else {
				s.Sessions.All()[0].End(errors.New("enough"))
			}
			p.closed()
			s.WaitFor("the session ends", s.NoSession)
			close(open)
			s.WaitFor("nothing is left", s.Idle)
			s.WaitFor("the content is closed", func() bool { return content.InUse.Load() == 0 && content.Late.Load() == 0 })
		})
	}
}
