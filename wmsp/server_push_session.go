package wmsp

import (
	"crypto/rand"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"caracal/internal/event"
	"caracal/internal/point"
	"caracal/internal/session"
)

// pushSession is the state of [MS-WMHTTP] 3.2.1: what a push-id stands for.
type pushSession struct {
	srv   *PushServer
	id    string
	point *PushPoint
	from  netip.Addr

	mu          sync.Mutex
	autoDestroy bool
	src         *pushSource // nil before the first PushStart
	streams     bool        // a PushStart is being received
	gone        bool
	timer       *time.Timer // Idle-Timeout or Inactivity-Timeout between requests
	turn        int         // of the timer: an older one that fires means nothing

	// Of the request that streams.
	order      pushOrder
	preheaders bool
}

// newSession makes new state, [MS-WMHTTP] 3.2.3.
func (s *PushServer) newSession(r *http.Request, p *PushPoint) (*pushSession, error) {
	ses := &pushSession{srv: s, id: rand.Text(), point: p, from: remoteAddr(r).Addr()}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return nil, session.ErrDraining
	case len(s.sessions) >= maxPushSessions:
		return nil, errPushFull
	}
	s.sessions[ses.id] = ses
	return ses, nil
}

// session returns the state that a request names; nil, if that is none.
func (s *PushServer) session(r *http.Request) (ses *pushSession, named bool) {
	id := ParsePushID(r.Header.Values("Cookie")...)
	if id == NoPushID {
		return nil, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions[id], true
}

func (ses *pushSession) source() *pushSource {
	ses.mu.Lock()
	defer ses.mu.Unlock()
	return ses.src
}

// setUp takes what a PushSetup says, and starts the Inactivity-Timeout. It fails
// while the session streams.
func (ses *pushSession) setUp(autoDestroy bool) error {
	ses.mu.Lock()
	defer ses.mu.Unlock()
	switch {
	case ses.gone:
		return errPushSession
	case ses.streams:
		return errPushStreams
	}
	ses.autoDestroy = ses.autoDestroy || autoDestroy
	_, inactivity := ses.point.timers()
	ses.wait(inactivity, errPushInactive)
	return nil
}

// wait starts a timer, in the place of the one that runs. The mutex is held.
func (ses *pushSession) wait(d time.Duration, why error) {
	ses.stopTimer()
	turn := ses.turn
	ses.timer = time.AfterFunc(d, func() {
		ses.mu.Lock()
		late := ses.turn != turn
		ses.mu.Unlock()
		if !late {
			ses.end(why)
		}
	})
}

// stopTimer stops both timers. The mutex is held.
func (ses *pushSession) stopTimer() {
	ses.turn++
	if ses.timer != nil {
		ses.timer.Stop()
	}
}

// begin starts to receive a PushStart. The first one claims the broadcast.
func (ses *pushSession) begin(r *http.Request, who event.Player) error {
	ses.mu.Lock()
	switch {
	case ses.gone:
		ses.mu.Unlock()
		return errPushSession
	case ses.streams:
		old := ses.src
		ses.mu.Unlock()
		return ses.interrupt(old, r)
	}
	ses.streams = true
	ses.stopTimer()
	src := ses.src
	ses.mu.Unlock()
	if src != nil {
		return nil
	}
	src = &pushSource{broadcast: ses.point.Broadcast, from: ses.from, end: ses.end}
	err := ses.srv.claim(r.Context(), src, who)
	ses.mu.Lock()
	defer ses.mu.Unlock()
	if err == nil {
		ses.src = src
	}
	switch {
	case ses.gone: // it has been ended in the meantime
		ses.streams = false
		ses.leave(errPushSession)
		return errPushSession
	case err != nil:
		ses.streams = false
		_, inactivity := ses.point.timers()
		ses.wait(inactivity, errPushInactive)
	}
	return err
}

// interrupt refuses a PushStart for a session that streams, [MS-WMHTTP] 3.2.5.2.
// If the old connection has been silent it may be lost: it is cut, so that the
// encoder's next try goes on.
func (ses *pushSession) interrupt(old *pushSource, r *http.Request) error {
	if old != nil && old.replaceable(remoteAddr(r).Addr()) {
		if b := old.body.Load(); b != nil {
			b.abort(errPushLost)
		}
	}
	return errPushStreams
}

// pause is the end of a request that is not the session's: it may go on within
// d, the rest of one of the timers.
func (ses *pushSession) pause(d time.Duration, why error) {
	ses.mu.Lock()
	defer ses.mu.Unlock()
	ses.streams = false
	if !ses.gone {
		ses.wait(d, why)
		return
	}
	ses.leave(why) // it has been ended in the meantime
}

// end deletes the session's state, at once or when what is being received has
// been given up.
func (ses *pushSession) end(why error) {
	ses.srv.mu.Lock()
	delete(ses.srv.sessions, ses.id)
	ses.srv.mu.Unlock()
	ses.mu.Lock()
	defer ses.mu.Unlock()
	if ses.gone {
		return
	}
	ses.gone = true
	ses.stopTimer()
	switch {
	case !ses.streams:
		ses.leave(why)
	case ses.src != nil:
		ses.src.abort(why)
	}
}

// over is the end of the session's last request.
func (ses *pushSession) over(why error) {
	ses.srv.mu.Lock()
	delete(ses.srv.sessions, ses.id)
	ses.srv.mu.Unlock()
	ses.mu.Lock()
	defer ses.mu.Unlock()
	ses.gone, ses.streams = true, false
	ses.stopTimer()
	ses.leave(why)
}

// leave gives the broadcast back, and ends the point if that was asked and no
// other encoder has it. The mutex is held.
func (ses *pushSession) leave(why error) {
	if ses.src != nil {
		ses.src.release(why)
		ses.src = nil
	}
	if ses.autoDestroy && ses.point.Remove != nil && !ses.srv.used(ses.point.Broadcast) {
		ses.point.Remove()
	}
}

// used says that an encoder has the broadcast.
func (s *PushServer) used(b *point.Broadcast) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sources[b] != nil
}
