package server

import (
	"slices"
	"sync"
	"time"

	"caracal/internal/session"
)

const (
	maxRetired  = 256 // that are kept for who still plays them; the oldest go then
	retiredLook = 500 * time.Millisecond
)

// retired is the content that a reload has taken from points, and that somebody plays: of
// playlists there may be more to be opened.
type retired struct {
	server *Server

	mu      sync.Mutex
	list    []retiredContent
	looking bool
	closed  bool
	stop    chan struct{}
	all     sync.WaitGroup
}

type retiredContent struct {
	content content
	players []*session.Session
}

// add keeps content until its players have gone.
func (r *retired) add(c content, players []*session.Session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, retiredContent{c, players})
	r.sweep()
	for len(r.list) > maxRetired {
		r.server.letGo(r.list[0].content)
		r.list = slices.Delete(r.list, 0, 1)
	}
	if len(r.list) > 0 && !r.looking && !r.closed {
		r.looking, r.stop = true, make(chan struct{})
		stop := r.stop
		r.all.Go(func() { r.look(stop) })
	}
}

// look closes what nobody plays any more, and ends when nothing is left.
func (r *retired) look(stop <-chan struct{}) {
	tick := time.NewTicker(retiredLook)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
		}
		r.mu.Lock()
		r.sweep()
		r.looking = len(r.list) > 0
		more := r.looking
		r.mu.Unlock()
		if !more {
			return
		}
	}
}

// sweep closes what nobody plays. The mutex is held.
func (r *retired) sweep() {
	r.list = slices.DeleteFunc(r.list, func(c retiredContent) bool {
		if slices.ContainsFunc(c.players, func(ses *session.Session) bool { return ses.State() != session.Ended }) {
			return false
		}
		r.server.letGo(c.content)
		return true
	})
}

// close closes all of it.
func (r *retired) close() {
	r.mu.Lock()
	r.closed = true
	if r.looking {
		close(r.stop)
		r.looking = false
	}
	r.mu.Unlock()
	r.all.Wait()
	for _, c := range r.list {
		r.server.letGo(c.content)
	}
	r.list = nil
}
